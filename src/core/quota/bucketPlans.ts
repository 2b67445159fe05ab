import type { Account } from '../keys/apiKey.ts';
import { drainPerMs, levelNow, type BucketLevel } from './bucket.ts';
import type { Fact } from './fact.ts';
import type { FactBook, Levels } from './factBook.ts';
import type { ReserveAsk, Scope, Settlement, ShownLevel } from './ledger.ts';
import { limitShapes, type LimitName } from './limits.ts';
import { shapeOf } from './saneLimits.ts';

/** One bucket that a request is charged to. */
export type Charged = {
  readonly limit: LimitName;
  readonly scope: Scope;
  /** How full it stood with the request in it. */
  readonly level: number;
  /** How much of that was sent just before: it may not have come in when this request did. */
  readonly onTheWay: number;
};

/** From sending a request to its coming in, on the high side. */
const onTheWayMs = 2_000;

/** What was reserved between two moments, and what of it has been used since. */
export type SentBetween = (scope: Scope, fromMs: number, untilMs: number) => Charge;

type LevelsFact = Extract<Fact, { kind: 'levels' }> & { readonly value: Levels };

type Bucket = Pick<ShownLevel, 'limit' | 'scope' | 'value'>;

/** Providers charge a request when it comes in: so does the bucket, with all that is reserved. */
export function planCharge(
  book: FactBook,
  ask: ReserveAsk,
  sentBetween: SentBetween,
): { facts: readonly Fact[]; charged: readonly Charged[] } {
  const buckets = ask.ceilings.filter(({ form }) => form === 'bucket');
  if (buckets.length === 0) return { facts: [], charged: [] };
  const writing = new LevelWriting(book, ask.account, ask.nowMs);
  let sent: { readonly scope: Scope; readonly justBefore: Charge } | undefined;
  const charged = buckets.map((bucket) => {
    const { limit, scope } = bucket;
    const level = writing.now(bucket) + reservedOf(ask, limit);
    writing.put(bucket, level);
    if (sent?.scope !== scope) sent = { scope, justBefore: sentBetween(scope, ask.nowMs - onTheWayMs, ask.nowMs) };
    return { limit, scope, level, onTheWay: unitOf(sent.justBefore, limit) };
  });
  return { facts: writing.facts(), charged };
}

/** A reservation, and what it charged when it was made. */
export type ChargedReservation = { readonly ask: ReserveAsk; readonly charged: readonly Charged[] };

/** In each unit. */
export type Charge = { readonly requests: number; readonly tokens: number };

/** What a request that has ended charges after all, and what its provider charged when it came in. */
export type Charges = { readonly atLast: Charge; readonly upFront: Charge };

/**
 * Puts right what was reserved, and moves the level by as much as the provider's own differed from
 * it when the request came in: what has been reserved since then stays in it. Requests sent at about
 * the same time may have come in in another order: their charge is no difference.
 */
export function planCorrection(
  book: FactBook,
  account: Account,
  { ask, charged }: ChargedReservation,
  { atLast, upFront }: Charges,
  { nowMs, shown = [] }: Pick<Settlement, 'nowMs' | 'shown'>,
  sentBetween: SentBetween,
): readonly Fact[] {
  const own = ask.ceilings.filter(({ form }) => form === 'bucket');
  if (own.length === 0 && shown.length === 0) return [];
  const writing = new LevelWriting(book, account, nowMs);
  for (const bucket of own) {
    const seen = shownOf(shown, bucket);
    const [reserved, used] = [reservedOf(ask, bucket.limit), unitOf(atLast, bucket.limit)];
    const settled = writing.now(bucket) + used - reserved;
    if (seen === undefined) {
      writing.put(bucket, settled);
      continue;
    }
    const start = charged.find(({ limit, scope }) => limit === bucket.limit && scope === bucket.scope);
    const inShown = seen.withRequest ? unitOf(upFront, bucket.limit) : 0;
    const counted = (start?.level ?? 0) - reserved + inShown;
    const after = unitOf(sentBetween(bucket.scope, ask.nowMs, ask.nowMs + onTheWayMs), bucket.limit) - reserved;
    const drift = driftOf(seen.level - counted, start?.onTheWay ?? 0, Math.max(0, after));
    // Never under what the provider showed and this request adds, drained since it was sent.
    const seenAfter = seen.level + used - inShown;
    const drained = Math.max(0, nowMs - ask.nowMs) * drainPerMs(bucket.limit, bucket.value);
    // Others under way at the same time show the same difference: with all that was sent since it is no more than this.
    const since = unitOf(sentBetween(bucket.scope, ask.nowMs - onTheWayMs, nowMs), bucket.limit) - reserved;
    const most = Math.max(settled, Math.max(0, seenAfter - drained) + Math.max(0, since));
    writing.put(bucket, Math.max(Math.min(settled + drift, most), seenAfter - drained), true);
  }
  for (const seen of shown) {
    if (!own.some(({ limit, scope }) => limit === seen.limit && scope === seen.scope)) {
      writing.put(seen, Math.max(writing.now(seen), seen.level), true);
    }
  }
  return writing.facts();
}

