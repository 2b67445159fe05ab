import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';

/** `back` shows the list again, with what is new in it. */
export type Next = 'back' | 'left';
export type Property = vscode.QuickPickItem & { readonly edit?: (key: ApiKey) => Promise<Next> };

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
