import type { Candidate, Lane } from './candidate.ts';
import { ifWaitedFor, obstacleOf, type Snapshot } from './obstacleOf.ts';
import { endsInMs } from './waiting.ts';

export type AttemptTimeAsk = {
  readonly candidate: Candidate;
  readonly lanes: readonly Lane[];
  readonly timeLeftMs: number;
  readonly attemptTimeoutMs: number;
  /** Looked at only where it matters. */
  readonly snapshot: () => Snapshot;
};

/**
 * How long one attempt may take to its first event: the providers that this request has not tried yet
 * and still can get an equal share of the time that is left, whether or not this one was tried before.
 * A server on loopback may have to load its model first, and gets all of it where no other is left.
 */
export function firstEventTimeoutMs({
  candidate,
  lanes,
  timeLeftMs,
  attemptTimeoutMs,
  snapshot,
}: AttemptTimeAsk): number {
  const leftMs = Math.max(1, timeLeftMs);
  if (candidate.isLoopback && !isOtherServerLeft(candidate, lanes, snapshot(), leftMs)) return leftMs;
  if (leftMs / lanes.length >= attemptTimeoutMs) return attemptTimeoutMs;
  const seen = snapshot();
  const others = lanes.filter(({ provider, candidates }) => {
    if (provider.id === candidate.provider.id || seen.tried.providersAsked.has(provider.id)) return false;
    return candidates.some((each) => mayAnswer(each, seen, leftMs));
  });
  return Math.min(attemptTimeoutMs, leftMs / (1 + others.length));
}

/** The models of one server wait for the same disk and memory: they are no way out. */
const isOtherServerLeft = (
  { origin }: Candidate,
  lanes: readonly Lane[],
  snapshot: Snapshot,
  leftMs: number,
): boolean =>
  lanes.some(({ candidates }) =>
    candidates.some((each) => each.origin !== origin && mayAnswer(each, snapshot, leftMs)),
  );

/** Now, with a shorter answer, or once what stands in the way has ended in time. */
function mayAnswer(candidate: Candidate, snapshot: Snapshot, leftMs: number): boolean {
  const obstacle = obstacleOf(candidate, snapshot);
  if (obstacle === undefined || obstacle.fittingCap !== undefined) return true;
  if (snapshot.tried.obstacleTo(candidate) !== undefined) return false;
  return endsInMs(ifWaitedFor(candidate, obstacle, snapshot), snapshot.nowMs, leftMs) !== undefined;
}
