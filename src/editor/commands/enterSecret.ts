import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import { keyRef, type KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { sayStored } from './sayStored.ts';
import { askSecret } from './secretDialog.ts';

export type EnterSecretPorts = {
  readonly keyring: Pick<
    Keyring,
    'find' | 'nameOf' | 'prepareChange' | 'checkPrepared' | 'changeSecret' | 'secretOf' | 'cachedSecret'
  >;
  readonly providers: () => readonly Provider[];
};

/** A new secret for a key that is there, or the one again that the system lost. False: the user left. */
export async function enterSecret(ref: KeyRef, ports: EnterSecretPorts): Promise<boolean> {
  const { keyring, providers } = ports;
  const key = keyring.find(ref);
  const provider = providers().find(({ id }) => id === key?.provider);
  if (key === undefined || provider === undefined) return false;
  await keyring.secretOf(key);
  // Known to be gone: a storage that did not answer may well have it.
  const lost = keyring.cachedSecret(key.id) === undefined;
  const outcome = await askSecret({
    title: titleOf(key, lost, ports),
    prompt: lost
      ? vscode.l10n.t('The system no longer has it. Label, priority, limits and usage are still there.')
      : vscode.l10n.t('The new key. Health and usage start afresh; label, priority and limits stay.'),
    provider,
    providers,
    prepare: (text) => keyring.prepareChange(keyRef(key.provider, key.number), text),
    check: (prepared, signal) => keyring.checkPrepared(prepared, signal),
    take: (prepared, checked) => keyring.changeSecret(prepared, checked),
  });
  if (outcome.kind !== 'taken') return false;
  void sayStored(keyring.nameOf(outcome.taken.key), outcome.checked);
  return true;
}

function titleOf(key: ApiKey, lost: boolean, { keyring }: EnterSecretPorts): string {
  const name = keyring.nameOf(key);
  return lost ? vscode.l10n.t('Enter {0} Again', name) : vscode.l10n.t('New Secret of {0}', name);
}
