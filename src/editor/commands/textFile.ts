import * as vscode from 'vscode';

/** Larger ones are no file of keys. */
const maxBytes = 8_000_000;

export type TextFile = { readonly uri: vscode.Uri; readonly name: string; readonly text: string };

export type FileProblem = { readonly problem: string };

/** A menu sends the file's address; anything else is no file. */
export const uriIn = (argument: unknown): vscode.Uri | undefined =>
  argument instanceof vscode.Uri ? argument : undefined;

export async function readTextFile(uri: vscode.Uri): Promise<TextFile | FileProblem> {
  const name = vscode.workspace.asRelativePath(uri, false);
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxBytes) return { problem: tooLarge(name) };
    const text = decoded(await vscode.workspace.fs.readFile(uri));
    return text === undefined ? { problem: notText(name) } : { uri, name, text };
  } catch (error) {
    return { problem: notRead(name, error) };
  }
}

/** A file that was dropped and has no address of its own. */
export async function readDroppedFile(file: vscode.DataTransferFile): Promise<Omit<TextFile, 'uri'> | FileProblem> {
  const { name } = file;
  try {
    const bytes = await file.data();
    if (bytes.byteLength > maxBytes) return { problem: tooLarge(name) };
    const text = decoded(bytes);
    return text === undefined ? { problem: notText(name) } : { name, text };
  } catch (error) {
    return { problem: notRead(name, error) };
  }
}

/** A text that is not from a file. */
export const textOf = (name: string, text: string): Omit<TextFile, 'uri'> | FileProblem =>
  text.length > maxBytes ? { problem: tooLarge(name) } : { name, text };

const tooLarge = (name: string): string =>
  vscode.l10n.t('{0} is too large: a file of keys has at most {1} MB.', name, maxBytes / 1_000_000);

const notText = (name: string): string => vscode.l10n.t('{0} is not a text file.', name);

const notRead = (name: string, error: unknown): string =>
  vscode.l10n.t('{0} could not be read: {1}', name, error instanceof Error ? error.message : String(error));

/** Undefined: not a text. Windows PowerShell writes UTF-16. */
function decoded(bytes: Uint8Array): string | undefined {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
  return text.includes('\0') ? undefined : text;
}
