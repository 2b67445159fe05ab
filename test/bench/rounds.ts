import { median } from './median.ts';

/** One way to ask the provider. `call` answers the text; another question each time. */
export type Subject = {
  readonly name: string;
  readonly call: (count: number) => Promise<string>;
  readonly stop?: () => Promise<void> | void;
};

/** One round of one subject: median of calls one after the other, and calls a second at 32 at once. */
export type Round = { readonly p50Us: number; readonly perSecond: number };

const atOnce = 32;

/** Median of calls one after the other, in microseconds. */
export async function alone(subject: Subject, calls: number): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const startedMs = performance.now();
    await subject.call(next());
    times.push((performance.now() - startedMs) * 1_000);
  }
  return median(times);
}

/** Calls a second with 32 under way at once. */
export async function together(subject: Subject, calls: number): Promise<number> {
  const startedMs = performance.now();
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await subject.call(next());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return calls / ((performance.now() - startedMs) / 1_000);
}

let questions = 0;

/** No two questions of one run are the same, so that nobody answers from a cache. */
const next = (): number => {
  questions += 1;
  return questions;
};
