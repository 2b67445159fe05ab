import type { ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import type { Ledger } from './ledger.ts';

/** A cap on the requests that may be under way at once, with those that are, over all windows. */
export type Concurrency = {
  /** What the cap is on. */
  readonly of: `key:${string}`;
  readonly underWay: number;
  readonly most: number;
};

/** The cap that the user or the catalog sets; undefined: there is none. The key's own number wins over its provider's. */
export const maxConcurrentOf = (
  key: Pick<ApiKey, 'maxConcurrent'>,
  provider: Pick<Provider, 'maxConcurrent'>,
): number | undefined => key.maxConcurrent ?? provider.maxConcurrent;

/** The caps that hold for requests with a key. */
export const capsOf = (
  ledger: Pick<Ledger, 'concurrency'>,
  { key, provider }: { readonly key: ApiKey; readonly provider: Provider },
): readonly Concurrency[] => ledger.concurrency({ keyId: key.id, maxConcurrent: maxConcurrentOf(key, provider) });

export const isFull = ({ underWay, most }: Concurrency): boolean => underWay >= most;
