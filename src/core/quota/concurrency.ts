import type { ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';

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

export const isFull = ({ underWay, most }: Concurrency): boolean => underWay >= most;
