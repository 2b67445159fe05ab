import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { edited, type KeyEdit } from '../../../src/core/keys/keyEdit.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import { groq } from '../quota/trackerFixture.ts';
import type { LedgerFixture, LedgerWindow } from './ledgerFixture.ts';
import { askerOf, askOf, settlementOf } from './spend.ts';

/** A window with a tracker: requests go out under the limits that it knows. */
export function user({ ledger, keyBook }: LedgerWindow, { clock }: LedgerFixture, provider: Provider = groq()) {
  const tracker = new Tracker({ ledger, keyBook, clock, providers: () => [provider], warnAtPercent: () => [75, 90] });
  const keyOf = (id: string): ApiKey => {
    const found = keyBook.all().find((key) => key.id === id);
    if (found === undefined) throw new Error(`no key ${id}`);
    return found;
  };
  const reserve = (id: string, tokens: number) => {
    const key = keyOf(id);
    const nowMs = clock.now();
    const ceilings = tracker.ceilings(key, provider, 'm1', nowMs);
    return ledger.reserve(askOf({ ...askerOf(key), model: 'm1', tokens, promptTokens: 0, nowMs, ceilings }));
  };
  return {
    keyOf,
    reserve,
    room: (id: string, tokens: number) => tracker.room(keyOf(id), provider, 'm1', tokens, clock.now()).ok,
    stats: () => Object.values(tracker.allStats()['groq'] ?? {}).map(({ used, limit }) => [used, limit]),
    spend: async (id: string, tokens: number): Promise<boolean> => {
      const reserved = await reserve(id, tokens);
      if (!reserved.ok) return false;
      await ledger.settle(settlementOf(reserved.reservation, { total: tokens, nowMs: clock.now() }));
      return true;
    },
    /** The key as it stands in the transaction, whatever this window has seen of it. */
    edit: (id: string, edit: KeyEdit) =>
      keyBook.update((keys) => keys.filter((key) => key.id === id).map((key) => edited(key, edit))),
    join: (...ids: string[]) => keyBook.update(() => ids.map((id) => edited(keyOf(id), { pool: 'p' }))),
    leave: (id: string) => keyBook.update(() => [edited(keyOf(id), { pool: null })]),
  };
}
