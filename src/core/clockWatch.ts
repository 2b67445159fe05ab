import type { Clock } from './ports.ts';

/** Less is a correction by the network's time, or two clocks that were not read at once. */
const leastStepMs = 1_000;
/** A clock that is set right again is so by about what it was wrong. */
const nearlyMs = 60_000;
/** Between reading one clock and the other: more, and the process stood still there. */
const mostApartMs = 100;

/** The wall clock was set back by `byMs`. */
export type SetBack = {
  readonly byMs: number;
  /** What it shows now; epoch milliseconds. */
  readonly nowMs: number;
  /** From the last look on, by the clock as it is now: what was set after that may be right already. */
  readonly sinceMs: number;
  /** Where it is right again after it had been set forward: the moment when it was. Else 0. */
  readonly fromMs: number;
};

/** Whether it was set by the clock that is set back by this. */
export const wasSetBefore = (setAtMs: number, { fromMs, sinceMs, nowMs }: SetBack): boolean =>
  setAtMs > fromMs && (setAtMs < sinceMs || setAtMs > nowMs);

/** Notices that the wall clock was set back: it alone goes on with less than the monotonic one. */
export class ClockWatch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #aheadMs: number;
  #lookedMs: number;
  #setForward = { byMs: 0, fromMs: 0 };

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
    if (-byMs >= leastStepMs) this.#setForward = { byMs: -byMs, fromMs: nowMs + byMs };
    if (byMs < leastStepMs) return undefined;
    const { byMs: forwardMs, fromMs } = this.#setForward;
    const isRightAgain = Math.abs(byMs - forwardMs) < Math.min(nearlyMs, byMs / 2);
    this.#setForward = { byMs: 0, fromMs: 0 };
    return { byMs, nowMs, sinceMs, fromMs: isRightAgain ? fromMs : 0 };
  }
}
