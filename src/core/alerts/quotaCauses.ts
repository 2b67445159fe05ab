import { drainPerMs, rearmPoints } from '../quota/bucket.ts';
import type { LongLimitStatus } from '../quota/keyStatus.ts';
import type { RouterEvent } from '../routing/routerEvent.ts';
import { withTheDay, type Cause, type Raise } from './outbox.ts';

/** Longer than from one `bucketHeld` to the next. */
const heldSlackMs = 90 * 60_000;
const dayMs = 86_400_000;

/** What a threshold of one key's limit is known by among all that has been said. */
const quotaCause = (fingerprint: string, status: LongLimitStatus, percent: number): string =>
  `quota:${fingerprint}:${status.limit}:${status.scope}:${status.ofKeyAlone === true ? 'alone:' : ''}${percent}`;

/** The same of a bucket from when it was said until it has fallen, whatever was said in the last 24 hours. */
const heldCause = (...of: Parameters<typeof quotaCause>): string => `held:${quotaCause(...of)}`;

/** What was said of a bucket stands until it could have fallen far enough below the threshold. */
export function heldCauses(
  { status, fingerprint }: Pick<Extract<RouterEvent, { kind: 'bucketHeld' }>, 'status' | 'fingerprint'>,
  thresholdsPercent: readonly number[],
  nowMs: number,
): readonly Cause[] {
  const percentMs = status.value / 100 / drainPerMs(status.limit, status.value);
  return thresholdsPercent.flatMap((percent): readonly Cause[] => {
    const points = (status.used / status.value) * 100 - percent + rearmPoints;
    if (points <= 0) return [];
    return [{ name: heldCause(fingerprint, status, percent), untilMs: nowMs + points * percentMs + heldSlackMs }];
  });
}

/**
 * Once a quota day, and lower thresholds with it; a status that is from just before its reset must not
 * speak twice either. Of a bucket at most once in 24 hours, and not before it has fallen.
 */
export function quotaOnce(
  event: Extract<RouterEvent, { kind: 'thresholdPassed' }>,
  thresholdsPercent: readonly number[],
  nowMs: number,
): Pick<Raise, 'cause' | 'covers' | 'unless'> {
  const { status, fingerprint, thresholdPercent } = event;
  const isBucket = status.form === 'bucket';
  const untilMs = isBucket ? nowMs + dayMs : Math.max(status.resetAtMs, nowMs + 60_000);
  const cause = (percent: number): Cause => {
    const name = quotaCause(fingerprint, status, percent);
    return { name: isBucket ? name : withTheDay(name), untilMs };
  };
  const lower = thresholdsPercent.filter((percent) => percent < thresholdPercent);
  const once = { cause: cause(thresholdPercent), covers: lower.map(cause) };
  if (!isBucket) return once;
  const held = heldCauses(event, [...lower, thresholdPercent], nowMs);
  return { ...once, covers: [...once.covers, ...held], unless: heldCause(fingerprint, status, thresholdPercent) };
}
