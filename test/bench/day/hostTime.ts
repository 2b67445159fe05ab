import { promisesSettled, type VirtualTime } from './virtualTime.ts';

/** More turns than anything needs that waits neither for the fleet nor for a timer. */
const mostTurns = 200;

/**
 * The host's clock and timers by virtual time, for who knows no clock but the host's. Counts what its
 * user waits for, so that time stands still until all that can run has run.
 */
export class HostTime {
  readonly #time: VirtualTime;
  readonly #original = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    now: Date.now,
    performanceNow: performance.now,
    abortTimeout: AbortSignal.timeout,
  };
  readonly #cancels = new Map<number, () => void>();
  #timers = 0;
  #asking = 0;
  #waiting = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  install(): void {
    const after = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
      this.#timers += 1;
      const timer = this.#timers;
      this.#cancels.set(
        timer,
        this.#time.after(ms, () => {
          this.#cancels.delete(timer);
          run(...args);
        }),
      );
      return { ref: ignored, unref: ignored, hasRef: () => true, [Symbol.toPrimitive]: () => timer };
    };
    const clear = (timer: unknown): void => {
      const name = Number(timer);
      this.#cancels.get(name)?.();
      this.#cancels.delete(name);
    };
    Reflect.set(globalThis, 'setTimeout', after);
    Reflect.set(globalThis, 'clearTimeout', clear);
    Date.now = () => this.#time.now();
    performance.now = () => this.#time.monotonic();
    AbortSignal.timeout = (ms) => {
      const controller = new AbortController();
      this.#time.after(ms, () => controller.abort(new DOMException('timed out', 'TimeoutError')));
      return controller.signal;
    };
  }

  restore(): void {
    const { now, performanceNow, abortTimeout } = this.#original;
    Reflect.set(globalThis, 'setTimeout', this.#original.setTimeout);
    Reflect.set(globalThis, 'clearTimeout', this.#original.clearTimeout);
    Date.now = now;
    performance.now = performanceNow;
    AbortSignal.timeout = abortTimeout;
  }

  /** A request of the day: while it runs, it waits for the fleet, for a timer, or has something to do. */
  async asking<T>(ask: () => Promise<T>): Promise<T> {
    this.#asking += 1;
    try {
      return await ask();
    } finally {
      this.#asking -= 1;
    }
  }

  /** An answer that only time brings. */
  async waiting<T>(reply: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    try {
      return await reply();
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Streams and hooks take turns of the host, not only promises. */
  readonly settled = async (): Promise<void> => {
    for (let turn = 0; turn < mostTurns; turn += 1) {
      await promisesSettled();
      if (this.#asking <= this.#waiting + this.#cancels.size) return;
    }
  };
}

const ignored = (): void => undefined;
