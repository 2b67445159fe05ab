import type { ExtensionContext } from 'vscode';

export function activate(_context: ExtensionContext): { readonly version: 1 } {
  return { version: 1 };
}
