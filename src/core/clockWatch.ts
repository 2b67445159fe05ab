import type { Clock } from './ports.ts';

/** Less is a correction by the network's time, or two clocks that were not read at once. */
const leastStepMs = 1_000;
/** Between reading one clock and the other: more, and the process stood still there. */
const mostApartMs = 100;

/** The wall clock was set back by `byMs`. */
export type SetBack = {
  readonly byMs: number;
  /** What it shows now; epoch milliseconds. */
  readonly nowMs: number;
  /** From the last look on, by the clock as it is now: what was set after that may be right already. */
  readonly sinceMs: number;
};

/** What was set between the last look and now is taken as set by the clock as it is now. */
export const wasSetBefore = (setAtMs: number, { sinceMs, nowMs }: SetBack): boolean =>
  setAtMs < sinceMs || setAtMs > nowMs;

/** Notices that the wall clock was set back: it alone goes on with less than the monotonic one. */
export class ClockWatch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #aheadMs: number;
  #lookedMs: number;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
    this.#lookedMs = clock.monotonic();
    this.#aheadMs = clock.now() - this.#lookedMs;
  }

  /** Since the last look; undefined: it was not, or was set forward as it is by sleep. */
  look(): SetBack | undefined {
    const lookedMs = this.#clock.monotonic();
    const nowMs = this.#clock.now();
    if (this.#clock.monotonic() - lookedMs > mostApartMs) return undefined;
    const aheadMs = nowMs - lookedMs;
    const byMs = Math.round(this.#aheadMs - aheadMs);
    const sinceMs = nowMs - Math.round(lookedMs - this.#lookedMs);
    this.#aheadMs = aheadMs;
    this.#lookedMs = lookedMs;
    return byMs < leastStepMs ? undefined : { byMs, nowMs, sinceMs };
  }
}
