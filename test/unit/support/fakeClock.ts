import type { Cancel, Clock } from '../../../src/core/ports.ts';

/** More timers than this at one moment are a loop that never waits. */
const mostAtOneMoment = 1_000;

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  readonly #timers = new Set<{ dueMs: number; run: () => void }>();

  constructor(startMs = Date.UTC(2026, 10, 22, 12, 0, 0)) {
    this.#wall = startMs;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, run: () => void): Cancel {
    const timer = { dueMs: this.#monotonic + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Time passes: timers that fall due run in their order, each with the clock at its moment. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    let atThisMoment = 0;
    await settleMicrotasks();
    for (let next = this.#nextBefore(end); next !== undefined; next = this.#nextBefore(end)) {
      atThisMoment = next.dueMs > this.#monotonic ? 0 : atThisMoment + 1;
      if (atThisMoment > mostAtOneMoment) throw new Error('timers are set for now again and again');
      this.#move(Math.max(0, next.dueMs - this.#monotonic));
      this.#timers.delete(next);
      next.run();
      await settleMicrotasks();
    }
    this.#move(end - this.#monotonic);
    await settleMicrotasks();
  }

  /** The host is busy or asleep: time passes, and timers that fall due run late, in the next `advance`. */
  sleep(ms: number): void {
    this.#move(ms);
  }

  /** Somebody sets the wall clock; no timer notices. */
  setWall(ms: number): void {
    this.#wall = ms;
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds to the next timer; undefined when none is set. */
  get nextDueInMs(): number | undefined {
    const next = this.#nextBefore(Number.POSITIVE_INFINITY);
    return next === undefined ? undefined : next.dueMs - this.#monotonic;
  }

  #move(ms: number): void {
    this.#monotonic += ms;
    this.#wall += ms;
  }

  #nextBefore(endMs: number): { dueMs: number; run: () => void } | undefined {
    let first: { dueMs: number; run: () => void } | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}

async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
