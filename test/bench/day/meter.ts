import type { LimitName } from '../../../src/core/quota/limits.ts';
import { LeakyBucket, leakyWaitMs, type Meter as Level, WindowCount } from '../../simulator/meters.ts';

/** What a request weighs when it comes in, and what it weighs once its answer is out. */
export type Weight = 'request' | 'prompt' | 'promptAndCap' | 'promptAndAnswer';

export type MeterPlan = {
  readonly limit: LimitName | 'credit';
  readonly value: number;
  /** `period`: a day or month that turns at a moment, or not before the day is over. */
  readonly form: 'bucket' | 'sliding' | 'period';
  /** Of a bucket or a sliding window. */
  readonly windowMs: number;
  /** Of a period; Infinity: not today. */
  readonly turnsAtMs: number;
  readonly upFront: Weight;
  readonly inTheEnd: Weight;
  /** Whether a ledger can know the value before a reply shows it. */
  readonly published: boolean;
  /** The end of its headers' names; undefined: no header shows it. */
  readonly header: string | undefined;
};

export type Sizes = { readonly prompt: number; readonly cap: number; readonly answer: number };

export function weigh(weight: Weight, { prompt, cap, answer }: Sizes): number {
  switch (weight) {
    case 'request':
      return 1;
    case 'prompt':
      return prompt;
    case 'promptAndCap':
      return prompt + cap;
    case 'promptAndAnswer':
      return prompt + answer;
  }
}

/** Rounding of the numbers that providers show. */
const shownToMs = 1;

/**
 * One limit of one account. `truth` is what the provider counts; `knowable` what a ledger can know:
 * its own use and all that replies have shown; `claimed` is the truth with every wrong give-up
 * served besides, so that one free place is not held against twenty of them.
 */
export class Meter {
  readonly plan: MeterPlan;
  readonly truth: Level;
  readonly knowable: Level;
  readonly claimed: Level;
  isValueKnown: boolean;

  constructor(plan: MeterPlan) {
    this.plan = plan;
    this.truth = levelOf(plan);
    this.knowable = levelOf(plan);
    this.claimed = levelOf(plan);
    this.isValueKnown = plan.published;
  }

  charge(amount: number, nowMs: number): void {
    this.truth.add(amount, nowMs);
    this.knowable.add(amount, nowMs);
    this.claimed.add(amount, nowMs);
  }

  /** By somebody else: no ledger sees it before a reply shows it. */
  chargeUnseen(amount: number, nowMs: number): void {
    this.truth.add(amount, nowMs);
    this.claimed.add(amount, nowMs);
  }

  hasRoom(weight: number, nowMs: number): boolean {
    return this.truth.used(nowMs) + weight <= this.plan.value + 1e-6;
  }

  hasRoomBesideClaims(weight: number, nowMs: number): boolean {
    return this.claimed.used(nowMs) + weight <= this.plan.value + 1e-6;
  }

  /** Whether a ledger could have known that this does not fit. */
  isKnownFull(weight: number, nowMs: number): boolean {
    const rounding = this.plan.limit.startsWith('tokens') ? shownToMs : 1e-3;
    return this.isValueKnown && this.knowable.used(nowMs) + weight > this.plan.value + rounding;
  }

  /** What a reply that is made now will show; called when it arrives. */
  shown(nowMs: number): (arrivedMs: number) => void {
    const unseen = this.truth.used(nowMs) - this.knowable.used(nowMs);
    return (arrivedMs) => {
      this.isValueKnown = true;
      const still = Math.min(unseen, this.truth.used(arrivedMs) - this.knowable.used(arrivedMs));
      if (still > 0) this.knowable.add(still, arrivedMs);
    };
  }

  /** Until there is room for this weight if nothing else comes; Infinity: never today. */
  roomInMs(weight: number, nowMs: number): number {
    const { form, value, windowMs, turnsAtMs } = this.plan;
    if (this.hasRoom(weight, nowMs)) return 0;
    if (weight > value) return Number.POSITIVE_INFINITY;
    if (form === 'bucket') return leakyWaitMs(this.truth.used(nowMs), weight, value, windowMs);
    if (form === 'period') return turnsAtMs > nowMs ? turnsAtMs - nowMs : Number.POSITIVE_INFINITY;
    return this.truth instanceof SlidingCount ? this.truth.roomInMs(value - weight, nowMs) : 0;
  }
}

function levelOf({ form, value, windowMs, turnsAtMs }: MeterPlan): Level {
  if (form === 'bucket') return new LeakyBucket(() => value, windowMs);
  if (form === 'sliding') return new SlidingCount(windowMs);
  return new WindowCount((nowMs) => (nowMs < turnsAtMs ? 'before' : 'after'));
}

/** What was added in the last so many milliseconds. */
class SlidingCount implements Level {
  readonly #windowMs: number;
  readonly #entries: { readonly atMs: number; readonly amount: number }[] = [];
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  used(nowMs: number): number {
    for (let first = this.#entries[0]; first !== undefined; first = this.#entries[0]) {
      if (first.atMs + this.#windowMs > nowMs) break;
      this.#entries.shift();
      this.#sum -= first.amount;
    }
    return this.#entries.length === 0 ? 0 : this.#sum;
  }

  add(amount: number, nowMs: number): void {
    this.#sum = this.used(nowMs) + amount;
    this.#entries.push({ atMs: nowMs, amount });
  }

  set(amount: number, nowMs: number): void {
    this.#entries.length = 0;
    this.#sum = 0;
    this.add(amount, nowMs);
  }

  /** Until no more than this is left of what was added so far. */
  roomInMs(most: number, nowMs: number): number {
    let left = this.used(nowMs);
    for (const { atMs, amount } of this.#entries) {
      if (left <= most) break;
      left -= amount;
      if (left <= most) return Math.max(0, atMs + this.#windowMs - nowMs);
    }
    return 0;
  }
}
