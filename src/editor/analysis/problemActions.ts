import * as vscode from 'vscode';

import type { CommandId } from '../commands/commandIds.ts';
import type { ProblemArgument } from './errorSource.ts';
import { problemText } from './problemText.ts';

/** "AI Keys: explain this problem" among the quick fixes of errors and warnings. */
export class ProblemActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const problems = diagnostics.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning);
    const [first] = problems;
    if (first === undefined) return [];
    const title =
      problems.length === 1
        ? vscode.l10n.t('AI Keys: explain this problem')
        : vscode.l10n.t('AI Keys: explain these {0} problems', problems.length);
    const argument: ProblemArgument = {
      uri: document.uri.toString(),
      startLine: Math.min(...problems.map(({ range }) => range.start.line)) + 1,
      endLine: Math.max(...problems.map(({ range }) => range.end.line)) + 1,
      text: problemText(document.uri, problems).slice(0, 20_000),
    };
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = problems;
    action.command = { command: 'aiKeys.analyzeError' satisfies CommandId, title, arguments: [argument] };
    return [action];
  }
}
