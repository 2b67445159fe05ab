import { SystemClock } from './systemClock.ts';

/** The machine's clock with a wall that tests can set; timers run as ever. Test builds only. */
export class ShiftedClock extends SystemClock {
  #shiftMs = 0;

  override now(): number {
    return super.now() + this.#shiftMs;
  }

  /** Undefined: back to the machine's time. */
  set(wallMs: number | undefined): void {
    this.#shiftMs = wallMs === undefined ? 0 : wallMs - super.now();
  }
}
