import { isChecked } from '../health/footing.ts';
import { isQuarantined, mayFindOut } from '../health/healthRules.ts';
import type { Block, Ceiling, Ledger } from '../quota/ledger.ts';
import { isLong } from '../quota/limits.ts';
import type { Concurrency } from '../quota/concurrency.ts';
import { modelOutOf } from '../quota/modelsOut.ts';
import type { Room } from '../quota/roomBook.ts';
import type { Candidate } from './candidate.ts';
import type { Obstacle, Size } from './obstacle.ts';
import type { Tried } from './tried.ts';

/** All that choosing looks at: the ledger as last seen, and this request. Choosing changes nothing. */
export type Snapshot = {
  readonly nowMs: number;
  readonly ledger: Pick<Ledger, 'health' | 'demotion' | 'blocks' | 'modelsOut' | 'medianLatencyMs'>;
  readonly room: (candidate: Candidate, tokens: number) => Room;
  /** One request may find out whether the old learned limits that have no room still hold. */
  readonly mayPass: (candidate: Candidate, tokens: number) => boolean;
  /** The cap on requests at once that has no room for one more. */
  readonly busy: (candidate: Candidate) => Concurrency | undefined;
  readonly size: (candidate: Candidate) => Size;
  readonly wanted: (candidate: Candidate) => boolean;
  readonly secretPresent: (candidate: Candidate) => boolean;
  readonly originConfirmed: (candidate: Candidate) => boolean;
  /** It did not answer in time a moment ago. */
  readonly timedOut: (candidate: Candidate) => boolean;
  readonly tried: Tried;
};

export function obstacleOf(candidate: Candidate, snapshot: Snapshot): Obstacle | undefined {
  return (
    standing(candidate, snapshot) ??
    quarantine(candidate, snapshot) ??
    blocked(candidate, snapshot) ??
    snapshot.tried.obstacleTo(candidate) ??
    full(candidate, snapshot)
  );
}

/** The same obstacle for who thinks of waiting: a wait helps no request that is too large. */
export const ifWaitedFor = (candidate: Candidate, obstacle: Obstacle, snapshot: Snapshot): Obstacle =>
  obstacle.reason === 'cooling' || obstacle.reason === 'busy' ? (tooLarge(candidate, snapshot) ?? obstacle) : obstacle;

const disabled: Obstacle = { reason: 'disabled' };
const notWanted: Obstacle = { reason: 'notWanted' };
const secretMissing: Obstacle = { reason: 'secretMissing' };
const originNotConfirmed: Obstacle = { reason: 'originNotConfirmed' };

function standing(candidate: Candidate, snapshot: Snapshot): Obstacle | undefined {
  if (!snapshot.wanted(candidate)) return notWanted;
  if (!candidate.key.enabled) return disabled;
  if (!snapshot.originConfirmed(candidate)) return originNotConfirmed;
  if (!snapshot.secretPresent(candidate)) return secretMissing;
  return undefined;
}

/** Past its end a quarantine still holds until a check was good, or one request has found out where there is none. */
function quarantine(candidate: Candidate, { ledger, nowMs, tried }: Snapshot): Obstacle | undefined {
  const health = ledger.health(candidate.key.fingerprint);
  if (health.quarantine === undefined) return undefined;
  if (mayFindOut(health, isChecked(candidate.provider), nowMs)) return tried.obstacleOnTrial(candidate);
  return { reason: 'quarantined', untilMs: isQuarantined(health, nowMs) ? health.quarantine.untilMs : nowMs };
}

function blocked(candidate: Candidate, { ledger, nowMs }: Snapshot): Obstacle | undefined {
  const { provider, account, model } = candidate;
  const network = ledger.blocks(`provider:${provider.id}`, nowMs)[0];
  if (network !== undefined) return { reason: 'providerPassedOver', untilMs: network.untilMs };
  const gone = modelOutOf(ledger, provider, account, model.id, nowMs);
  if (gone !== undefined) return { reason: 'modelGone', untilMs: gone.untilMs };
  const longest = longestOf(ledger.blocks(account, nowMs), model.id);
  if (longest === undefined) return undefined;
  return { reason: longest.kind === 'exhausted' ? 'exhausted' : 'cooling', untilMs: longest.untilMs };
}

