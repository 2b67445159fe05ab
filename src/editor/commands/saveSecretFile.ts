import * as vscode from 'vscode';

import type { Secret } from '../../core/keys/secret.ts';
import { describeWriteProblem, type Written } from '../../core/keys/writeProblem.ts';

export type SecretFileAsk = {
  readonly title: string;
  /** Offered in the dialog; the user chooses. */
  readonly fileName: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly question: (path: string) => string;
  /** What will be written, for the modal that names the place. */
  readonly detail: string;
  readonly confirm: string;
  /** Made only once the user has confirmed. */
  readonly text: () => Promise<Secret>;
  /** Readable by the user alone. */
  readonly write: (path: string, text: Secret) => Promise<Written>;
};

/**
 * Place, confirmation in a modal, file. The place is always asked for: no argument of a command
 * names it. Undefined: the user left, and nothing was written.
 */
export async function saveSecretFile(ask: SecretFileAsk): Promise<vscode.Uri | undefined> {
  for (;;) {
    const target = await choosePlace(ask);
    if (target === undefined) return undefined;
    const problem = await saveTo(target, ask);
    if (problem === undefined) return target;
    if (problem === 'left') return undefined;
    const again = vscode.l10n.t('Choose Another Place');
    const sentence = vscode.l10n.t('Nothing was written to {0}: {1}', placeName(target), problem);
    if ((await vscode.window.showErrorMessage(sentence, again)) !== again) return undefined;
  }
}

/** The whole path: a modal must say exactly where secrets go. */
const placeName = (target: vscode.Uri): string => (target.scheme === 'file' ? target.fsPath : target.toString(true));

function choosePlace({ title, fileName, filters }: SecretFileAsk): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title,
    filters: Object.fromEntries(Object.entries(filters).map(([name, endings]) => [name, [...endings]])),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
  });
}

/** Undefined: it is written. */
async function saveTo(target: vscode.Uri, ask: SecretFileAsk): Promise<string | undefined> {
  if (target.scheme !== 'file') return vscode.l10n.t('only on this machine can the file be kept from others.');
  const options = { modal: true, detail: ask.detail };
  const chosen = await vscode.window.showWarningMessage(ask.question(target.fsPath), options, ask.confirm);
  if (chosen !== ask.confirm) return 'left';
  const location = vscode.ProgressLocation.Notification;
  const written = await vscode.window.withProgress({ location, title: ask.title }, async () =>
    ask.write(target.fsPath, await ask.text()),
  );
  return written.ok ? undefined : describeWriteProblem(vscode.l10n, written.problem);
}
