import * as vscode from 'vscode';

/** Larger ones are not `.env` files. */
const maxBytes = 8_000_000;
const maxFound = 20;

export type EnvFile = {
  readonly uri: vscode.Uri;
  readonly name: string;
  readonly text: string;
};

export type EnvFileProblem = { readonly problem: string };

/** A menu sends the file's address; anything else is no file. */
export const uriIn = (argument: unknown): vscode.Uri | undefined =>
  argument instanceof vscode.Uri ? argument : undefined;

export async function readEnvFile(uri: vscode.Uri): Promise<EnvFile | EnvFileProblem> {
  const name = vscode.workspace.asRelativePath(uri, false);
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxBytes) return { problem: vscode.l10n.t('{0} is too large for a .env file.', name) };
    const bytes = await vscode.workspace.fs.readFile(uri);
    return { uri, name, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    return {
      problem: vscode.l10n.t(
        '{0} could not be read: {1}',
        name,
        error instanceof Error ? error.message : String(error),
      ),
    };
  }
}

/** The `.env` files of the workspace that hold keys. */
export async function envFilesWithKeys(holdsKeys: (text: string) => boolean): Promise<readonly EnvFile[]> {
  const uris = await vscode.workspace.findFiles(
    '**/{.env,.env.*,*.env}',
    '**/{node_modules,.venv,venv,.git}/**',
    maxFound,
  );
  const files = await Promise.all(uris.map(readEnvFile));
  return files
    .flatMap((file) => ('problem' in file ? [] : [file]))
    .filter(({ text }) => holdsKeys(text))
    .toSorted((a, b) => a.name.length - b.name.length || a.name.localeCompare(b.name));
}

/** One of those found, or any other. Undefined: the user left. */
export async function chooseEnvFile(found: readonly EnvFile[]): Promise<vscode.Uri | undefined> {
  const other = vscode.l10n.t('Choose another file…');
  if (found.length > 0) {
    const items = [...found.map(({ uri, name }) => ({ label: name, uri })), { label: other, uri: undefined }];
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Import Keys from .env'),
      placeHolder: vscode.l10n.t('Several files hold keys. Which one?'),
    });
    if (chosen === undefined || chosen.uri !== undefined) return chosen?.uri;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Import Keys from .env'),
    openLabel: vscode.l10n.t('Preview'),
    canSelectMany: false,
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return picked?.[0];
}
