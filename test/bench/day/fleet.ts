import { between, chanceOf, logNormal } from './chance.ts';
import { leastCap, type DayRequest } from './dayRequest.ts';
import { providerIds, type FleetPlan, type KeyPlan, type PlacePlan, type ProviderId } from './fleetPlan.ts';
import { Meter, weigh, type Sizes } from './meter.ts';
import * as replies from './replies.ts';
import type { Breach, WireReply } from './replies.ts';
import type { VirtualTime } from './virtualTime.ts';

/** The limits of one model, or of all models of an account, and how far they are used. */
export type Place = {
  readonly plan: PlacePlan;
  readonly meters: readonly Meter[];
  /** Let in over the day. */
  readonly taken: { requests: number; tokens: number };
};

/** A key with one model: what a request can be sent with. */
export type Target = { readonly key: KeyPlan; readonly model: string; readonly place: Place };

export type FleetCounts = {
  calls: number;
  /** Refusals that a ledger could have known of. */
  wasted: number;
  /** Requests let in though a limit had no room. */
  overLimit: number;
  /** Refusals by status and limit, wasted ones apart. */
  readonly refusals: Map<string, number>;
};

/** The outside world: all providers in virtual time, the same for every contestant. */
export class Fleet {
  readonly plan: FleetPlan;
  readonly places: readonly Place[];
  /** In the usual order: provider, model, key. */
  readonly targets: readonly Target[];
  readonly counts: FleetCounts = { calls: 0, wasted: 0, overLimit: 0, refusals: new Map() };
  readonly #time: VirtualTime;
  readonly #requests: ReadonlyMap<number, DayRequest>;
  /** Refusals that are news only once: a refused key, a spent credit, a model's greatest size. */
  readonly #known = new Set<string>();
  readonly #asked = new Map<number, number>();

  constructor(plan: FleetPlan, requests: readonly DayRequest[], time: VirtualTime) {
    this.plan = plan;
    this.#time = time;
    this.#requests = new Map(requests.map((request) => [request.id, request]));
    const meters = new Map(plan.places.flatMap((place) => place.meters.map((meter) => [meter, new Meter(meter)])));
    this.places = plan.places.map((place) => ({
      plan: place,
      meters: place.meters.flatMap((meter) => meters.get(meter) ?? []),
      taken: { requests: 0, tokens: 0 },
    }));
    this.targets = providerIds.flatMap((provider) => this.#targetsOf(provider));
    this.#letOthersUse();
  }

  target(secret: string, model: string): Target | undefined {
    return this.targets.find((target) => target.key.secret === secret && target.model === model);
  }

  keyOf(secret: string): KeyPlan | undefined {
    return this.plan.keys.find((key) => key.secret === secret);
  }

  sizesOf({ promptTokens, completionTokens }: DayRequest, { plan }: Place, cap: number): Sizes {
    return { prompt: promptTokens + plan.templateTokens, cap, answer: Math.min(completionTokens, cap) };
  }

  /** Whether the provider answers this key at all. */
  isUp({ provider, refusedFromMs }: KeyPlan, nowMs: number): boolean {
    return !this.#isOut(provider, nowMs) && nowMs < refusedFromMs;
  }

  /** The status that a zero-token check of this key gets. */
  checkStatus(secret: string): number {
    const key = this.keyOf(secret);
    const nowMs = this.#time.now();
    if (key === undefined || nowMs >= key.refusedFromMs) return 401;
    return this.#isOut(key.provider, nowMs) ? 503 : 200;
  }

  /** A chat with this key and model; resolves in virtual time, whatever the status. */
  chat(target: Target, requestId: number, cap: number): Promise<WireReply> {
    const request = this.#requests.get(requestId);
    if (request === undefined) throw new Error(`no request ${requestId} today`);
    const nowMs = this.#time.now();
    this.counts.calls += 1;
    const turn = this.#asked.get(requestId) ?? 0;
    this.#asked.set(requestId, turn + 1);
    const chance = chanceOf(this.plan.seed, 'latency', requestId, target.key.provider, turn);
    const sizes = this.sizesOf(request, target.place, cap);
    const refused = this.#refusal(target, sizes, nowMs);
    if (refused !== undefined) return this.#after(between(chance, 120, 300), refused.reply, refused.shown);
    const { medianMs, sigma } = this.plan.latency[target.key.provider];
    // Longer than this would be a time-out, which this day has none of.
    const latencyMs = Math.min(12_000, logNormal(chance, medianMs, sigma));
    // Headers show the request's own charge.
    const arrive = this.#letIn(target.place, sizes, nowMs);
    return this.#after(latencyMs, this.#answer(target, request, sizes, nowMs), arrive);
  }

  #targetsOf(provider: ProviderId): readonly Target[] {
    const models = [
      ...new Set(this.plan.places.filter((place) => place.provider === provider).flatMap(({ models: own }) => own)),
    ];
    const keys = this.plan.keys.filter((key) => key.provider === provider);
    return models.flatMap((model) => keys.map((key) => ({ key, model, place: this.#placeOf(key, model) })));
  }

  #placeOf({ account }: KeyPlan, model: string): Place {
    const found = this.places.find(({ plan }) => plan.account === account && plan.models.includes(model));
    if (found === undefined) throw new Error(`${account} has no ${model}`);
    return found;
  }

  #isOut(provider: ProviderId, nowMs: number): boolean {
    const { outage } = this.plan;
    return provider === outage.provider && nowMs >= outage.fromMs && nowMs < outage.toMs;
  }

  #refusal(target: Target, sizes: Sizes, nowMs: number): Refused | undefined {
    const { key, model, place } = target;
    if (this.#isOut(key.provider, nowMs)) return this.#refused('503', false, replies.groqOverCapacity(model));
    if (nowMs >= key.refusedFromMs) return this.#refusedAgain('401', key.secret, replies.groqInvalidKey);
    const breaches = place.meters.flatMap((meter) => breachOf(meter, sizes, nowMs));
    const first = breaches[0];
    if (first === undefined) return undefined;
    const reply = replies.refusal(place.plan, model, place.meters, breaches, nowMs);
    const name = `${reply.status} ${first.meter.plan.limit}`;
    if (reply.status === 413) return this.#refusedAgain(name, `size ${model}`, reply);
    const isKnown = breaches.some(({ meter, weight }) => meter.isKnownFull(weight, nowMs));
    const shown = new Set([...breaches.map(({ meter }) => meter), ...place.meters.filter(isInHeaders)]);
    return this.#refused(
      name,
      isKnown,
      reply,
      [...shown].map((meter) => meter.shown(nowMs)),
    );
  }

  #refused(name: string, isWasted: boolean, reply: WireReply, shown: Refused['shown'] = []): Refused {
    if (isWasted) this.counts.wasted += 1;
    const row = `${name}${isWasted ? ', wasted' : ''}`;
    this.counts.refusals.set(row, (this.counts.refusals.get(row) ?? 0) + 1);
    return { reply, shown };
  }

