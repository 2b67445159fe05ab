import type { Clock } from './ports.ts';

/** Less is a correction by the network's time, or two clocks that were not read at once. */
const leastStepMs = 1_000;
/** A clock that is set right again is so by what it was wrong, and what it gained meanwhile. */
const nearlyMs = 5_000;
/** Others look so often. */
const noticedWithinMs = 5_000;
/** Between reading one clock and the other: more, and the process stood still there. */
const mostApartMs = 100;

/** The wall clock was set back by `byMs`; less than 0: forward, to where it was before it was set back. */
export type ClockStep = {
  readonly byMs: number;
  /** What it shows now; epoch milliseconds. */
  readonly nowMs: number;
  /** From the last look on, by the clock as it is now: what was set after that may be right already. */
  readonly sinceMs: number;
  /** Where it is right again after it had been set forward: the moment when it was. Else 0. */
  readonly fromMs: number;
};

/** Whether it was set by the clock that is set back by this. */
export const wasSetBefore = (setAtMs: number, { fromMs, sinceMs, nowMs }: ClockStep): boolean =>
  setAtMs > fromMs && (setAtMs < sinceMs || setAtMs > nowMs);

/** Another window, which noticed at `noticedMs`, has carried out the same step: it came since the last look of this one. */
export const isSameStep = (noticedMs: number, { sinceMs, nowMs }: ClockStep): boolean =>
  noticedMs >= sinceMs && noticedMs <= nowMs + noticedWithinMs;

/** Notices that the wall clock was set back: it alone goes on with less than the monotonic one. */
export class ClockWatch {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #aheadMs: number;
  #lookedMs: number;
  /** The last step, and where the clock stood before it. */
  #last = { byMs: 0, fromMs: 0 };

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
    this.#lookedMs = clock.monotonic();
    this.#aheadMs = clock.now() - this.#lookedMs;
  }

  /** Since the last look; undefined: it was not, or was set forward as it is by sleep, which nobody can tell apart. */
  look(): ClockStep | undefined {
    const lookedMs = this.#clock.monotonic();
    const nowMs = this.#clock.now();
    if (this.#clock.monotonic() - lookedMs > mostApartMs) return undefined;
    const aheadMs = nowMs - lookedMs;
    const byMs = Math.round(this.#aheadMs - aheadMs);
    const sinceMs = nowMs - Math.round(lookedMs - this.#lookedMs);
    this.#aheadMs = aheadMs;
    this.#lookedMs = lookedMs;
    if (Math.abs(byMs) < leastStepMs) return undefined;
    const last = this.#last;
    const isRightAgain = last.byMs !== 0 && Math.abs(byMs + last.byMs) < Math.min(nearlyMs, Math.abs(byMs) / 2);
    this.#last = isRightAgain ? { byMs: 0, fromMs: 0 } : { byMs, fromMs: nowMs + byMs };
    if (byMs < 0 && !isRightAgain) return undefined;
    return { byMs, nowMs, sinceMs, fromMs: isRightAgain && byMs > 0 ? last.fromMs : 0 };
  }
}
