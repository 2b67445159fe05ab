import * as vscode from 'vscode';

export const keyCount = (count: number): string =>
  count === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', count);
