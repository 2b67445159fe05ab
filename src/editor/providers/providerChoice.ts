import * as vscode from 'vscode';

import { presets } from '../../core/providers/catalog.ts';
import { isLoopback, originOf } from '../../core/providers/origin.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { ProviderPorts } from './providerPorts.ts';

type ChoiceItem = vscode.QuickPickItem & { readonly choice?: Provider | 'own' };

/** A preset that is not on yet, or one by its address. Servers on this machine are looked for meanwhile. */
export function chooseNewProvider(ports: ProviderPorts): Promise<Provider | 'own' | undefined> {
  const known = new Set(ports.providers().map(({ id }) => id));
  const off = presets.filter(({ id }) => !known.has(id));
  const pick = vscode.window.createQuickPick<ChoiceItem>();
  const leave = new AbortController();
  pick.title = vscode.l10n.t('Add Provider');
  pick.placeholder = vscode.l10n.t('Which one? Anything that speaks OpenAI’s chat completions will do');
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.items = itemsFor(off, new Map());
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const choice = pick.selectedItems[0]?.choice;
      if (choice === undefined) return;
      resolve(choice);
      pick.hide();
    });
    pick.onDidHide(() => {
      leave.abort();
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
    pick.busy = true;
    void lookOnThisMachine(off, ports, leave.signal).then((found) => {
      if (leave.signal.aborted) return;
      pick.busy = false;
      if (found.size > 0) pick.items = itemsFor(off, found);
    });
  });
}

/** How many models each server has that answers here. */
async function lookOnThisMachine(
  off: readonly Provider[],
  { client, log }: ProviderPorts,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const local = off.filter(({ baseUrl }) => isLoopback(baseUrl));
  const counts = await Promise.all(
    local.map(async (provider): Promise<readonly (readonly [string, number])[]> => {
      try {
        const listed = await client.models(provider, undefined, signal);
        return listed.ok ? [[provider.id, listed.models.length]] : [];
      } catch (error) {
        log.warn(`${provider.id} was not looked for: ${String(error)}`);
        return [];
      }
    }),
  );
  return new Map(counts.flat());
}

function itemsFor(off: readonly Provider[], found: ReadonlyMap<string, number>): readonly ChoiceItem[] {
  const here = off.filter(({ id }) => found.has(id));
  const others = off.filter(({ id }) => !found.has(id));
  return [
    ...section(
      vscode.l10n.t('Found on this machine'),
      here.map((provider) => ({
        choice: provider,
        label: provider.displayName,
        description: modelCount(found.get(provider.id) ?? 0),
        iconPath: new vscode.ThemeIcon('device-desktop'),
      })),
    ),
    ...section(
      vscode.l10n.t('Known'),
      others.map((provider) => ({
        choice: provider,
        label: provider.displayName,
        description: originOf(provider.baseUrl),
        iconPath: new vscode.ThemeIcon(isLoopback(provider.baseUrl) ? 'device-desktop' : 'cloud'),
      })),
    ),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      choice: 'own',
      label: vscode.l10n.t('Another one, by its address…'),
      iconPath: new vscode.ThemeIcon('globe'),
      alwaysShow: true,
    },
  ];
}

function modelCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 model, needs no key') : vscode.l10n.t('{0} models, needs no key', count);
}

function section(label: string, rows: readonly ChoiceItem[]): readonly ChoiceItem[] {
  return rows.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows];
}
