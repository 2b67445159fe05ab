import * as vscode from 'vscode';

import { readDroppedFile, readTextFile, textOf, type FileProblem, type TextFile } from './textFile.ts';

const maxFound = 20;

/** The text of a `.env`, and where it is from. Only a file of the disk has an address. */
export type EnvText = { readonly name: string; readonly text: string; readonly uri?: vscode.Uri };

type HoldsKeys = (text: string) => boolean;

/** The `.env` files of the workspace that hold keys. */
export async function envFilesWithKeys(holdsKeys: HoldsKeys): Promise<readonly TextFile[]> {
  const uris = await vscode.workspace.findFiles(
    '**/{.env,.env.*,*.env}',
    '**/{node_modules,.venv,venv,.git}/**',
    maxFound,
  );
  const files = await Promise.all(uris.map(readTextFile));
  return files
    .flatMap((file) => ('problem' in file ? [] : [file]))
    .filter(({ text }) => holdsKeys(text))
    .toSorted((a, b) => a.name.length - b.name.length || a.name.localeCompare(b.name));
}

/** What was copied. A browser may refuse to tell: that is no text. */
export async function clipboardEnv(): Promise<EnvText | FileProblem> {
  const text = await vscode.env.clipboard.readText().then(undefined, () => '');
  return textOf(vscode.l10n.t('the clipboard'), text);
}

/** One of those found, or any other file. Undefined: the user left. */
export async function chooseEnv(found: readonly EnvText[]): Promise<EnvText | FileProblem | undefined> {
  if (found.length > 0) {
    const other = { label: vscode.l10n.t('Choose another file…') };
    const items: readonly (vscode.QuickPickItem & { readonly env?: EnvText })[] = [
      ...found.map((env) => ({ label: env.name, env })),
      other,
    ];
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Import Keys from .env'),
      placeHolder: vscode.l10n.t('Keys were found in several places. Which one?'),
      // The page whose button opened it may take the focus back.
      ignoreFocusOut: true,
    });
    if (chosen !== other) return chosen?.env;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Import Keys from .env'),
    openLabel: vscode.l10n.t('Preview'),
    canSelectMany: false,
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return picked?.[0] === undefined ? undefined : readTextFile(picked[0]);
}

/** The files that were dropped, else the text. */
export async function droppedEnvs(transfer: vscode.DataTransfer): Promise<readonly (EnvText | FileProblem)[]> {
  const list = (await transfer.get('text/uri-list')?.asString()) ?? '';
  const uris = list.split(/\r?\n/).flatMap((line) => uriOf(line.trim()));
  if (uris.length > 0) return Promise.all(uris.map(readTextFile));
  const files = [...transfer].flatMap(([, item]) => item.asFile() ?? []);
  if (files.length > 0) return Promise.all(files.map(readDroppedFile));
  const text = (await transfer.get('text/plain')?.asString()) ?? '';
  return text.trim() === '' ? [] : [textOf(vscode.l10n.t('the dropped text'), text)];
}

/** A line of a `text/uri-list`; those that begin with `#` are comments. */
function uriOf(line: string): readonly vscode.Uri[] {
  if (line === '' || line.startsWith('#')) return [];
  try {
    return [vscode.Uri.parse(line, true)];
  } catch {
    return [];
  }
}
