import * as vscode from 'vscode';

import type { Keyring } from '../../core/keys/keyring.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { CommandId } from './commandIds.ts';
import { keyCount } from './keyCount.ts';

const linkTo = (url: string): Thenable<boolean> => vscode.env.openExternal(vscode.Uri.parse(url, true));

type ProviderItem = vscode.QuickPickItem & { readonly provider?: Provider; readonly otherWay?: CommandId };

/** The provider of a key that is being added; undefined: the user left, or took one of the other ways. */
export function pickKeyProvider(
  known: readonly Provider[],
  { keyring }: { readonly keyring: Pick<Keyring, 'keys'> },
): Promise<Provider | undefined> {
  const countOf = (id: string): number => keyring.keys().filter(({ provider }) => provider === id).length;
  const pick = vscode.window.createQuickPick<ProviderItem>();
  pick.title = vscode.l10n.t('Add Key');
  pick.placeholder = vscode.l10n.t('Whose key is it?');
  // The page whose button opened it may take the focus back.
  pick.ignoreFocusOut = true;
  pick.items = [
    ...known.map((provider) => ({
      provider,
      label: provider.displayName,
      description: countOf(provider.id) === 0 ? '' : keyCount(countOf(provider.id)),
      buttons:
        provider.keyPageUrl === undefined
          ? []
          : [
              {
                iconPath: new vscode.ThemeIcon('link-external'),
                tooltip: vscode.l10n.t('Get a key at {0}', provider.keyPageUrl),
              },
            ],
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      otherWay: 'aiKeys.importEnv',
      label: vscode.l10n.t('Import several from a .env file…'),
      iconPath: new vscode.ThemeIcon('cloud-download'),
    },
    {
      otherWay: 'aiKeys.addProvider',
      label: vscode.l10n.t('A provider that is not in this list…'),
      iconPath: new vscode.ThemeIcon('globe'),
    },
  ];
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.provider?.keyPageUrl !== undefined) void linkTo(item.provider.keyPageUrl);
    });
    pick.onDidAccept(() => {
      const item = pick.selectedItems[0];
      if (item === undefined) return;
      resolve(item.provider);
      pick.hide();
      if (item.otherWay !== undefined) void vscode.commands.executeCommand(item.otherWay);
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
