import * as vscode from 'vscode';

import type { KeyringProblem } from '../core/keys/keyringProblem.ts';

/** Says why keys were not changed; what may work in a moment has a button that does it again. */
export async function showKeyringProblem(
  words: string,
  { kind }: KeyringProblem,
  again: () => Promise<unknown>,
): Promise<void> {
  if (kind === 'cancelled') return;
  const tryAgain = vscode.l10n.t('Try Again');
  const chosen = await vscode.window.showErrorMessage(words, ...(kind === 'bookAway' ? [tryAgain] : []));
  if (chosen === tryAgain) await again();
}
