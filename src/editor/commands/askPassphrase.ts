import * as vscode from 'vscode';

import { Secret } from '../../core/keys/secret.ts';
import { askText } from './askText.ts';

const shortest = 8;

/** A new one, typed twice. Undefined: the user left. */
export async function askNewPassphrase(title: string): Promise<Secret | undefined> {
  for (;;) {
    const first = await askText({
      title: vscode.l10n.t('{0} (1/2)', title),
      prompt: vscode.l10n.t('A passphrase for the backup, of {0} characters or more. It is kept nowhere.', shortest),
      hidden: true,
      read: (text) =>
        text.length >= shortest
          ? { ok: true, value: text }
          : { ok: false, problem: vscode.l10n.t('At least {0} characters.', shortest) },
    });
    if (first.kind !== 'value') return undefined;
    const second = await askText({
      title: vscode.l10n.t('{0} (2/2)', title),
      prompt: vscode.l10n.t('The same passphrase again'),
      hidden: true,
      back: true,
      read: (text) =>
        text === first.value
          ? { ok: true, value: new Secret(text) }
          : { ok: false, problem: vscode.l10n.t('This differs from the first one.') },
    });
    if (second.kind === 'value') return second.value;
    if (second.kind === 'left') return undefined;
  }
}