/**
 * The same of a request that ended while this window had no database; `charged` where its reservation
 * was. What others charged since is in the level, so that no difference to what was shown then is put
 * into it. In a bucket that is empty now, this request has been draining too.
 */
export function planLateCorrection(
  book: FactBook,
  account: Account,
  { ask, charged }: { readonly ask: ReserveAsk; readonly charged: boolean },
  { atLast, upFront }: Charges,
  shown: readonly ShownLevel[],
  nowMs: number,
): readonly Fact[] {
  const own = ask.ceilings.filter(({ form }) => form === 'bucket');
  const writing = new LevelWriting(book, account, nowMs);
  const isOwn = ({ limit, scope }: Bucket): boolean => own.some((each) => each.limit === limit && each.scope === scope);
  for (const bucket of [...own, ...shown.filter((seen) => !isOwn(seen))]) {
    const seen = shownOf(shown, bucket);
    const drained = Math.max(0, nowMs - ask.nowMs) * drainPerMs(bucket.limit, bucket.value);
    const used = isOwn(bucket) ? unitOf(atLast, bucket.limit) : 0;
    const before = writing.now(bucket);
    const undrained = before > 0 ? used : Math.max(0, used - drained);
    const settled = before + (charged && isOwn(bucket) ? used - reservedOf(ask, bucket.limit) : undrained);
    if (seen === undefined) {
      writing.put(bucket, settled);
      continue;
    }
    const inShown = seen.withRequest && isOwn(bucket) ? unitOf(upFront, bucket.limit) : 0;
    writing.put(bucket, Math.max(settled, seen.level + used - inShown - drained), true);
  }
  return writing.facts();
}

const shownOf = (shown: readonly ShownLevel[], { limit, scope }: Bucket): ShownLevel | undefined =>
  shown.find((each) => each.limit === limit && each.scope === scope);

const driftOf = (difference: number, before: number, after: number): number =>
  difference >= 0 ? Math.max(0, difference - after) : Math.min(0, difference + before);

/**
 * A key's buckets join those of the pool that it draws on now. A level that the provider showed has
 * the others' use in it already; two counts of our own add up.
 */
export function joinedLevels(there: Levels, levels: Levels): Levels {
  const joined: Levels = { ...there };
  for (const { name: limit } of limitShapes) {
    const [own, before] = [levels[limit], joined[limit]];
    if (own === undefined) continue;
    joined[limit] = before === undefined ? own : together(own, before);
  }
  return joined;
}

/**
 * A key that leaves a pool takes the pool's level along: whose use it was nobody can tell any more. The
 * use of the others is in it, so that coming back does not count it twice.
 */
export function sharedLevels(levels: Levels): Levels {
  const shared: Levels = {};
  for (const { name } of limitShapes) {
    const level = levels[name];
    if (level !== undefined) shared[name] = { ...level, shown: true };
  }
  return shared;
}

function together(one: BucketLevel, other: BucketLevel): NonNullable<Levels[LimitName]> {
  const shown = one.shown === true || other.shown === true;
  const level = shown ? Math.max(one.level, other.level) : one.level + other.level;
  return { level, atMs: Math.max(one.atMs, other.atMs), ...(shown ? { shown } : {}) };
}

export const unitOf = ({ requests, tokens }: Charge, limit: LimitName): number =>
  shapeOf[limit].unit === 'tokens' ? tokens : requests;

const reservedOf = ({ tokens }: ReserveAsk, limit: LimitName): number => unitOf({ requests: 1, tokens }, limit);

/** Levels of one account, changed scope by scope: copied once, and then changed. */
class LevelWriting {
  readonly #book: FactBook;
  readonly #account: Account;
  readonly #nowMs: number;
  readonly #facts: LevelsFact[] = [];

  constructor(book: FactBook, account: Account, nowMs: number) {
    this.#book = book;
    this.#account = account;
    this.#nowMs = nowMs;
  }

  now({ limit, scope, value }: Bucket): number {
    const stored = this.#levels(scope)[limit];
    return stored === undefined ? 0 : levelNow(stored, limit, value, this.#nowMs);
  }

  put({ limit, scope }: Bucket, level: number, shown = false): void {
    const levels = this.#levels(scope);
    const lasts = level > 0 && (shown || levels[limit]?.shown === true);
    const atMs = this.#nowMs;
    levels[limit] = lasts ? { level, atMs, shown: true } : { level: Math.max(0, level), atMs };
  }

  facts(): readonly Fact[] {
    return this.#facts;
  }

  #levels(scope: Scope): Levels {
    for (const known of this.#facts) if (known.scope === scope) return known.value;
    const value = { ...this.#book.storedLevels(this.#account, scope) };
    this.#facts.push({ kind: 'levels', subject: this.#account, scope, name: '', value });
    return value;
  }
}
