import * as vscode from 'vscode';

import type { Keyring } from '../../core/keys/keyring.ts';
import { displayNameOf } from '../../core/keys/keyName.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';
import type { CommandId } from './commandIds.ts';
import { providerIn } from './keyArgument.ts';
import { registerCommand } from './registerCommand.ts';
import { sayStored } from './sayStored.ts';
import { askSecret } from './secretDialog.ts';

export type AddKeyPorts = {
  readonly keyring: Pick<Keyring, 'prepare' | 'checkPrepared' | 'commit' | 'nameOf' | 'keys'>;
  readonly providers: () => readonly Provider[];
  readonly notice: FreeTierNotice;
  readonly log: Log;
};

/** Two questions, provider and secret; then the check, and its result in words. */
export function registerAddKey(ports: AddKeyPorts): vscode.Disposable {
  return registerCommand('aiKeys.addKey', ports.log, async (argument) => {
    const known = ports.providers().filter(({ needsKey }) => needsKey);
    const wanted = providerIn(argument);
    const provider = known.find(({ id }) => id === wanted) ?? (await pickProvider(known, ports));
    if (provider === undefined) return;
    await addTo(provider, ports);
  });
}

async function addTo(provider: Provider, ports: AddKeyPorts): Promise<void> {
  const { keyring, providers } = ports;
  const notice = ports.notice.due([provider]);
  const outcome = await askSecret({
    title: vscode.l10n.t('Add {0} Key', provider.displayName),
    prompt: [
      vscode.l10n.t('Kept in the system’s secret storage, and sent to {0} alone.', provider.displayName),
      notice?.text ?? '',
    ].join(' '),
    provider,
    providers,
    prepare: (text) => keyring.prepare(provider.id, text),
    check: (prepared, signal) => keyring.checkPrepared(prepared, signal),
    store: (prepared, checked) => keyring.commit(prepared, { checked }),
    hint: async (text) => shapeWords(text, provider, ports),
  });
  if (outcome.kind !== 'stored') return;
  await notice?.said();
  void sayStored(keyring.nameOf(outcome.key), outcome.checked);
}

function shapeWords(text: string, provider: Provider, { keyring, providers }: AddKeyPorts): string | undefined {
  const prepared = keyring.prepare(provider.id, text);
  if (!prepared.ok || prepared.hint.usually === undefined) return undefined;
  const { displayName } = provider;
  const { usually, looksLike } = prepared.hint;
  if (looksLike === undefined)
    return vscode.l10n.t('Keys of {0} usually look like {1}. It is taken all the same.', displayName, usually);
  const other = displayNameOf(providers(), looksLike);
  return vscode.l10n.t('This looks like a key of {0}. It is taken for {1} all the same.', other, displayName);
}

const linkTo = (url: string): Thenable<boolean> => vscode.env.openExternal(vscode.Uri.parse(url, true));

type ProviderItem = vscode.QuickPickItem & { readonly provider?: Provider };

function pickProvider(known: readonly Provider[], { keyring }: AddKeyPorts): Promise<Provider | undefined> {
  const pick = vscode.window.createQuickPick<ProviderItem>();
  pick.title = vscode.l10n.t('Add Key');
  pick.placeholder = vscode.l10n.t('Whose key is it?');
  pick.items = [
    ...known.map((provider) => ({
      provider,
      label: provider.displayName,
      description: keyCount(keyring.keys().filter((key) => key.provider === provider.id).length),
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
    { label: vscode.l10n.t('Import several from a .env file…'), iconPath: new vscode.ThemeIcon('cloud-download') },
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
      if (item.provider === undefined) void vscode.commands.executeCommand('aiKeys.importEnv' satisfies CommandId);
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function keyCount(count: number): string {
  if (count === 0) return '';
  return count === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', count);
}
