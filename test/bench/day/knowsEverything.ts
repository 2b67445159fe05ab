import type { Contestant, ContestantEntry, Outcome, World } from './contestant.ts';
import { leastAnswerMs, leastCap, patienceMs, type DayRequest } from './dayRequest.ts';
import type { Target } from './fleet.ts';
import { dayMs } from './fleetPlan.ts';
import { weigh } from './meter.ts';

type Waiting = { readonly request: DayRequest; readonly end: (outcome: Outcome) => void };

/**
 * Sees every meter as the providers do. Takes the usual order; where there is too little, what would be
 * lost first. Waits for the first opening and never asks in vain.
 */
class Seer implements Contestant {
  readonly #world: World;
  /** By arrival. */
  #waiting: Waiting[] = [];
  #cancelLook: () => void = () => undefined;

  constructor(world: World) {
    this.#world = world;
  }

  ask(request: DayRequest): Promise<Outcome> {
    return new Promise((end) => {
      this.#waiting.push({ request, end });
      this.#look();
    });
  }

  #look(): void {
    const { time, workload } = this.#world;
    const nowMs = time.now();
    // Where not all can be served, nobody gains by letting the newest wait as long as the oldest.
    const order = workload.isScarce ? this.#waiting.toReversed() : [...this.#waiting];
    const served = new Set<Waiting>();
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const waiting of order) {
      const leftMs = waiting.request.atMs + patienceMs - leastAnswerMs - nowMs;
      const target = leftMs < 0 ? undefined : this.#best(waiting.request, nowMs);
      if (target !== undefined) this.#send(target, waiting);
      else if (leftMs <= 0) waiting.end('gaveUp');
      else {
        soonestMs = Math.min(soonestMs, leftMs, this.#openingInMs(waiting.request, nowMs));
        continue;
      }
      served.add(waiting);
    }
    this.#waiting = this.#waiting.filter((waiting) => !served.has(waiting));
    this.#cancelLook();
    if (Number.isFinite(soonestMs)) this.#cancelLook = time.after(soonestMs + 1, () => this.#look());
  }

  #send(target: Target, { request, end }: Waiting): void {
    void this.#world.fleet.chat(target, request.id, capOf(request)).then(({ status }) => {
      if (status !== 200) throw new Error(`who knows everything was refused: ${status}`);
      end({ answeredBy: target.key.provider });
      this.#look();
    });
  }

  #best(request: DayRequest, nowMs: number): Target | undefined {
    const { fleet, workload } = this.#world;
    let best: { readonly target: Target; readonly lostAtMs: number } | undefined;
    for (const target of fleet.targets) {
      if (!fleet.isUp(target.key, nowMs) || this.#roomInMs(target, request, nowMs) > 0) continue;
      if (!workload.isScarce) return target;
      const lostAtMs = lossOf(target, nowMs);
      if (best === undefined || lostAtMs < best.lostAtMs) best = { target, lostAtMs };
    }
    return best?.target;
  }

  #openingInMs(request: DayRequest, nowMs: number): number {
    const { fleet } = this.#world;
    const { outage } = fleet.plan;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const target of fleet.targets) {
      if (nowMs >= target.key.refusedFromMs) continue;
      const upInMs = fleet.isUp(target.key, nowMs) ? 0 : outage.toMs - nowMs;
      soonestMs = Math.min(soonestMs, Math.max(upInMs, this.#roomInMs(target, request, nowMs)));
    }
    return soonestMs;
  }

  #roomInMs({ place }: Target, request: DayRequest, nowMs: number): number {
    const sizes = this.#world.fleet.sizesOf(request, place, capOf(request));
    let longestMs = 0;
    for (const meter of place.meters) {
      longestMs = Math.max(longestMs, meter.roomInMs(weigh(meter.plan.upFront, sizes), nowMs));
      if (longestMs === Number.POSITIVE_INFINITY) break;
    }
    return longestMs;
  }
}

/** It knows how long the answer will be. */
const capOf = ({ completionTokens }: DayRequest): number => Math.max(leastCap, completionTokens);

/** When some of what this target has left is lost: a bucket runs empty, a period turns, the key is refused. */
function lossOf({ key, place }: Target, nowMs: number): number {
  let lostAtMs = Number.POSITIVE_INFINITY;
  for (const { plan, truth } of place.meters) {
    const isBucketOfDay = plan.form === 'bucket' && plan.windowMs >= dayMs;
    if (isBucketOfDay) {
      const emptyAtMs = nowMs + (truth.used(nowMs) / plan.value) * plan.windowMs;
      // The fullest of its buckets is the one that lets requests in.
      lostAtMs = Number.isFinite(lostAtMs) ? Math.max(lostAtMs, emptyAtMs) : emptyAtMs;
    }
    if (plan.form === 'period' && plan.turnsAtMs > nowMs) lostAtMs = Math.min(lostAtMs, plan.turnsAtMs);
  }
  return Math.min(lostAtMs, key.refusedFromMs);
}

export const knowsEverything: ContestantEntry = {
  id: 'knows-everything',
  name: 'knows everything',
  start: async (world) => new Seer(world),
};
