import { drainPerMs, rearmPoints } from '../quota/bucket.ts';
import type { LimitStatus } from '../quota/keyStatus.ts';
import type { RouterEvent } from '../routing/routerEvent.ts';
import type { Cause } from './outbox.ts';

/** Longer than from one `bucketHeld` to the next. */
const heldSlackMs = 90 * 60_000;

/** What a threshold of one key's day or month is known by among all that has been said. */
export const quotaCause = (fingerprint: string, window: 'day' | 'month', percent: number): string =>
  `quota:${fingerprint}:${window}:${percent}`;

/** A second or a minute is over before anyone has read of it. */
export function warnedWindow({ limit }: LimitStatus): 'day' | 'month' | undefined {
  if (limit.endsWith('Day')) return 'day';
  return limit.endsWith('Month') ? 'month' : undefined;
}

/** What was said of a bucket stands until it could have fallen far enough below the threshold. */
export function heldCauses(
  { status, fingerprint }: Extract<RouterEvent, { kind: 'bucketHeld' }>,
  thresholdsPercent: readonly number[],
  nowMs: number,
): readonly Cause[] {
  const window = warnedWindow(status);
  if (window === undefined) return [];
  const percentMs = status.value / 100 / drainPerMs(status.limit, status.value);
  return thresholdsPercent.flatMap((percent): readonly Cause[] => {
    const points = (status.used / status.value) * 100 - percent + rearmPoints;
    if (points <= 0) return [];
    return [{ name: quotaCause(fingerprint, window, percent), untilMs: nowMs + points * percentMs + heldSlackMs }];
  });
}
