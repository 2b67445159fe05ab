import type { KeyRef } from '../keys/keyRef.ts';
import type { LongLimitStatus } from '../quota/keyStatus.ts';
import type { Scope } from '../quota/ledger.ts';
import type { LimitName } from '../quota/limits.ts';

type OfKey = {
  readonly atMs: number;
  readonly key: KeyRef;
  readonly fingerprint: string;
};

/** Every key is well and has no quota left. */
export type UsedUp = {
  /** When the first one has quota again; absent: none by itself. */
  readonly firstBackAtMs?: number;
};

/**
 * What the router noticed, said by the window that settled. Who is told, whether, and that once, is the
 * alerts' matter. Sentences are for people and hold no secret.
 */
export type RouterEvent =
  /** One settle took a day or month of the key past one or more thresholds: the highest is named. */
  | (OfKey & {
      readonly kind: 'thresholdPassed';
      readonly thresholdPercent: number;
      readonly status: LongLimitStatus;
      /** The one day limit that the provider is known for. */
      readonly isDaily: boolean;
    })
  /** A day's or month's bucket is still so full that what was said of it need not be said again. Now and then. */
  | (OfKey & { readonly kind: 'bucketHeld'; readonly status: LongLimitStatus })
  | (OfKey & { readonly kind: 'exhausted'; readonly untilMs: number; readonly next?: KeyRef })
  | (OfKey & { readonly kind: 'refused'; readonly sentence: string })
  | (OfKey & { readonly kind: 'noCredit'; readonly sentence: string })
  /** The key answered a chat: what had been said of it may be said again. */
  | (OfKey & { readonly kind: 'answered' })
  | {
      readonly kind: 'allFailed';
      readonly atMs: number;
      readonly route: string;
      readonly reasons: readonly { readonly provider: string; readonly sentence: string }[];
      readonly usedUp?: UsedUp;
    }
  | {
      readonly kind: 'modelReplaced';
      readonly atMs: number;
      readonly provider: string;
      readonly model: string;
      readonly replacement: string | undefined;
    }
  | (OfKey & {
      readonly kind: 'limitLearned';
      readonly scope: Scope;
      readonly limit: LimitName;
      readonly value: number;
      /** Set when the user's own number is far below it. */
      readonly userValue?: number;
    })
  /** Every origin failed at DNS or connecting; said once per spell. */
  | { readonly kind: 'offline'; readonly atMs: number }
  | { readonly kind: 'online'; readonly atMs: number };
