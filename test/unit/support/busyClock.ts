import type { Cancel } from '../../../src/core/ports.ts';
import { FakeClock } from './fakeClock.ts';

/** A clock on which looking at the time takes some, and which counts the turns of the host. */
export class BusyClock extends FakeClock {
  lookMs = 0;
  turns = 0;
  #spentMs = 0;

  override monotonic(): number {
    this.#spentMs += this.lookMs;
    return super.monotonic() + this.#spentMs;
  }

  override after(ms: number, run: () => void): Cancel {
    return super.after(ms, () => {
      this.turns += 1;
      run();
    });
  }
}
