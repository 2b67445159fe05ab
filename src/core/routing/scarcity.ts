import { isQuarantined } from '../health/healthRules.ts';
import type { Clock } from '../ports.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Unit } from '../quota/limits.ts';
import type { Quota, Tracker } from '../quota/tracker.ts';
import type { Candidate, Lane } from './candidate.ts';
import type { LaneOrder } from './laneOrder.ts';

const hourMs = 3_600_000;
/** With fewer requests in the last hour nobody can tell how long the quota lasts. */
const leastRequests = 20;
/** Quotas change slowly: what was found is kept so long. */
const keptMs = 5_000;

export type ScarcityPorts = {
  readonly ledger: Pick<Ledger, 'use' | 'health' | 'blocks'>;
  readonly tracker: Pick<Tracker, 'quotas'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
};

/**
 * A bucket that drains for nobody, now or within the hour; then quotas by the moment they turn; then
 * buckets by the hour in which they would be empty; then what is never lost.
 */
type Loss = { readonly rank: 0 | 1 | 2 | 3; readonly lostAtMs: number };

/**
 * Whether the free quota lasts at the pace of the last hour. While it does not, what would be lost
 * first is asked first: a bucket drains for nobody once it is empty, and a day's rest is gone when it
 * turns. What is paid for or has no quota is never moved forward.
 */
export class Scarcity {
  readonly #ports: ScarcityPorts;
  /** When this window was asked, served or not, by the clock that is never set back; oldest first. */
  #askedAtMs: number[] = [];
  /** Those before it are over an hour old. */
  #firstRecent = 0;
  #found: { readonly atMs: number; readonly lanes: readonly Lane[]; readonly isScarce: boolean } | undefined;
  /** What one request uses of each unit, as it was in the last hour. */
  #each: Readonly<Record<Unit, number>> = { requests: 1, tokens: 1_000 };
  readonly #losses = new Map<string, { readonly atMs: number; readonly loss: Loss }>();

  constructor(ports: ScarcityPorts) {
    this.#ports = ports;
  }

