import * as vscode from 'vscode';

import { applyFix, safePath, type AppliedFix, type Fix } from '../../core/analysis/fix.ts';
import { neverSend } from './neverSend.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

const scheme = 'ai-keys-fix';
/** Each is a whole file; older diffs that are still open have been read. */
const maxProposed = 50;

/** What became of a wish; `problem` is for the user. */
export type FixOutcome = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Shows proposed fixes as diffs, and applies one as a single undo step when the user says so. */
export class FixReview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #files: WorkspaceFiles;
  readonly #patterns: () => readonly string[];
  readonly #registration: vscode.Disposable;
  readonly #proposed = new Map<string, string>();
  #count = 0;

  constructor(files: WorkspaceFiles, neverSendPatterns: () => readonly string[]) {
    this.#files = files;
    this.#patterns = neverSendPatterns;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#proposed.get(uri.toString()) ?? '';
  }

  async show(fix: Fix, viewColumn: vscode.ViewColumn): Promise<FixOutcome> {
    const target = await this.#target(fix);
    if (!target.ok) return target;
    this.#count += 1;
    const proposed = vscode.Uri.from({ scheme, path: `/${fix.path}`, query: String(this.#count) });
    this.#proposed.set(proposed.toString(), target.text);
    for (const oldest of this.#proposed.keys()) {
      if (this.#proposed.size <= maxProposed) break;
      this.#proposed.delete(oldest);
    }
    const title = vscode.l10n.t('{0}: fix proposed by AI Keys', fix.path);
    await vscode.commands.executeCommand('vscode.diff', target.document.uri, proposed, title, {
      viewColumn,
      preview: true,
    });
    return { ok: true };
  }

  async apply(fix: Fix, viewColumn: vscode.ViewColumn): Promise<FixOutcome> {
    if (!vscode.workspace.isTrusted) {
      return {
        ok: false,
        problem: vscode.l10n.t('Fixes are not applied in Restricted Mode. Trust the workspace first.'),
      };
    }
    const target = await this.#target(fix);
    if (!target.ok) return target;
    const { document, edits } = target;
    const edit = new vscode.WorkspaceEdit();
    for (const { start, end, text } of edits) {
      edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
    }
    if (!(await vscode.workspace.applyEdit(edit))) {
      return { ok: false, problem: vscode.l10n.t('VS Code could not change {0}.', fix.path) };
    }
    await vscode.window.showTextDocument(document, { viewColumn, preview: false });
    return { ok: true };
  }

  dispose(): void {
    this.#registration.dispose();
    this.#proposed.clear();
  }

  async #target(
    fix: Fix,
  ): Promise<
    | { readonly ok: false; readonly problem: string }
    | ({ readonly ok: true; readonly document: vscode.TextDocument } & Extract<AppliedFix, { ok: true }>)
  > {
    const path = safePath(fix.path);
    const uri = path === undefined || neverSend(this.#patterns())(path) ? undefined : await this.#files.uriOf(path);
    if (uri === undefined)
      return { ok: false, problem: vscode.l10n.t('There is no file {0} in the workspace.', fix.path) };
    const document = await vscode.workspace.openTextDocument(uri);
    const applied = applyFix(document.getText(), fix);
    return applied.ok ? { ...applied, document } : { ok: false, problem: whyNot(applied.kind, fix.path) };
  }
}

function whyNot(kind: Extract<AppliedFix, { ok: false }>['kind'], path: string): string {
  switch (kind) {
    case 'anchorNotFound':
      return vscode.l10n.t('The code that it changes is not in {0} (any more).', path);
    case 'anchorNotUnique':
      return vscode.l10n.t('The code that it changes is in {0} more than once.', path);
    case 'anchorEmpty':
      return vscode.l10n.t('It does not say which code of {0} it changes.', path);
    case 'anchorsOverlap':
      return vscode.l10n.t('Its changes of {0} overlap.', path);
    case 'noChange':
      return vscode.l10n.t('It changes nothing in {0}.', path);
  }
}
