import type { ApiKey } from '../keys/apiKey.ts';
import type { Health } from '../health/health.ts';
import type { LearnedConcurrency } from './concurrency.ts';
import type { Scope } from './ledger.ts';
import type { LimitForm, LimitName, LongLimit } from './limits.ts';

/** One limit of one key as it stands. Amounts in the limit's own unit. */
export type LimitStatus = {
  readonly limit: LimitName;
  readonly scope: Scope;
  /** Of a key in a pool: its own limit, beside those that hold for the pool. */
  readonly ofKeyAlone?: true;
  readonly form: LimitForm;
  /** Of a bucket, its level. */
  readonly used: number;
  readonly value: number;
  readonly remaining: number;
  /** One decimal; never 100 before the limit is reached. */
  readonly percentage: number;
  readonly source: 'user' | 'learned' | 'catalog';
  /** Of a learned one: when the provider last said so. Epoch milliseconds. */
  readonly learnedAtMs?: number;
  /**
   * When a day or month turns; for seconds and minutes, when room comes back; for a bucket, when a
   * twentieth of it is free, which may be now.
   */
  readonly resetAtMs: number;
};

export type LongLimitStatus = LimitStatus & { readonly limit: LongLimit };

export type KeyState =
  | 'ok'
  | 'warning'
  | 'cooling'
  | 'exhausted'
  | 'quarantined'
  | 'refused'
  | 'disabled'
  | 'secretMissing'
  | 'originNotConfirmed'
  /** Neither this version nor the settings know the key's provider: it is kept and not used. */
  | 'providerUnknown';

/** Everything the tree, the status bar and the dashboard show of a key. Holds no secret. */
export type KeyStatus = {
  readonly key: ApiKey;
  readonly state: KeyState;
  /** When the state ends by itself. */
  readonly untilMs?: number;
  /** The daily limit's, or the tightest other's; undefined where no limit is known. */
  readonly headline?: LimitStatus;
  /** Used today in the provider's daily unit, whether or not a limit is known. */
  readonly usedToday: number;
  readonly limits: readonly LimitStatus[];
  /** So many requests of its account are taken at once, as its provider said. */
  readonly learnedConcurrent?: LearnedConcurrency;
  readonly health: Health;
};
