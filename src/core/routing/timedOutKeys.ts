import type { Clock } from '../ports.ts';

/** How long a key that did not answer in time goes behind the others. */
const behindMs = 2 * 60_000;

/** Keys that timed out a moment ago: the next request begins with another one. This window's memory. */
export class TimedOutKeys {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** Key id → until when, on the monotonic clock. */
  readonly #untilMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  add(keyId: string): void {
    this.#untilMs.set(keyId, this.#clock.monotonic() + behindMs);
  }

  has(keyId: string): boolean {
    const untilMs = this.#untilMs.get(keyId);
    if (untilMs === undefined) return false;
    if (this.#clock.monotonic() < untilMs) return true;
    this.#untilMs.delete(keyId);
    return false;
  }
}
