import { leastCap, patienceMs, type DayRequest } from './dayRequest.ts';
import { dayMs, dayStartMs, type FleetPlan, type PlacePlan } from './fleetPlan.ts';
import { FlowNetwork } from './maxFlow.ts';
import type { MeterPlan } from './meter.ts';

const slotMs = 15 * 60_000;
const slots = dayMs / slotMs;

/**
 * How many of these requests any router could answer at the most, whatever it knows. A relaxation:
 * what a fleet lets in is cut into slots of 15 minutes; in each a limit of seconds or minutes gives
 * what the slot drains and one full window; over the day a bucket gives what it drains until then
 * and once itself, less what others use, a calendar period its value. Tokens become requests as if
 * the smallest came first, each cut to the least cap. The greatest flow from slots to limits is the bound.
 */
export function upperBound(plan: FleetPlan, requests: readonly DayRequest[]): number {
  const network = new FlowNetwork();
  const [source, sink] = [network.node(), network.node()];
  const byTokens = network.node();
  network.edge(byTokens, sink, mostByTokens(plan, requests));
  const groups = groupsOf(plan, requests);
  const offered = groups.map(({ count }) => {
    const node = network.node();
    network.edge(source, node, count);
    return node;
  });
  const shared = new Map<MeterPlan, number>();
  for (const place of plan.places) {
    const takes = new Takes(plan, place, requests);
    let end = takes.isByTokens ? byTokens : sink;
    // Places of one account that share a day or month take it together, once.
    for (const meter of place.meters.filter((each) => isDaily(each) && isShared(plan, each))) {
      const known = shared.get(meter);
      const node = known ?? network.node();
      if (known === undefined) network.edge(node, end, takes.until(slots - 1));
      shared.set(meter, node);
      end = node;
    }
    let chain: number | undefined;
    for (let slot = 0; slot < slots; slot += 1) {
      const node = network.node();
      // What is used in a slot counts in every later one of the same period.
      if (chain !== undefined) network.edge(chain, takes.turnsAt(slot) ? end : node, takes.until(slot - 1));
      chain = node;
      const entry = network.node();
      network.edge(entry, node, takes.inSlot(slot));
      for (const [index, group] of groups.entries()) {
        if (!group.fits(place) || (group.slot !== slot && !(group.isLate && group.slot + 1 === slot))) continue;
        network.edge(offered[index] ?? source, entry, group.count);
      }
    }
    if (chain !== undefined) network.edge(chain, end, takes.until(slots - 1));
  }
  return network.greatest(source, sink);
}

/** How many of these requests one place could take at the most if it had them all to itself. */
export const mostOf = (plan: FleetPlan, place: PlacePlan, requests: readonly DayRequest[]): number =>
  new Takes(plan, place, requests).inDay();

/** Requests of one slot that are alike for the bound: late ones can wait into the next slot. */
type Group = {
  readonly slot: number;
  readonly isLate: boolean;
  readonly count: number;
  readonly fits: (place: PlacePlan) => boolean;
};

function groupsOf(plan: FleetPlan, requests: readonly DayRequest[]): readonly Group[] {
  const fitting = (request: DayRequest): string =>
    plan.places.map((place) => (fits(place, request) ? '1' : '0')).join('');
  const grouped = Map.groupBy(requests, (request) => {
    const slot = slotOf(request.atMs);
    const isLate = slot + 1 < slots && request.atMs + patienceMs >= dayStartMs + (slot + 1) * slotMs;
    return `${slot} ${isLate} ${fitting(request)}`;
  });
  return [...grouped].flatMap(([name, members]) => {
    const first = members[0];
    if (first === undefined) return [];
    return [
      {
        slot: slotOf(first.atMs),
        isLate: name.includes('true'),
        count: members.length,
        fits: (place) => fits(place, first),
      },
    ];
  });
}

const slotOf = (atMs: number): number => Math.min(slots - 1, Math.floor((atMs - dayStartMs) / slotMs));

const leastAnswer = ({ completionTokens }: DayRequest): number => Math.min(completionTokens, leastCap);

function fits(place: PlacePlan, request: DayRequest): boolean {
  const prompt = request.promptTokens + place.templateTokens;
  return place.meters.every(({ upFront, value }) => {
    if (upFront === 'request') return value >= 1;
    return prompt + (upFront === 'promptAndCap' ? leastCap : 0) <= value;
  });
}

const isDaily = ({ form, windowMs }: MeterPlan): boolean => form === 'period' || windowMs >= dayMs;
const isShared = ({ places }: FleetPlan, meter: MeterPlan): boolean =>
  places.filter(({ meters }) => meters.includes(meter)).length > 1;
const countsTokens = ({ upFront }: MeterPlan): boolean => upFront !== 'request';

/** All places whose day is limited by tokens take together no more than the smallest requests that fill them. */
function mostByTokens(plan: FleetPlan, requests: readonly DayRequest[]): number {
  let tokens = 0;
  const counted = new Set<MeterPlan>();
  for (const place of plan.places) {
    const daily = place.meters.filter((meter) => isDaily(meter) && countsTokens(meter));
    // What several places share they take once.
    if (daily.some((meter) => counted.has(meter))) continue;
    for (const meter of daily) counted.add(meter);
    const most = daily.map((meter) => mostUntil(plan, place, meter, slots - 1));
    if (most.length > 0) tokens += Math.min(...most);
  }
  return new SmallestFirst(requests.map((request) => request.promptTokens + leastAnswer(request))).count(tokens);
}

