import type { ApiKey } from '../keys/apiKey.ts';
import { keysByProvider, type ProviderKeys } from '../keys/providerKeys.ts';
import type { Secret } from '../keys/secret.ts';
import type { Clock } from '../ports.ts';
import type { CheckResult } from '../providers/chatCall.ts';
import { isRefusal } from '../providers/failure.ts';
import type { Provider } from '../providers/provider.ts';
import type { Ledger } from '../quota/ledger.ts';
import { bringBackModels } from '../quota/modelsOut.ts';
import { afterCheck, knowsNoCheck } from './afterCheck.ts';
import { afterCatchingUp, afterProviderCheck, fellBehind, mayTry } from './demotion.ts';
import { fallBehind, footingOf, isChecked } from './footing.ts';
import { isQuarantined } from './healthRules.ts';

/** A little under the minute between two checks, so that with the looks between it is never more. */
export const checkEveryMs = 55_000;

export type ProviderRecoveryPorts = {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly keys: () => readonly ApiKey[];
  /** In the user's order. */
  readonly providers: () => readonly Provider[];
  readonly secretOf: (key: ApiKey) => Promise<Secret | undefined>;
  readonly isOriginConfirmed: (key: ApiKey, provider: Provider) => boolean;
  readonly check: (provider: Provider, secret: Secret | undefined, signal: AbortSignal) => Promise<CheckResult>;
};

/**
 * One look at the providers that fell behind: notes since when, and where a check is due and no other
 * window makes it, finds out whether one request may try. Nobody else would ever ask them.
 */
export async function lookAtProviders(ports: ProviderRecoveryPorts, signal: AbortSignal): Promise<void> {
  const { ledger, clock, providers, keys } = ports;
  const rows = keysByProvider(providers(), keys())
    .filter(({ provider }) => provider.models.length > 0)
    .map((row) => ({ ...row, ...footingOf(row.provider, row.keys, ledger, clock.now()) }));
  const { behind } = fallBehind(rows.filter(({ isIdle }) => !isIdle));
  await Promise.all(rows.map((row) => (behind.has(row) ? lookAt(ports, row, signal) : noteCaughtUp(ports, row))));
}

async function noteCaughtUp({ ledger }: ProviderRecoveryPorts, { provider }: ProviderKeys): Promise<void> {
  if (ledger.demotion(provider.id)?.state === 'behind') await ledger.changeDemotion(provider.id, afterCatchingUp);
}

async function lookAt(ports: ProviderRecoveryPorts, row: ProviderKeys, signal: AbortSignal): Promise<void> {
  const { ledger, clock } = ports;
  const { provider } = row;
  const nowMs = clock.now();
  const known = ledger.demotion(provider.id);
  if (known === undefined) await ledger.changeDemotion(provider.id, (before) => before ?? fellBehind(nowMs));
  if (mayTry(known, nowMs) || !isChecked(provider)) return;
  if (await ledger.mark(`check:provider:${provider.id}`, nowMs + checkEveryMs, nowMs)) await check(ports, row, signal);
}

async function check(ports: ProviderRecoveryPorts, row: ProviderKeys, signal: AbortSignal): Promise<void> {
  const { ledger, clock } = ports;
  const { provider } = row;
  const asked = await firstUsable(ports, row);
  if (asked === undefined) return;
  const result = await ports.check(provider, asked.secret, signal);
  if (signal.aborted) return;
  const nowMs = clock.now();
  await ledger.changeHealth(asked.key.fingerprint, (health) => afterCheck(health, result, nowMs));
  if (result.kind === 'ok' && result.models !== undefined) {
    await bringBackModels(ledger, provider, row.keys, result.models);
  }
  // A refused key and a server without such a check say nothing about the outage.
  if (result.kind !== 'ok' && (isRefusal(result.failure) || knowsNoCheck(result.failure))) return;
  const isGood = result.kind === 'ok';
  await ledger.changeDemotion(provider.id, (before) => afterProviderCheck(before, isGood, nowMs));
}

/** Any active key that can be sent. */
async function firstUsable(
  { ledger, clock, isOriginConfirmed, secretOf }: ProviderRecoveryPorts,
  { provider, keys }: ProviderKeys,
): Promise<{ readonly key: ApiKey; readonly secret: Secret } | undefined> {
  for (const key of keys) {
    const isActive = key.enabled && !isQuarantined(ledger.health(key.fingerprint), clock.now());
    if (!isActive || !isOriginConfirmed(key, provider)) continue;
    const secret = await secretOf(key);
    if (secret !== undefined) return { key, secret };
  }
  return undefined;
}