  /** News until the first such reply has arrived. */
  #refusedAgain(name: string, news: string, reply: WireReply): Refused {
    return this.#refused(name, this.#known.has(news), reply, [() => void this.#known.add(news)]);
  }

  #answer({ model, place }: Target, request: DayRequest, sizes: Sizes, nowMs: number): WireReply {
    const finish = request.completionTokens > sizes.cap ? 'length' : 'stop';
    const answer = { id: request.id, model, prompt: sizes.prompt, completion: sizes.answer };
    return { status: 200, headers: headersOf(place, nowMs), body: replies.answerBody(answer, finish) };
  }

  /** Charged at once; what the answer really weighed is put right when it is out. */
  #letIn({ meters, taken }: Place, sizes: Sizes, nowMs: number): Refused['shown'] {
    taken.requests += 1;
    taken.tokens += sizes.prompt + sizes.answer;
    for (const meter of meters) {
      const weight = weigh(meter.plan.upFront, sizes);
      if (!meter.hasRoom(weight, nowMs)) this.counts.overLimit += 1;
      meter.charge(weight, nowMs);
    }
    const shown = meters.filter(isInHeaders).map((meter) => meter.shown(nowMs));
    const correct = (atMs: number): void => {
      for (const meter of meters) {
        const { upFront, inTheEnd } = meter.plan;
        if (upFront !== inTheEnd) meter.charge(weigh(inTheEnd, sizes) - weigh(upFront, sizes), atMs);
      }
    };
    return [...shown, correct];
  }

  #after(ms: number, reply: WireReply, arrive: Refused['shown']): Promise<WireReply> {
    return new Promise((resolve) => {
      this.#time.after(ms, () => {
        for (const each of arrive) each(this.#time.now());
        resolve(reply);
      });
    });
  }

  #letOthersUse(): void {
    const { account, model, uses } = this.plan.foreign;
    const place = this.places.find(({ plan }) => plan.account === account && plan.models.includes(model));
    for (const { atMs, tokens } of uses) {
      this.#time.at(atMs, () => {
        for (const meter of place?.meters ?? []) {
          meter.chargeUnseen(meter.plan.limit.startsWith('tokens') ? tokens : 1, atMs);
        }
      });
    }
  }
}

type Refused = { readonly reply: WireReply; readonly shown: readonly ((arrivedMs: number) => void)[] };

function breachOf(meter: Meter, sizes: Sizes, nowMs: number): readonly Breach[] {
  const weight = weigh(meter.plan.upFront, sizes);
  return meter.hasRoom(weight, nowMs) ? [] : [{ meter, weight, waitMs: meter.roomInMs(weight, nowMs) }];
}

const isInHeaders = ({ plan }: Meter): boolean => plan.header !== undefined;

function headersOf({ plan, meters }: Place, nowMs: number): Record<string, string> {
  if (plan.provider === 'groq') return replies.groqHeaders(meters, nowMs);
  return plan.provider === 'mistral' ? replies.mistralHeaders(meters, nowMs) : {};
}

/** Whether a request could be let in with the least cap that makes sense, wrong give-ups before it counted as served. */
export function hasRoomBesideClaims(fleet: Fleet, { key, place }: Target, request: DayRequest, nowMs: number): boolean {
  if (!fleet.isUp(key, nowMs)) return false;
  const sizes = fleet.sizesOf(request, place, leastCap);
  return place.meters.every((meter) => meter.hasRoomBesideClaims(weigh(meter.plan.upFront, sizes), nowMs));
}
