import type { ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import { knownLimits } from './knownLimits.ts';
import type { Ledger } from './ledger.ts';
import type { LimitName } from './limits.ts';

/** What holds where the user gives no number of their own. `least` and `most` differ where models do. */
export type DefaultLimit = {
  readonly least: number;
  readonly most: number;
  /** Each model has its own, rather than all of them together. */
  readonly perModel: boolean;
  readonly source: 'learned' | 'catalog';
  /** When the provider last said one of them. Epoch milliseconds. */
  readonly learnedAtMs?: number;
};

/** Undefined: nobody has named one. What the provider said of one model counts before the catalog. */
export function defaultLimit(
  key: ApiKey,
  provider: Provider,
  name: LimitName,
  ledger: Pick<Ledger, 'learned' | 'learnedAtMs'>,
): DefaultLimit | undefined {
  const asIfNone = { ...key, limits: {}, poolLimits: {} };
  const models = provider.models.length === 0 ? ['*'] : provider.models.map(({ id }) => id);
  const known = models
    .flatMap((model) => knownLimits(asIfNone, provider, model, ledger))
    .filter(({ limit }) => limit === name);
  if (known.length === 0) return undefined;
  const values = known.map(({ value }) => value);
  const saidAtMs = known.flatMap(({ learnedAtMs }) => learnedAtMs ?? []);
  return {
    least: Math.min(...values),
    most: Math.max(...values),
    perModel: known.some(({ scope }) => scope !== '*'),
    source: known.some(({ source }) => source === 'learned') ? 'learned' : 'catalog',
    ...(saidAtMs.length === 0 ? {} : { learnedAtMs: Math.max(...saidAtMs) }),
  };
}
