import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import type { KeyEdit } from '../../core/keys/keyEdit.ts';
import type { FieldReading } from '../../core/keys/keyFields.ts';

/** `back` shows the list again, with what is new in it. */
export type Next = 'back' | 'left';
export type Property = vscode.QuickPickItem & { readonly edit?: (key: ApiKey) => Promise<Next> };

/** One property in a field of its own. */
export type FieldAsk<T> = {
  readonly name: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly read: (text: string) => FieldReading<T>;
  readonly edit: (value: T) => KeyEdit;
};

/** `row`: the label of the one to begin at. Undefined where it was left. */
export function pickProperty(title: string, items: readonly Property[], row: string): Promise<Property | undefined> {
  const pick = vscode.window.createQuickPick<Property>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('What to change? Each change is saved at once; Escape when done');
  pick.matchOnDescription = true;
  // What a toast's button gave the focus back to must not close it.
  pick.ignoreFocusOut = true;
  pick.items = items;
  pick.activeItems = items.filter(({ label }) => label === row);
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
