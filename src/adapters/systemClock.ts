import type { Cancel, Clock } from '../core/ports.ts';

/** The machine's clocks and timers. A timer never keeps the extension host alive. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  after(ms: number, run: () => void): Cancel {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  }
}
