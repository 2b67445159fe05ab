import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import { unconfirmedOrigins } from '../../core/keys/keyOrigins.ts';
import { keyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { Done } from '../../core/keys/keyringResult.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { plainText } from '../plainText.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';

export type ConfirmOriginPorts = {
  readonly keyring: Pick<Keyring, 'nameOf' | 'confirmOrigins'>;
  readonly providers: () => readonly Provider[];
};

export type HeldKeysPorts = ConfirmOriginPorts & { readonly keyring: Pick<Keyring, 'keys'> };

/** Origins that the settings name now and that the user has not confirmed for this key. */
export function newOriginsOf(key: ApiKey, providers: readonly Provider[]): readonly string[] {
  const provider = providers.find(({ id }) => id === key.provider);
  return provider === undefined ? [] : unconfirmedOrigins(key, provider);
}

/** Enabled or not: keys that the settings would send to an address that the user never saw. */
export const heldKeys = ({ keyring, providers }: HeldKeysPorts): readonly ApiKey[] =>
  keyring.keys().filter((key) => newOriginsOf(key, providers()).length > 0);

/** Asks in a modal that names where the key would go and what it was added for. Only those are confirmed. */
export async function confirmOrigin(key: ApiKey, ports: ConfirmOriginPorts): Promise<Done> {
  return confirmTogether([key], ports);
}

/** The same for held keys: provider by provider, with a choice among several keys. */
export async function reviewHeldKeys(ports: HeldKeysPorts, onlyProvider?: string): Promise<void> {
  const held = heldKeys(ports).filter(({ provider }) => onlyProvider === undefined || provider === onlyProvider);
  // Keys of one provider can differ in what they were confirmed for.
  const groups = Map.groupBy(held, (key) => [key.provider, ...newOriginsOf(key, ports.providers())].join('\n'));
  for (const keys of groups.values()) {
    const chosen = keys.length === 1 ? keys : await chooseKeys(keys, ports);
    if (chosen.length === 0) continue;
    await confirmOrSay(chosen, ports);
  }
}

async function confirmOrSay(keys: readonly ApiKey[], ports: ConfirmOriginPorts): Promise<void> {
  const done = await confirmTogether(keys, ports);
  if (done.ok) return;
  const words = describeKeyringProblem(vscode.l10n, ports.providers(), done.problem);
  void showKeyringProblem(words, done.problem, () => confirmOrSay(keys, ports));
}

async function chooseKeys(
  keys: readonly ApiKey[],
  { keyring, providers }: ConfirmOriginPorts,
): Promise<readonly ApiKey[]> {
  const [first] = keys;
  const origins = first === undefined ? [] : newOriginsOf(first, providers());
  const items = keys.map((key) => ({
    key,
    label: keyring.nameOf(key),
    description: [plainText(key.label), key.origins.join(', ')].filter((word) => word !== '').join(' · '),
    picked: true,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Held Keys'),
    placeHolder: vscode.l10n.t('Which of them may go to {0}? They stay held otherwise', origins.join(', ')),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return chosen?.map(({ key }) => key) ?? [];
}

/** Longer lists say how much more there is. */
const maxNamed = 20;

async function confirmTogether(keys: readonly ApiKey[], { keyring, providers }: ConfirmOriginPorts): Promise<Done> {
  const origins = [...new Set(keys.flatMap((key) => newOriginsOf(key, providers())))];
  const [first] = keys;
  if (first === undefined || origins.length === 0) return { ok: true };
  const names = keys.map((key) => keyring.nameOf(key));
  const confirm = vscode.l10n.t('Send It There');
  const question =
    keys.length === 1
      ? vscode.l10n.t('Send {0} to a new address?', keyring.nameOf(first))
      : vscode.l10n.t('Send {0} keys to a new address?', keys.length);
  const detail = [
    ...(keys.length === 1 ? [] : [names.slice(0, maxNamed).join(', ') + (names.length > maxNamed ? ', …' : '')]),
    vscode.l10n.t(
      'The settings now send this provider’s requests to:\n\n{0}\n\nThe key was added for:\n\n{1}\n\nWhoever runs the new address can read the key and everything that is sent with it.',
      origins.join('\n'),
      [...new Set(keys.flatMap((key) => key.origins))].join('\n'),
    ),
  ].join('\n\n');
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, confirm);
  if (chosen !== confirm) return { ok: true };
  for (const key of keys) {
    const done = await keyring.confirmOrigins(keyRef(key.provider, key.number), origins);
    if (!done.ok) return done;
  }
  return { ok: true };
}
