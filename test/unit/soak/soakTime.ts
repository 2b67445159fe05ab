import type { Cancel, Clock } from '../../../src/core/ports.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** The machine's clocks, and the time that really passes outside of it. */
export class SoakTime {
  readonly clock: FakeClock;
  readonly #startMs: number;
  /** The monotonic clock stood still for so long. */
  #suspendedMs = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.clock = new FakeClock(startMs);
  }

  /** Epoch ms, whatever the wall clock shows. */
  get trueMs(): number {
    return this.#startMs + this.clock.monotonic() + this.#suspendedMs;
  }

  /** The lid is closed, on a system whose monotonic clock stands still meanwhile. */
  suspend(ms: number): void {
    this.#suspendedMs += ms;
    this.clock.setWall(this.clock.now() + ms);
  }

  /** Somebody sets the wall clock; negative: back. */
  setBy(ms: number): void {
    this.clock.setWall(this.clock.now() + ms);
  }

  get isWrong(): boolean {
    return Math.abs(this.clock.now() - this.trueMs) > 1;
  }

  setRight(): void {
    this.clock.setWall(this.trueMs);
  }
}

/** The clock as one window sees it, until the window dies: then none of its timers runs any more. */
export class WindowClock implements Clock {
  readonly #clock: FakeClock;
  readonly #timers = new Set<Cancel>();
  #isDead = false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Whole milliseconds, as a system shows them. */
  now(): number {
    return Math.floor(this.#clock.now());
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(ms: number, run: () => void): Cancel {
    if (this.#isDead) return () => undefined;
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(stop);
      run();
    });
    const stop = (): void => {
      this.#timers.delete(stop);
      cancel();
    };
    this.#timers.add(stop);
    return stop;
  }

  get pending(): number {
    return this.#timers.size;
  }

  die(): void {
    this.#isDead = true;
    for (const stop of [...this.#timers]) stop();
  }
}
