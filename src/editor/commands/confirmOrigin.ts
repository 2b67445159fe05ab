import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import { unconfirmedOrigins } from '../../core/keys/keyOrigins.ts';
import { keyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { Done } from '../../core/keys/keyringResult.ts';
import type { Provider } from '../../core/providers/provider.ts';

export type ConfirmOriginPorts = {
  readonly keyring: Pick<Keyring, 'nameOf' | 'confirmOrigins'>;
  readonly providers: () => readonly Provider[];
};

/** Origins that the settings name now and that the user has not confirmed for this key. */
export function newOriginsOf(key: ApiKey, providers: readonly Provider[]): readonly string[] {
  const provider = providers.find(({ id }) => id === key.provider);
  return provider === undefined ? [] : unconfirmedOrigins(key, provider);
}

/** Asks in a modal that names where the key would go and what it was added for. Only those are confirmed. */
export async function confirmOrigin(key: ApiKey, { keyring, providers }: ConfirmOriginPorts): Promise<Done> {
  const origins = newOriginsOf(key, providers());
  if (origins.length === 0) return { ok: true };
  const confirm = vscode.l10n.t('Send It There');
  const detail = vscode.l10n.t(
    'The settings now send this provider’s requests to:\n\n{0}\n\nThe key was added for:\n\n{1}\n\nWhoever runs the new address can read the key and everything that is sent with it.',
    origins.join('\n'),
    key.origins.join('\n'),
  );
  const question = vscode.l10n.t('Send {0} to a new address?', keyring.nameOf(key));
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, confirm);
  if (chosen !== confirm) return { ok: true };
  return keyring.confirmOrigins(keyRef(key.provider, key.number), origins);
}
