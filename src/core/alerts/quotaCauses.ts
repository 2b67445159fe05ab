import { drainPerMs, rearmPoints } from '../quota/bucket.ts';
import type { LongLimitStatus } from '../quota/keyStatus.ts';
import type { RouterEvent } from '../routing/routerEvent.ts';
import type { Cause } from './outbox.ts';

/** Longer than from one `bucketHeld` to the next. */
const heldSlackMs = 90 * 60_000;

/** What a threshold of one key's limit is known by among all that has been said. */
export const quotaCause = (fingerprint: string, status: LongLimitStatus, percent: number): string =>
  `quota:${fingerprint}:${status.limit}:${status.scope}:${status.ofKeyAlone === true ? 'alone:' : ''}${percent}`;

/** What was said of a bucket stands until it could have fallen far enough below the threshold. */
export function heldCauses(
  { status, fingerprint }: Extract<RouterEvent, { kind: 'bucketHeld' }>,
  thresholdsPercent: readonly number[],
  nowMs: number,
): readonly Cause[] {
  const percentMs = status.value / 100 / drainPerMs(status.limit, status.value);
  return thresholdsPercent.flatMap((percent): readonly Cause[] => {
    const points = (status.used / status.value) * 100 - percent + rearmPoints;
    if (points <= 0) return [];
    return [{ name: quotaCause(fingerprint, status, percent), untilMs: nowMs + points * percentMs + heldSlackMs }];
  });
}
