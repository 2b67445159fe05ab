import * as vscode from 'vscode';

import type { CheckResult } from '../../core/keys/keyCheck.ts';
import { checkWords } from './checkWords.ts';
import type { CommandId } from './commandIds.ts';

/** What the check of a key that is now stored found, with what there is to do next. */
export async function sayStored(name: string, checked: CheckResult): Promise<void> {
  const words = checkWords(vscode.l10n, name, checked);
  if (checked.kind === 'couldNotRun') {
    const again = vscode.l10n.t('Check All Keys');
    const chosen = await vscode.window.showWarningMessage(vscode.l10n.t('{0} It is kept.', words), again);
    if (chosen === again) await vscode.commands.executeCommand('aiKeys.checkAllKeys' satisfies CommandId);
    return;
  }
  if (checked.kind === 'refused') {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('{0} It is kept, and not used until a check succeeds.', words),
    );
    return;
  }
  const ask = vscode.l10n.t('Ask a Question');
  const chosen = await vscode.window.showInformationMessage(words, ask);
  if (chosen === ask) await vscode.commands.executeCommand('aiKeys.ask' satisfies CommandId);
}
