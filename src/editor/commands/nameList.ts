import * as vscode from 'vscode';

const mostNamed = 20;

/** "Groq Key 1, Groq Key 2 and 7 more": for a dialog, which cannot be scrolled. */
export function nameList(names: readonly string[]): string {
  const named = names.slice(0, mostNamed).join(', ');
  const more = names.length - mostNamed;
  return more > 0 ? vscode.l10n.t('{0} and {1} more', named, more) : named;
}
