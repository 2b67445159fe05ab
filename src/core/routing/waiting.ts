import { countdown } from '../guidance/countdown.ts';
import type { KeyRef } from '../keys/keyRef.ts';
import type { Clock, L10n } from '../ports.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Obstacle } from './obstacle.ts';
import type { PassedBy } from './rank.ts';
import { nameOf } from './routeWords.ts';

/** Waiting makes sense when this much of the deadline is left afterwards. */
const spareMs = 3_000;
/** A wait shorter than this is not worth a word to the user. */
const worthSayingMs = 1_000;

export type Wait = {
  readonly waitMs: number;
  /** The key that is waited for. */
  readonly key: KeyRef;
  readonly sentence: string;
  /** Long enough to tell the user while it lasts. */
  readonly isWorthSaying: boolean;
};

/** The soonest end of what stands in the way, if it leaves time for an answer. */
export function soonestEnd(
  l10n: L10n,
  passedBy: readonly PassedBy[],
  nowMs: number,
  timeLeftMs: number,
): Wait | undefined {
  let soonest: { waitMs: number; row: PassedBy } | undefined;
  for (const row of passedBy) {
    const waitMs = endsInMs(row.obstacle, nowMs, timeLeftMs);
    if (waitMs !== undefined && (soonest === undefined || waitMs < soonest.waitMs)) soonest = { waitMs, row };
  }
  if (soonest === undefined) return undefined;
  const { waitMs, row } = soonest;
  const key = row.candidate.ref;
  const name = nameOf(l10n, row.candidate);
  const { onlyHeld, reason, onTrialUntilMs } = row.obstacle;
  if (onlyHeld === true || reason === 'busy' || onTrialUntilMs !== undefined) {
    const sentence = l10n.t('Waiting until other requests with {0} have ended', name);
    return { waitMs, key, sentence, isWorthSaying: true };
  }
  const sentence = l10n.t('Waiting {0} for {1}', countdown(l10n, waitMs), name);
  return { waitMs, key, sentence, isWorthSaying: waitMs >= worthSayingMs };
}

/** Undefined: this does not end in time for an attempt. A held reservation ends when its request does. */
export function endsInMs(obstacle: Obstacle, nowMs: number, timeLeftMs: number): number | undefined {
  const { reason, untilMs, unheldAtMs, onTrialUntilMs = nowMs } = obstacle;
  const mostMs = timeLeftMs - spareMs;
  if (mostMs <= 0) return undefined;
  if (onTrialUntilMs > nowMs) return Math.min(mostMs, onTrialUntilMs - nowMs);
  if (reason === 'busy') return mostMs;
  if (reason !== 'cooling' && reason !== 'noRoom' && reason !== 'exhausted') return undefined;
  const waitMs = untilMs === undefined ? undefined : Math.max(1, untilMs - nowMs);
  if (waitMs !== undefined && waitMs <= mostMs) return waitMs;
  // What is held may come back: any change in the ledger ends the wait.
  return unheldAtMs !== undefined && unheldAtMs - nowMs <= mostMs ? mostMs : undefined;
}

/** Waits at most this long; a change of what is watched or a cancelled request ends it. Answers how long it took. */
export function waitForChange(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  watched: readonly Pick<Ledger, 'onDidChange'>[] = [],
): Promise<number> {
  const startedMs = clock.monotonic();
  return new Promise((resolve) => {
    const end = (): void => {
      cancelTimer();
      for (const cancel of cancelWatches) cancel();
      signal.removeEventListener('abort', end);
      resolve(Math.max(0, clock.monotonic() - startedMs));
    };
    const cancelTimer = clock.after(ms, end);
    const cancelWatches = watched.map((each) => each.onDidChange(end));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
