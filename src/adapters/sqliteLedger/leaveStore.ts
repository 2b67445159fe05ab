import { attemptOf } from '../../core/quota/attempt.ts';
import type { SqliteStore } from './sqliteStore.ts';

/** What this window still holds is resolved as if it had died. */
export function leaveStore(store: SqliteStore, nowMs: number): void {
  for (const reservation of [...store.own.values()]) {
    const { ask, sent } = reservation;
    const tokens = sent
      ? { prompt: ask.promptTokens, completion: ask.tokens - ask.promptTokens, total: ask.tokens, estimated: true }
      : undefined;
    const outcome = sent ? 'cutOff' : 'cancelled';
    const settlement = { reservation: '', nowMs, outcome, tokens, countsRequest: sent, latencyMs: 0 } as const;
    const attempt = attemptOf(ask, settlement);
    void store.perform(() => ({ answer: undefined, settle: { reservation, attempt } }));
  }
  const owner = store.opened?.owner;
  if (owner !== undefined) void store.perform(() => ({ answer: undefined, deadWindow: owner }));
}
