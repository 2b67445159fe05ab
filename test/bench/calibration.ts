import { median } from './median.ts';

/** What bars in µs and ms take for granted: a machine that does the loop in this time. */
const calibratedMs = 400;
/** Slices of a millisecond, counted out on a quiet machine that took 400 ms for all of them. */
const slices = 400;
const turnsASlice = 455_000;

/** Where the loop's outcome is kept, so that nothing of it is optimised away. */
let kept = 0;

export type Loop = {
  /** All of it, the times when others had the processor included: how rows in ms take it. */
  readonly wholeMs: number;
  /** As if each slice had taken what the median one did: a median of microseconds does not see the others. */
  readonly steadyMs: number;
};

/** Integers, a table and short-lived objects, the same in every run. */
export function calibrationLoop(): Loop {
  const times: number[] = [];
  const table = new Map<number, { readonly turn: number; readonly hash: number }>();
  let hash = 0x811c9dc5;
  for (let slice = 0; slice < slices; slice += 1) {
    const startedMs = performance.now();
    for (let turn = 0; turn < turnsASlice; turn += 1) {
      hash = Math.imul(hash ^ turn, 0x01000193);
      if ((turn & 15) !== 0) continue;
      const place = hash & 1023;
      hash ^= table.get(place)?.hash ?? turn;
      table.set(place, { turn, hash });
    }
    times.push(performance.now() - startedMs);
  }
  kept ^= hash;
  return { wholeMs: times.reduce((sum, ms) => sum + ms, 0), steadyMs: median(times) * slices };
}

/** What was measured, and the loop right before and right after. */
export type Beside<T> = { readonly value: T; readonly loop: Loop };

export async function besideLoop<T>(measure: () => Promise<T> | T): Promise<Beside<T>> {
  const before = calibrationLoop();
  const value = await measure();
  const after = calibrationLoop();
  const mean = (of: keyof Loop): number => (before[of] + after[of]) / 2;
  return { value, loop: { wholeMs: mean('wholeMs'), steadyMs: mean('steadyMs') } };
}

/** As the machine that the bars are for would have taken it. */
export const scaled = (value: number, loopMs: number): number => (value * calibratedMs) / loopMs;
