import { accountOf, type Account, type ApiKey } from '../keys/apiKey.ts';
import { keyRef, type KeyRef } from '../keys/keyRef.ts';
import { keysByProvider, type ProviderKeys } from '../keys/providerKeys.ts';
import { isLoopback, originOf } from '../providers/origin.ts';
import type { Model, Provider } from '../providers/provider.ts';

/** One (key, model) pair that a request could be sent with. */
export type Candidate = {
  readonly key: ApiKey;
  readonly ref: KeyRef;
  readonly account: Account;
  readonly provider: Provider;
  readonly model: Model;
  /** Where the request would go: scheme, host and port. */
  readonly origin: string;
  readonly isLoopback: boolean;
};

export const pairOf = ({ key, model }: Candidate): string => `${key.id} ${model.id}`;

export const isSamePair = (a: Candidate, b: Candidate | undefined): boolean =>
  b !== undefined && pairOf(a) === pairOf(b);

/** One provider's candidates: model's place first, then key priority, then number. */
export type Lane = {
  readonly provider: Provider;
  readonly keys: readonly ApiKey[];
  readonly candidates: readonly Candidate[];
};

/** Lanes in the order of the providers, which is the user's. */
export function lanesOf(providers: readonly Provider[], keys: readonly ApiKey[]): readonly Lane[] {
  return keysByProvider(providers, keys)
    .map(laneOf)
    .filter((lane) => lane.candidates.length > 0);
}

function laneOf({ provider, keys }: ProviderKeys): Lane {
  const place = { provider, origin: originOf(provider.baseUrl), isLoopback: isLoopback(provider.baseUrl) };
  const entries = keys.map((key) => ({ key, ref: keyRef(provider.id, key.number), account: accountOf(key) }));
  const candidates = provider.models.flatMap((model) => entries.map((entry) => ({ ...entry, ...place, model })));
  return { provider, keys, candidates };
}
