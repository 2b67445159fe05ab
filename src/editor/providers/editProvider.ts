import * as vscode from 'vscode';

import { isOriginConfirmed } from '../../core/keys/keyOrigins.ts';
import type { Secret } from '../../core/keys/secret.ts';
import { catalog } from '../../core/providers/catalog.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { originOf } from '../../core/providers/origin.ts';
import { withEntry, withoutEntry } from '../../core/providers/providerEntry.ts';
import { reviewHeldKeys } from '../commands/confirmOrigin.ts';
import { listModels } from './listModels.ts';
import { askModels } from './modelPick.ts';
import { ProviderForm } from './providerForm.ts';
import type { ProviderPorts } from './providerPorts.ts';
import { storeProviders } from './providerStore.ts';

/** `wanted` only preselects. */
export async function editProvider(wanted: string | undefined, ports: ProviderPorts): Promise<void> {
  const provider = ports.providers().find(({ id }) => id === wanted) ?? (await chooseProvider(ports));
  if (provider === undefined) return;
  if (!ports.providers().includes(provider)) return switchOn(provider, ports);
  const form = new ProviderForm(
    provider.id,
    { setting: ports.providerSetting, chooseModels: (draft) => chooseModels(draft, ports) },
    { isNew: false, changes: {} },
  );
  switch (await form.run()) {
    case 'save':
      if (await storeProviders(withEntry(ports.providerSetting(), provider.id, form.changes))) {
        await ports.bringBackModels(provider);
        await reviewHeldKeys(ports, provider.id);
      }
      return;
    case 'switchOff':
      if (await confirmOff(provider, ports))
        await storeProviders(withEntry(ports.providerSetting(), provider.id, { enabled: false }));
      return;
    case 'remove':
      if (await confirmRemoval(provider, ports))
        await storeProviders(withoutEntry(ports.providerSetting(), provider.id));
      return;
    case 'builtIn':
      if (!(await confirmBuiltIn(provider))) return;
      if (await storeProviders(withoutEntry(ports.providerSetting(), provider.id)))
        await reviewHeldKeys(ports, provider.id);
      return;
    case undefined:
  }
}

/** Those of the catalog that were switched off are there too. */
async function chooseProvider({ providers }: ProviderPorts): Promise<Provider | undefined> {
  const known = providers();
  const off = catalog.filter(({ id }) => !known.some((provider) => provider.id === id));
  const items = [
    ...known.map((provider) => ({
      provider,
      label: provider.displayName,
      description: originOf(provider.baseUrl),
    })),
    ...off.map((provider) => ({
      provider,
      label: provider.displayName,
      description: vscode.l10n.t('switched off; Enter switches it on'),
    })),
  ];
  const placeHolder = vscode.l10n.t('Which provider?');
  const title = vscode.l10n.t('Edit Provider');
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.provider;
}

async function switchOn({ id }: Provider, ports: ProviderPorts): Promise<void> {
  if (await storeProviders(withEntry(ports.providerSetting(), id, { enabled: undefined })))
    await reviewHeldKeys(ports, id);
}

async function chooseModels(draft: Provider, ports: ProviderPorts): Promise<readonly string[] | undefined> {
  const listed = await listModels(draft, await secretFor(draft, ports), ports);
  const current = draft.models.map(({ id }) => id);
  return askModels(vscode.l10n.t('Models of {0}', draft.displayName), current, listed);
}

/** Of a key that may be sent to this address; a held one never is. */
async function secretFor(draft: Provider, { keyring }: ProviderPorts): Promise<Secret | undefined> {
  if (!draft.needsKey) return undefined;
  const keys = keyring.keys().filter((key) => key.provider === draft.id && key.enabled);
  for (const key of keys) {
    const secret = isOriginConfirmed(key, draft) ? await keyring.secretOf(key) : undefined;
    if (secret !== undefined) return secret;
  }
  return undefined;
}

function keysWords({ id }: Provider, { keyring }: ProviderPorts): string {
  const count = keyring.keys().filter((key) => key.provider === id).length;
  if (count === 0) return '';
  return count === 1
    ? vscode.l10n.t('Its key is kept, and not used until the provider is back.')
    : vscode.l10n.t('Its {0} keys are kept, and not used until the provider is back.', count);
}

async function confirmRemoval(provider: Provider, ports: ProviderPorts): Promise<boolean> {
  const question = vscode.l10n.t('Remove the provider {0}?', provider.displayName);
  const what = vscode.l10n.t('Its address, models and limits are taken out of the settings.');
  return confirm(question, [what, keysWords(provider, ports)], vscode.l10n.t('Remove'));
}

async function confirmOff(provider: Provider, ports: ProviderPorts): Promise<boolean> {
  const question = vscode.l10n.t('Switch {0} off?', provider.displayName);
  const what = vscode.l10n.t('Nothing is sent to it. The setting {0} brings it back.', 'aiKeys.providers');
  return confirm(question, [what, keysWords(provider, ports)], vscode.l10n.t('Switch Off'));
}

async function confirmBuiltIn(provider: Provider): Promise<boolean> {
  const question = vscode.l10n.t('Take {0} back to its built-in values?', provider.displayName);
  const what = vscode.l10n.t('What the setting {0} says of it is removed.', 'aiKeys.providers');
  return confirm(question, [what], vscode.l10n.t('Take It Back'));
}

async function confirm(question: string, details: readonly string[], yes: string): Promise<boolean> {
  const detail = details.filter((line) => line !== '').join('\n\n');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}
