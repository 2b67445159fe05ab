import { mostOf } from './bound.ts';
import type { Contestant, ContestantEntry, Outcome } from './contestant.ts';
import { leastAnswerMs, patienceMs, type DayRequest } from './dayRequest.ts';
import { Fleet, hasRoomBesideClaims } from './fleet.ts';
import { dayMs, dayStartMs, providerIds } from './fleetPlan.ts';
import { weigh } from './meter.ts';
import { VirtualTime } from './virtualTime.ts';
import type { Workload } from './workloads.ts';

export type DayResult = {
  readonly offered: number;
  readonly answered: number;
  readonly wrongGiveUps: number;
  readonly wastedCalls: number;
  readonly calls: number;
  readonly overLimit: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  /** 0 to 100, of what was answered. */
  readonly fromFirstPercent: number;
  /** Refusals by status and limit. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What each place took of its requests. */
  readonly places: readonly PlaceUse[];
};

type PlaceUse = {
  readonly name: string;
  readonly requests: number;
  readonly tokens: number;
  /** Requests that the bound gives it if it had all of the day's to itself. */
  readonly mostRequests: number;
};

/** One contestant's day, from the first request until the last one has ended. */
export async function runDay(entry: ContestantEntry, workload: Workload): Promise<DayResult> {
  const time = new VirtualTime(dayStartMs);
  const fleet = new Fleet(workload.plan, workload.requests, time);
  const contestant = await entry.start({ time, fleet, workload });
  const day = new Day(contestant, fleet, time);
  for (const request of workload.requests) time.at(request.atMs, () => day.begin(request));
  await time.run(dayStartMs + dayMs + 2 * patienceMs, contestant.settled);
  await contestant.stop?.();
  if (day.ended !== workload.requests.length) throw new Error(`${entry.name}: ${day.ended} requests ended`);
  return day.result(workload.requests);
}

const lookAgainMs = 2_000;

class Day {
  ended = 0;
  readonly #contestant: Contestant;
  readonly #fleet: Fleet;
  readonly #time: VirtualTime;
  readonly #secondsTaken: number[] = [];
  #fromFirst = 0;
  #wrongGiveUps = 0;

  constructor(contestant: Contestant, fleet: Fleet, time: VirtualTime) {
    this.#contestant = contestant;
    this.#fleet = fleet;
    this.#time = time;
  }

  begin(request: DayRequest): void {
    this.#contestant.ask(request).then(
      (outcome) => this.#end(request, outcome),
      (error: unknown) => {
        process.nextTick(() => {
          throw error;
        });
      },
    );
  }

  #end(request: DayRequest, outcome: Outcome): void {
    this.ended += 1;
    const takenMs = this.#time.now() - request.atMs;
    if (outcome === 'gaveUp') this.#lookForRoom(request);
    // An answer after that is one that nobody waits for any more.
    else if (takenMs <= patienceMs) {
      this.#secondsTaken.push(takenMs / 1_000);
      if (outcome.answeredBy === providerIds[0]) this.#fromFirst += 1;
    }
  }

  /** Until it would have been too late: whether somebody would have let this request in after all. */
  #lookForRoom(request: DayRequest): void {
    const nowMs = this.#time.now();
    if (nowMs > request.atMs + patienceMs - leastAnswerMs) return;
    const target = this.#fleet.targets.find((each) => hasRoomBesideClaims(this.#fleet, each, request, nowMs));
    if (target === undefined) {
      this.#time.after(lookAgainMs, () => this.#lookForRoom(request));
      return;
    }
    this.#wrongGiveUps += 1;
    const sizes = this.#fleet.sizesOf(request, target.place, request.cap);
    for (const { plan, claimed } of target.place.meters) claimed.add(weigh(plan.inTheEnd, sizes), nowMs);
  }

  result(requestsOfDay: readonly DayRequest[]): DayResult {
    const { calls, wasted, overLimit, refusals } = this.#fleet.counts;
    const taken = this.#secondsTaken.toSorted((one, other) => one - other);
    const answered = taken.length;
    return {
      offered: requestsOfDay.length,
      answered,
      wrongGiveUps: this.#wrongGiveUps,
      wastedCalls: wasted,
      calls,
      overLimit,
      p50Seconds: taken[Math.floor(answered * 0.5)] ?? 0,
      p95Seconds: taken[Math.floor(answered * 0.95)] ?? 0,
      fromFirstPercent: answered === 0 ? 0 : (100 * this.#fromFirst) / answered,
      refusals: Object.fromEntries([...refusals].toSorted(([one], [other]) => one.localeCompare(other))),
      places: this.#fleet.places.map(({ plan, taken: { requests, tokens } }) => ({
        name: `${plan.account} ${plan.models.join(', ')}`,
        requests,
        tokens,
        mostRequests: mostOf(this.#fleet.plan, plan, requestsOfDay),
      })),
    };
  }
}
