import type { LimitName } from '../quota/limits.ts';

/** What one reply said of one limit. */
export type RateReading = {
  readonly limit: LimitName;
  readonly scope: 'key' | 'model';
  /** The limit's own number: a learned limit. */
  readonly limitValue?: number;
  readonly remaining?: number;
  /** Milliseconds until the window is full again, as the reply named it. */
  readonly resetInMs?: number;
};

/** All that one reply said of limits, and the account it named (Groq's `org_…`). */
export type RateReadings = { readonly readings: readonly RateReading[]; readonly account?: string };
