import type { Cancel, Clock } from '../core/ports.ts';

/** Runs at once, then at most once in each interval; the last wish is never lost. */
export class Throttle {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #run: () => void;
  #pending: Cancel | undefined;
  #wanted = false;
  #ended = false;

  constructor(clock: Clock, intervalMs: number, run: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#run = run;
  }

  request(): void {
    if (this.#ended) return;
    if (this.#pending !== undefined) {
      this.#wanted = true;
      return;
    }
    this.#pending = this.#clock.after(this.#intervalMs, () => {
      this.#pending = undefined;
      if (!this.#wanted) return;
      this.#wanted = false;
      this.request();
    });
    this.#run();
  }

  /** Runs now if a wish is open. */
  flush(): void {
    if (!this.#wanted || this.#ended) return;
    this.#wanted = false;
    this.#run();
  }

  dispose(): void {
    this.#ended = true;
    this.#pending?.();
    this.#pending = undefined;
  }
}
