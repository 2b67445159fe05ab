import type { Cancel, Clock } from '../../core/ports.ts';
import type { SqliteStore } from './sqliteStore.ts';

/** So long the host may be held at once. */
const turnMs = 8;

/**
 * Makes of what was read at opening what it means, a little in each turn: with a thousand keys it
 * takes several. Nobody has to wait: whoever asks before has what is left of it done at once.
 */
export function digestInTurns(store: SqliteStore, clock: Clock): { readonly digested: Promise<void>; stop: Cancel } {
  const { promise: digested, resolve } = Promise.withResolvers<void>();
  const turn = (): Cancel =>
    clock.after(0, () => {
      const endMs = clock.monotonic() + turnMs;
      if (store.digest(() => clock.monotonic() > endMs)) resolve();
      else next = turn();
    });
  let next = turn();
  return { digested, stop: () => next() };
}
