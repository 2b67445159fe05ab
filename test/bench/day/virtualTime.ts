import type { Cancel, Clock } from '../../../src/core/ports.ts';

type Timer = { readonly dueMs: number; readonly order: number; run: (() => void) | undefined };

/** Kept from the host before a peer's run puts virtual timers in its place. */
const nextTurn = setImmediate;

/** A clock whose days pass as fast as the work in them is done: one loop over timers in their order. */
export class VirtualTime implements Clock {
  readonly startMs: number;
  /** A binary heap, the next timer first. */
  readonly #timers: Timer[] = [];
  #passedMs = 0;
  #count = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  now(): number {
    return this.startMs + this.#passedMs;
  }

  monotonic(): number {
    return this.#passedMs;
  }

  after(ms: number, run: () => void): Cancel {
    this.#count += 1;
    // Whole milliseconds, as wall clocks show them.
    const timer: Timer = { dueMs: this.#passedMs + Math.max(0, Math.ceil(ms)), order: this.#count, run };
    this.#push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  at(ms: number, run: () => void): Cancel {
    return this.after(ms - this.now(), run);
  }

  /**
   * Runs timer by timer until this moment. After each, whatever it set off runs as far as it comes
   * without time; `settled` waits for more than promises where a contestant's own machinery needs it.
   */
  async run(untilMs: number, settled: () => Promise<void> = promisesSettled): Promise<void> {
    const endMs = untilMs - this.startMs;
    await settled();
    for (let next = this.#timers[0]; next !== undefined && next.dueMs <= endMs; next = this.#timers[0]) {
      this.#pop();
      const { run } = next;
      if (run === undefined) continue;
      this.#passedMs = Math.max(this.#passedMs, next.dueMs);
      run();
      await settled();
    }
    this.#passedMs = endMs;
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let place = timers.length;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      const above = timers[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      timers[place] = above;
      place = parent;
    }
    timers[place] = timer;
  }

  #pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      let lower = timers[child];
      const right = timers[child + 1];
      if (lower !== undefined && right !== undefined && isBefore(right, lower)) {
        child += 1;
        lower = right;
      }
      if (lower === undefined || !isBefore(lower, last)) break;
      timers[place] = lower;
      place = child;
    }
    timers[place] = last;
  }
}

const isBefore = (one: Timer, other: Timer): boolean =>
  one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);

/** Every promise that waits for nothing but other promises has run before the host's next turn. */
export const promisesSettled = (): Promise<void> => new Promise((resolve) => nextTurn(resolve));
