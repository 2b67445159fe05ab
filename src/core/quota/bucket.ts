import type { LimitName } from './limits.ts';
import { drainMs } from './limits.ts';
import { shapeOf } from './saneLimits.ts';

/** How full a bucket was at a moment, in its limit's unit. */
export type BucketLevel = {
  readonly level: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** The provider itself showed it since the bucket was last empty: use by others is in it. */
  readonly shown?: boolean | undefined;
};

/** What drains in one millisecond. */
export const drainPerMs = (limit: LimitName, value: number): number => value / drainMs[shapeOf[limit].window];

/** What comes back in an hour of a bucket of this size, in its limit's unit. */
export const freesAnHour = (limit: LimitName, value: number): number => drainPerMs(limit, value) * 3_600_000;

/** A bucket that was warned of is not warned of again before it has fallen so many points below the threshold. */
export const rearmPoints = 10;

/** The level now. A moment still to come was written before the clock was set back: nothing has drained since. */
export function levelNow({ level, atMs }: BucketLevel, limit: LimitName, value: number, nowMs: number): number {
  return Math.max(0, level - Math.max(0, nowMs - atMs) * drainPerMs(limit, value));
}

/**
 * Requests take a while to come in, and not all the same: what was charged may have begun to drain
 * later at the provider than here.
 */
export const arrivalMs = 500;

/** The level that the provider may still see when a request that is sent now comes in. */
export const levelSeen = (stored: BucketLevel, limit: LimitName, value: number, nowMs: number): number =>
  levelNow(stored, limit, value, nowMs - arrivalMs);

/** When a bucket at this level has room for `need`; `nowMs` where it has now. */
export function fitsAtMs(limit: LimitName, value: number, level: number, need: number, nowMs: number): number {
  const over = level + need - value;
  return over <= 0 ? nowMs : nowMs + Math.ceil(over / drainPerMs(limit, value));
}
