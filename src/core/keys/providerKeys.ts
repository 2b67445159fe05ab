import type { Provider } from '../providers/provider.ts';
import type { ApiKey } from './apiKey.ts';

export type ProviderKeys = { readonly provider: Provider; readonly keys: readonly ApiKey[] };

/** Each provider with the keys that its requests can go out with, by priority, then number. */
export function keysByProvider(providers: readonly Provider[], keys: readonly ApiKey[]): readonly ProviderKeys[] {
  const groups = Map.groupBy(keys, (key) => key.provider);
  return providers.map((provider) => ({ provider, keys: keysOf(provider, groups.get(provider.id) ?? []) }));
}

function keysOf(provider: Provider, own: readonly ApiKey[]): readonly ApiKey[] {
  if (own.length === 0 && !provider.needsKey) return [keylessKey(provider)];
  return own.toSorted((a, b) => a.priority - b.priority || a.number - b.number);
}

/** Ollama and its like answer without a key: the ledger still counts under a name of their own. */
function keylessKey(provider: Provider): ApiKey {
  const name = `keyless-${provider.id}`;
  return {
    id: name,
    provider: provider.id,
    number: 1,
    label: '',
    priority: 1,
    limits: {},
    enabled: true,
    origins: [],
    fingerprint: name,
    addedAtMs: 0,
  };
}
