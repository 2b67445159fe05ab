import * as vscode from 'vscode';
import * as z from 'zod';

import type { Focus } from '../../core/analysis/errorContext.ts';
import { pastedText } from '../pastedText.ts';
import { plainText } from '../plainText.ts';
import { problemText } from './problemText.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/** What the user points at. */
export type ErrorSource = {
  readonly text: string;
  readonly focus?: Focus;
  readonly language?: string;
};

/** The quick fix sends where the problem is and what it says. */
export const problemArgument = z.object({
  uri: z.string().max(4_000),
  startLine: z.number().int().positive(),
  endLine: z.number().int().positive(),
  text: z.string().min(1).max(20_000),
});
export type ProblemArgument = z.infer<typeof problemArgument>;

const textArgument = z.string().trim().min(1).max(200_000);

/** A text or a problem that the command was run with; menus send other things, which say nothing here. */
export function sourceIn(argument: unknown, files: WorkspaceFiles): ErrorSource | undefined {
  const text = textArgument.safeParse(argument);
  if (text.success) return { text: text.data };
  const problem = problemArgument.safeParse(argument);
  if (!problem.success) return undefined;
  const { uri, startLine, endLine } = problem.data;
  const address = vscode.Uri.parse(uri);
  const path = files.pathOf(address);
  const language = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.languageId;
  return {
    text: problem.data.text,
    ...(path === undefined ? {} : { focus: { path, startLine, endLine, why: 'problem' } }),
    ...(language === undefined ? {} : { language }),
  };
}

/** The selection with the problems in it, else the problems on the cursor's line. */
export function sourceInEditor(editor: vscode.TextEditor | undefined, files: WorkspaceFiles): ErrorSource | undefined {
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const chosen = document.getText(selection).trim();
  const area = selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
  const problems = problemsIn(document.uri, area);
  if (chosen === '' && problems.length === 0) return undefined;
  const path = files.pathOf(document.uri);
  const [startLine, endLine] = [area.start.line + 1, area.end.line + 1];
  const why = chosen === '' ? 'problem' : 'selection';
  return {
    text: [problemText(document.uri, problems), chosen].filter((part) => part !== '').join('\n\n'),
    ...(path === undefined ? {} : { focus: { path, startLine, endLine, why } }),
    // A log or an output says nothing by its own language.
    ...(path === undefined || document.languageId === 'plaintext' ? {} : { language: document.languageId }),
  };
}

export function problemsIn(uri: vscode.Uri, range: vscode.Range): readonly vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(
      ({ severity, range: at }) =>
        severity <= vscode.DiagnosticSeverity.Warning && at.intersection(range) !== undefined,
    );
}

/** Asks for the text; what the clipboard holds is offered. Undefined: the user left. */
export async function typedSource(): Promise<ErrorSource | undefined> {
  const clipboard = (await vscode.env.clipboard.readText()).trim();
  const lines = clipboard.split('\n').length;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Analyze Error'),
    value: oneLine(clipboard).slice(0, 10_000),
    placeHolder: vscode.l10n.t('Paste or type the error'),
    prompt:
      clipboard === ''
        ? vscode.l10n.t(
            'Nothing is selected and the clipboard is empty: paste or type the error here, or select it and run this again.',
          )
        : lines === 1
          ? vscode.l10n.t('Nothing is selected: Enter takes the clipboard’s text, or type another error.')
          : vscode.l10n.t(
              'Nothing is selected: Enter takes the clipboard’s text ({0} lines), or type another error.',
              lines,
            ),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('There is no error to analyze yet.') : undefined),
  });
  if (typed === undefined || typed.trim() === '') return undefined;
  return { text: (await pastedText(typed)) ?? typed.trim() };
}

const oneLine = (text: string): string => text.replace(/\s*\r?\n\s*/g, ' ');

/** The line that says most, for the panel's title. */
export function titleOf(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter(
    (line) =>
      /(?:\b\w*(?:Error|Exception)\b|\berror\b|\bpanic|\bfatal\b)/i.test(line) && !line.startsWith('Traceback '),
  );
  const line = /^Traceback \(most recent call last\)/m.test(text) ? telling.at(-1) : telling[0];
  return plainText(line ?? lines[0] ?? '', 140);
}
