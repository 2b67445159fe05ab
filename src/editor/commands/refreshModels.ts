import * as vscode from 'vscode';

import { isOriginConfirmed } from '../../core/keys/keyOrigins.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { ModelsResult } from '../../core/providers/chatCall.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { Secret } from '../../core/keys/secret.ts';
import { withListedModels } from '../../core/providers/refreshedModels.ts';
import { failureWords } from './checkWords.ts';
import { providerIn } from './keyArgument.ts';
import { registerCommand } from './registerCommand.ts';

export type RefreshModelsPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'secretOf'>;
  readonly client: {
    models(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<ModelsResult>;
  };
  readonly providers: () => readonly Provider[];
  /** Kept for all windows and restarts. */
  readonly keepModels: (provider: string, models: (ModelsResult & { ok: true })['models']) => Promise<void>;
  readonly bringBackModels: (provider: Provider) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Asks every provider that has a key, or the one that the argument names, what models it serves, and says what changed. */
export function registerRefreshModels(ports: RefreshModelsPorts): vscode.Disposable {
  return registerCommand('aiKeys.refreshModels', ports.log, async (argument) => {
    const wanted = providerIn(argument);
    const title = vscode.l10n.t('Asking for models');
    const location = vscode.ProgressLocation.Notification;
    const lines = await vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
      const leave = new AbortController();
      token.onCancellationRequested(() => leave.abort());
      const usable = ports.providers().filter((provider) => isUsable(provider, ports));
      const named = usable.filter(({ id }) => id === wanted);
      const known = named.length > 0 ? named : usable;
      return await Promise.all(known.map((provider) => refresh(provider, ports, leave.signal)));
    });
    const none = vscode.l10n.t('There is no key to ask with. Add one first.');
    for (const line of lines) ports.log.info(line);
    void vscode.window.showInformationMessage(lines.length === 0 ? none : lines.join(' '));
  });
}

const isUsable = (provider: Provider, { keyring }: RefreshModelsPorts): boolean =>
  !provider.needsKey || keyring.keys().some((key) => key.provider === provider.id && key.enabled);

async function refresh(provider: Provider, ports: RefreshModelsPorts, signal: AbortSignal): Promise<string> {
  const result = await askFor(provider, ports, signal);
  const name = provider.displayName;
  if (!result.ok) return vscode.l10n.t('{0}: {1}.', name, failureWords(vscode.l10n, result.failure));
  const { gone } = withListedModels(provider, result.models);
  await ports.keepModels(provider.id, result.models);
  await ports.bringBackModels(provider);
  const count = result.models.length;
  return gone.length === 0
    ? vscode.l10n.t('{0} serves {1} models.', name, count)
    : vscode.l10n.t('{0} serves {1} models; gone are {2}.', name, count, gone.join(', '));
}

/** With the first key that is let in; a refused one does not stand for its provider. */
async function askFor(
  provider: Provider,
  { keyring, client }: RefreshModelsPorts,
  signal: AbortSignal,
): Promise<ModelsResult> {
  if (!provider.needsKey) return await client.models(provider, undefined, signal);
  const keys = keyring.keys().filter((key) => key.provider === provider.id && key.enabled);
  let result: ModelsResult = { ok: false, failure: { kind: 'authInvalid', said: '' } };
  for (const key of keys) {
    const secret = isOriginConfirmed(key, provider) ? await keyring.secretOf(key) : undefined;
    if (secret === undefined) continue;
    result = await client.models(provider, secret, signal);
    if (result.ok || signal.aborted) return result;
  }
  return result;
}
