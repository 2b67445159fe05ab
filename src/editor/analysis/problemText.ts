import * as vscode from 'vscode';

/** As compilers write it, so that everything that reads traces finds file and line. */
export function problemText(uri: vscode.Uri, problems: readonly vscode.Diagnostic[]): string {
  const file = vscode.workspace.asRelativePath(uri);
  return problems
    .map(({ range, severity, source, code, message }) => {
      const id = typeof code === 'object' ? code.value : code;
      const origin = [source, id].filter((part) => part !== undefined && part !== '').join(' ');
      const level = severity === vscode.DiagnosticSeverity.Error ? 'error' : 'warning';
      return `${file}:${range.start.line + 1}:${range.start.character + 1}: ${level}${origin === '' ? '' : ` ${origin}`}: ${message}`;
    })
    .join('\n');
}
