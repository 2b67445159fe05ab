import type { Clock } from './ports.ts';

/**
 * What `answer` brings within `ms`, while the signal is not aborted; else `late`, and what it brings
 * afterwards is dropped. Rejects as `answer` does.
 */
export function inTime<Value>(
  clock: Clock,
  answer: Promise<Value>,
  ms: number,
  signal?: AbortSignal,
): Promise<Value | 'late'> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      cancelTimer();
      signal?.removeEventListener('abort', giveUp);
    };
    const giveUp = (): void => {
      end();
      resolve('late');
    };
    const cancelTimer = clock.after(ms, giveUp);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    answer.then(resolve, reject).finally(end);
  });
}
