import type { ExtensionContext } from 'vscode';
import { compose, type Composed } from './compose.ts';

export function activate(context: ExtensionContext): Promise<Composed> {
  return compose(context);
}