/** A meter's greatest sum over all of the day (or its period) until the end of this slot. */
function mostUntil(plan: FleetPlan, place: PlacePlan, meter: MeterPlan, slot: number): number {
  if (meter.form === 'period') return meter.value + (countsTokens(meter) ? answersUnderWay : 0);
  const endMs = dayStartMs + (slot + 1) * slotMs + (slot === slots - 1 ? patienceMs : 0);
  const rate = meter.value / meter.windowMs;
  const { account, model, uses } = plan.foreign;
  if (place.account !== account || !place.models.includes(model)) return meter.value + rate * (endMs - dayStartMs);
  let used = 0;
  let most = 0;
  // The last request of ours may be let in just before somebody else's, or at the end.
  for (const { atMs, tokens } of uses) {
    if (atMs >= endMs) break;
    most = Math.max(most, meter.value + rate * (atMs - dayStartMs) - used);
    used += countsTokens(meter) ? tokens : 1;
  }
  return Math.max(most, meter.value + rate * (endMs - dayStartMs) - used);
}

/** Where answers count when they are out, those under way at the last moment come on top: 12 s of one a second. */
const answersUnderWay = 13 * leastCap;

/** What one place can take, in requests. */
class Takes {
  readonly isByTokens: boolean;
  readonly #plan: FleetPlan;
  readonly #place: PlacePlan;
  readonly #daily: readonly MeterPlan[];
  readonly #short: readonly MeterPlan[];
  readonly #whole: SmallestFirst;
  readonly #prompts: SmallestFirst;
  readonly #closedFromMs: number;

  constructor(plan: FleetPlan, place: PlacePlan, requests: readonly DayRequest[]) {
    this.#plan = plan;
    this.#place = place;
    this.#daily = place.meters.filter(isDaily);
    this.#short = place.meters.filter((meter) => !isDaily(meter));
    this.isByTokens = this.#daily.some(countsTokens);
    const fitting = requests.filter((request) => fits(place, request));
    const promptOf = (request: DayRequest): number => request.promptTokens + place.templateTokens;
    this.#whole = new SmallestFirst(fitting.map((request) => promptOf(request) + leastAnswer(request)));
    this.#prompts = new SmallestFirst(fitting.map(promptOf));
    const keys = plan.keys.filter(({ account }) => account === place.account);
    this.#closedFromMs = Math.max(...keys.map(({ refusedFromMs }) => refusedFromMs));
  }

  /** A calendar period begins with this slot. */
  turnsAt(slot: number): boolean {
    return this.#daily.some(({ turnsAtMs }) => turnsAtMs === dayStartMs + slot * slotMs);
  }

  until(slot: number): number {
    return this.#least(this.#daily, (meter) => mostUntil(this.#plan, this.#place, meter, slot));
  }

  inDay(): number {
    const lastSlot = Math.min(slots, Math.ceil((this.#closedFromMs - dayStartMs) / slotMs)) - 1;
    let most = this.until(lastSlot);
    for (let slot = 1; slot <= lastSlot; slot += 1) if (this.turnsAt(slot)) most += this.until(slot - 1);
    return most;
  }

  inSlot(slot: number): number {
    const open = this.#openMs(slot);
    return this.#least(this.#short, ({ value, windowMs }) =>
      open.reduce((sum, ms) => sum + value * (1 + ms / windowMs), 0),
    );
  }

  #least(meters: readonly MeterPlan[], amountOf: (meter: MeterPlan) => number): number {
    let least = this.#whole.all;
    for (const meter of meters) {
      const amount = amountOf(meter);
      const sizes = meter.upFront === 'promptAndCap' || isDaily(meter) ? this.#sizesOf(meter) : this.#prompts;
      least = Math.min(least, countsTokens(meter) ? sizes.count(amount) : Math.floor(amount));
    }
    return least;
  }

  #sizesOf({ inTheEnd }: MeterPlan): SmallestFirst {
    return inTheEnd === 'prompt' ? this.#prompts : this.#whole;
  }

  /** The lengths of the times in this slot in which the provider answers this account. */
  #openMs(slot: number): readonly number[] {
    const fromMs = dayStartMs + slot * slotMs;
    const toMs = Math.min(fromMs + slotMs + (slot === slots - 1 ? patienceMs : 0), this.#closedFromMs);
    const { provider, ...outage } = this.#plan.outage;
    if (provider !== this.#place.provider) return toMs > fromMs ? [toMs - fromMs] : [];
    const before = Math.min(toMs, outage.fromMs) - fromMs;
    const after = toMs - Math.max(fromMs, outage.toMs);
    if (outage.toMs <= fromMs || outage.fromMs >= toMs) return toMs > fromMs ? [toMs - fromMs] : [];
    return [before, after].filter((ms) => ms > 0);
  }
}

/** How many requests so many tokens are at the most. */
class SmallestFirst {
  readonly #sums: Float64Array;

  constructor(sizes: readonly number[]) {
    this.#sums = Float64Array.from(sizes).sort();
    let sum = 0;
    for (const [index, size] of this.#sums.entries()) this.#sums[index] = sum += size;
  }

  get all(): number {
    return this.#sums.length;
  }

  count(tokens: number): number {
    let low = 0;
    let high = this.#sums.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sums[middle] ?? 0) <= tokens) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