function longestOf(blocks: readonly Block[], model: string): Block | undefined {
  let longest: Block | undefined;
  for (const block of blocks) {
    if (block.scope !== '*' && block.scope !== model) continue;
    if (longest === undefined || block.untilMs > longest.untilMs) longest = block;
  }
  return longest;
}

/** Whatever room there is: the model, or its minute, takes no request of this size. */
function tooLarge(candidate: Candidate, { size, tried }: Snapshot): Obstacle | undefined {
  const { prompt, smallestCap, most: known = Number.POSITIVE_INFINITY } = size(candidate);
  const most = Math.min(known, (tried.tooLargeFrom(candidate) ?? Number.POSITIVE_INFINITY) - 1);
  const needed = prompt + smallestCap;
  return needed > most ? { reason: 'tooLarge', tokens: { needed, most } } : undefined;
}

/** Last, since this ends with the requests under way and the others do not. It has no room for a shorter answer either. */
function full(candidate: Candidate, snapshot: Snapshot): Obstacle | undefined {
  const small = tooSmall(candidate, snapshot);
  if (small !== undefined && small.fittingCap === undefined) return small;
  const concurrency = snapshot.busy(candidate);
  return concurrency === undefined ? small : { reason: 'busy', concurrency };
}

function tooSmall(candidate: Candidate, snapshot: Snapshot): Obstacle | undefined {
  const large = tooLarge(candidate, snapshot);
  if (large !== undefined) {
    // A key with nothing left for the day is not usable, whatever the size.
    const bare = snapshot.room(candidate, 0);
    return !bare.ok && isSpent(bare.ceiling, bare.used) && isLong(bare.ceiling) ? spentOf(bare) : large;
  }
  const size = snapshot.size(candidate);
  const room = snapshot.room(candidate, size.prompt + size.cap);
  if (room.ok || snapshot.mayPass(candidate, size.prompt + size.cap)) return undefined;
  return fullOf(candidate, snapshot, size, room);
}

function fullOf(candidate: Candidate, snapshot: Snapshot, size: Size, room: Room & { ok: false }): Obstacle {
  if (isSpent(room.ceiling, room.used)) return spentOf(room);
  const fittingCap = fitting(candidate, snapshot, size, room);
  // Whoever waits is content with the shortest answer that is worth a request.
  const least = fittingCap === undefined ? snapshot.room(candidate, size.prompt + size.smallestCap) : room;
  const { ceiling, used, held, resetAtMs, unheldAtMs } = least.ok ? room : least;
  const full = { ceiling, used, held };
  if (fittingCap !== undefined) return { reason: 'noRoom', untilMs: resetAtMs, full, fittingCap };
  const onlyHeld = unheldAtMs <= snapshot.nowMs;
  return { reason: 'noRoom', untilMs: resetAtMs, full, unheldAtMs, ...(onlyHeld ? { onlyHeld } : {}) };
}

function spentOf({ ceiling, used, held, resetAtMs }: Room & { ok: false }): Obstacle {
  return { reason: isLong(ceiling) ? 'exhausted' : 'cooling', untilMs: resetAtMs, full: { ceiling, used, held } };
}

/** The largest cap that every limit has room for, if it is worth a request. */
function fitting(
  candidate: Candidate,
  snapshot: Snapshot,
  size: Size,
  first: Room & { ok: false },
): number | undefined {
  let room: Room = first;
  let cap = size.cap;
  while (!room.ok) {
    if (room.ceiling.limit.startsWith('requests')) return undefined;
    // Buckets drain by fractions.
    const left = Math.floor(room.ceiling.value - room.used - room.held - size.prompt);
    if (left < size.smallestCap || left >= cap) return undefined;
    cap = left;
    room = snapshot.room(candidate, size.prompt + cap);
  }
  return cap;
}

/** Spec section 5: under 100 tokens or under 1 request left. */
const isSpent = (ceiling: Ceiling, used: number): boolean =>
  ceiling.value - used < (ceiling.limit.startsWith('requests') ? 1 : 100);
