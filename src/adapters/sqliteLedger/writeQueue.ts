import type { Cancel, Clock, Random } from '../../core/ports.ts';

/** Between two tries for a lock that another process holds: a wait inside SQLite would stop the host. */
const pauseMs = 10;
const jitterMs = 20;
/** Longer than any healthy writer holds the lock. */
const patienceMs = 15_000;
/** So much work in one turn of the event loop. */
const turnMs = 15;

export type Tried = 'done' | 'busy';

type Job = { readonly run: () => Tried; readonly since: number; readonly giveUp: () => void };

/**
 * Runs each write at once while the database is free. While another process holds it, writes stand
 * in line and one of them tries at a time, so that a long lock costs the event loop a few
 * milliseconds per try however many wait.
 */
export class WriteQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #jobs: Job[] = [];
  #cancel: Cancel | undefined;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** `giveUp` is called instead where the lock stays held for 15 s. */
  add(run: () => Tried, giveUp: () => void): void {
    if (this.#jobs.length === 0 && run() === 'done') return;
    this.#jobs.push({ run, since: this.#clock.monotonic(), giveUp });
    this.#later();
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  /** Each gets one last try. */
  dispose(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const { run, giveUp } of this.#jobs.splice(0)) if (run() === 'busy') giveUp();
  }

  #later(): void {
    this.#cancel ??= this.#clock.after(pauseMs + this.#random.next() * jitterMs, () => {
      this.#cancel = undefined;
      this.#work();
    });
  }

  #work(): void {
    const startedMs = this.#clock.monotonic();
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      const nowMs = this.#clock.monotonic();
      if (nowMs - startedMs > turnMs) break;
      if (job.run() === 'done') {
        this.#jobs.shift();
        continue;
      }
      if (nowMs - job.since <= patienceMs) break;
      this.#jobs.shift();
      job.giveUp();
    }
    if (this.#jobs.length > 0) this.#later();
  }
}