  /** A request began in this window. */
  asked(): void {
    this.#askedAtMs.push(this.#ports.clock.monotonic());
    if (this.#firstRecent * 2 < this.#askedAtMs.length) return;
    this.#askedAtMs = this.#askedAtMs.slice(this.#firstRecent);
    this.#firstRecent = 0;
  }

  isScarce(lanes: readonly Lane[]): boolean {
    const nowMs = this.#ports.clock.now();
    if (this.#askedInTheLastHour() < leastRequests) return false;
    const known = this.#found;
    if (known?.lanes === lanes && isFresh(known.atMs, nowMs)) return known.isScarce;
    if (known?.lanes !== lanes) this.#losses.clear();
    const isScarce = this.#outruns(lanes, nowMs);
    this.#found = { atMs: nowMs, lanes, isScarce };
    return isScarce;
  }

  /** The same candidates, what would be lost first at the front. Providers that stand behind stay there. */
  order(order: LaneOrder, isOut: (provider: string) => boolean): LaneOrder {
    const stays = ({ provider }: Lane): boolean => order.behind.has(provider.id) || isOut(provider.id);
    const moved = order.lanes
      .filter((lane) => !stays(lane))
      .flatMap((lane) => lane.candidates.map((candidate) => ({ lane, candidate, loss: this.lossOf(candidate) })));
    // Sorting is stable: what is lost at the same moment keeps its usual order.
    moved.sort((a, b) => a.loss.rank - b.loss.rank || a.loss.lostAtMs - b.loss.lostAtMs);
    const lanes: { readonly lane: Lane; readonly candidates: Candidate[] }[] = [];
    for (const { lane, candidate } of moved) {
      const last = lanes.at(-1);
      if (last?.lane === lane) last.candidates.push(candidate);
      else lanes.push({ lane, candidates: [candidate] });
    }
    const inOrder = lanes.map(({ lane, candidates }): Lane => ({ ...lane, candidates }));
    return { ...order, lanes: [...inOrder, ...order.lanes.filter(stays)] };
  }

  lossOf(candidate: Candidate): Loss {
    const { key, provider, model } = candidate;
    const nowMs = this.#ports.clock.now();
    const name = `${key.id} ${candidate.account} ${model.id}`;
    const known = this.#losses.get(name);
    if (known !== undefined && isFresh(known.atMs, nowMs)) return known.loss;
    const requestsLeft = ({ left, unit }: Quota): number => left / this.#each[unit];
    const tightest = this.#ports.tracker
      .quotas(key, provider, model.id, nowMs)
      .toSorted((a, b) => requestsLeft(a) - requestsLeft(b))[0];
    const loss = lossOfQuota(tightest, nowMs);
    this.#losses.set(name, { atMs: nowMs, loss });
    return loss;
  }

  #outruns(lanes: readonly Lane[], nowMs: number): boolean {
    const accounts = Map.groupBy(
      lanes.flatMap(({ candidates }) => candidates),
      ({ account }) => account,
    );
    const sinceMs = nowMs - hourMs;
    let [requests, tokens] = [0, 0];
    for (const account of accounts.keys()) {
      const use = this.#ports.ledger.use(account, '*', sinceMs);
      requests += use.requests;
      tokens += use.tokens;
    }
    if (requests > 0 && tokens > 0) this.#each = { requests: 1, tokens: tokens / requests };
    const pace = Math.max(this.#askedInTheLastHour(), requests);
    let lasting = 0;
    for (const candidates of accounts.values()) lasting += this.#paceOf(candidates, nowMs);
    return lasting > 0 && pace > lasting;
  }

  /** Requests an hour that one account's quotas can bear until they come back; 0 where none is known. */
  #paceOf(candidates: readonly Candidate[], nowMs: number): number {
    const { tracker, ledger } = this.#ports;
    let ofModels = 0;
    let ofAccount = Number.POSITIVE_INFINITY;
    const ofKeys = new Map<string, number>();
    for (const { key, provider, model, account } of candidates) {
      if (!key.enabled || isQuarantined(ledger.health(key.fingerprint), nowMs)) continue;
      const isBlocked = ledger.blocks(account, nowMs).some(({ kind, scope }) => kind === 'exhausted' && scope === '*');
      if (isBlocked) return 0;
      let ofModel = Number.POSITIVE_INFINITY;
      let ofKey = Number.POSITIVE_INFINITY;
      for (const quota of tracker.quotas(key, provider, model.id, nowMs)) {
        const pace = lastingPace(quota, nowMs) / this.#each[quota.unit];
        if (quota.ofKeyAlone) ofKey = Math.min(ofKey, pace);
        else if (quota.scope === '*') ofAccount = Math.min(ofAccount, pace);
        else ofModel = Math.min(ofModel, pace);
      }
      ofModels += ofModel;
      ofKeys.set(key.id, ofKey);
    }
    const pace = Math.min(ofModels, ofAccount, sum(ofKeys.values()));
    return Number.isFinite(pace) ? pace : 0;
  }

  #askedInTheLastHour(): number {
    const fromMs = this.#ports.clock.monotonic() - hourMs;
    while ((this.#askedAtMs[this.#firstRecent] ?? Number.POSITIVE_INFINITY) <= fromMs) this.#firstRecent += 1;
    return this.#askedAtMs.length - this.#firstRecent;
  }
}

const sum = (paces: Iterable<number>): number => [...paces].reduce((all, each) => all + each, 0);

const isFresh = (atMs: number, nowMs: number): boolean => nowMs >= atMs && nowMs - atMs < keptMs;

/** In the quota's unit an hour: what is left until it turns, or what drains and is free of a bucket in a day. */
function lastingPace({ left, value, turnsAtMs, drainsMs }: Quota, nowMs: number): number {
  if (turnsAtMs === undefined) return ((left + value) / drainsMs) * hourMs;
  return (left / Math.max(1, turnsAtMs - nowMs)) * hourMs;
}

function lossOfQuota(quota: Quota | undefined, nowMs: number): Loss {
  if (quota === undefined) return { rank: 3, lostAtMs: 0 };
  const { turnsAtMs, left, value, drainsMs } = quota;
  if (turnsAtMs !== undefined) return { rank: 1, lostAtMs: Math.max(turnsAtMs, nowMs) };
  const emptyInMs = ((value - left) / value) * drainsMs;
  if (emptyInMs <= hourMs) return { rank: 0, lostAtMs: 0 };
  // By the hour, so that a key serves for a while before the next one does.
  return { rank: 2, lostAtMs: Math.ceil(emptyInMs / hourMs) };
}
