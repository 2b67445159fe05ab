import { posix } from 'node:path';
import * as vscode from 'vscode';

import type { WorkspaceReader } from '../../core/analysis/errorContext.ts';

const maxBytes = 4_000_000;

/**
 * Text files of the workspace, by the paths that prompts and fixes use: relative, with forward
 * slashes, and with the folder's name in front where there are several. Links are not followed, so
 * that nothing outside comes in by way of one.
 */
export class WorkspaceFiles implements WorkspaceReader {
  async read(path: string): Promise<string | undefined> {
    const uri = await this.uriOf(path);
    if (uri === undefined) return undefined;
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    if (open !== undefined) return open.getText();
    try {
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    } catch {
      return undefined;
    }
  }

  async resolve(pathInTrace: string): Promise<string | undefined> {
    const path = normal(pathInTrace);
    const inside = this.#insideOf(path) ?? (isAbsolute(path) ? undefined : path);
    if (inside === undefined) return undefined;
    if ((await this.uriOf(inside)) !== undefined) return inside;
    for (const folder of this.#folders) {
      const named = this.#named(folder, inside);
      if ((await this.uriOf(named)) !== undefined) return named;
    }
    return isAbsolute(path) ? undefined : this.#onlyWithTail(inside);
  }

  /** Undefined: no such file in the workspace. */
  async uriOf(path: string): Promise<vscode.Uri | undefined> {
    const place = this.#placeOf(normal(path));
    if (place === undefined) return undefined;
    const uri = vscode.Uri.joinPath(place.root, ...place.parts);
    try {
      const { type, size } = await vscode.workspace.fs.stat(uri);
      if (type !== vscode.FileType.File || size > maxBytes) return undefined;
      return (await isBehindLink(place)) ? undefined : uri;
    } catch {
      return undefined;
    }
  }

  /** Undefined: outside the workspace, or no file at all. */
  pathOf(uri: vscode.Uri): string | undefined {
    return vscode.workspace.getWorkspaceFolder(uri) === undefined
      ? undefined
      : vscode.workspace.asRelativePath(uri, this.#folders.length > 1);
  }

  get #folders(): readonly vscode.WorkspaceFolder[] {
    return vscode.workspace.workspaceFolders ?? [];
  }

  #placeOf(path: string): Place | undefined {
    const parts = path.split('/');
    if (path === '' || isAbsolute(path) || parts.includes('..')) return undefined;
    const [only, ...others] = this.#folders;
    if (only === undefined) return undefined;
    if (others.length === 0) return { root: only.uri, parts };
    const [name = '', ...rest] = parts;
    const folder = this.#folders.find((candidate) => candidate.name === name);
    return folder === undefined ? undefined : { root: folder.uri, parts: rest };
  }

  /** An absolute path below one of the folders, made relative to it. */
  #insideOf(path: string): string | undefined {
    if (!isAbsolute(path)) return undefined;
    for (const folder of this.#folders) {
      const root = `${normal(folder.uri.path).replace(/\/$/, '')}/`;
      const full = vscode.Uri.file(path).path;
      if (full.startsWith(root)) return this.#named(folder, full.slice(root.length));
    }
    return undefined;
  }

  #named(folder: vscode.WorkspaceFolder, path: string): string {
    return this.#folders.length > 1 ? `${folder.name}/${path}` : path;
  }

  /** Traces of Java and of programs started in a subfolder name only the end of a path. */
  async #onlyWithTail(path: string): Promise<string | undefined> {
    if (/[*?{}[\]!]/.test(path) || path.split('/').includes('..')) return undefined;
    const found = await vscode.workspace.findFiles(`**/${path}`, '**/{node_modules,.venv,venv,.git}/**', 2);
    const [only, ...others] = found;
    return only === undefined || others.length > 0 ? undefined : this.pathOf(only);
  }
}

type Place = { readonly root: vscode.Uri; readonly parts: readonly string[] };

/** Whether a folder on the way to the file is a link: it could lead out of the workspace. */
async function isBehindLink({ root, parts }: Place): Promise<boolean> {
  for (let depth = 1; depth < parts.length; depth += 1) {
    const { type } = await vscode.workspace.fs.stat(vscode.Uri.joinPath(root, ...parts.slice(0, depth)));
    if ((type & vscode.FileType.SymbolicLink) !== 0) return true;
  }
  return false;
}

const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:\//.test(path);

const normal = (path: string): string => posix.normalize(path.replaceAll('\\', '/')).replace(/^\.\//, '');
