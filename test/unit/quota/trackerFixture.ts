import { MemoryKeyBook } from '../../../src/adapters/memoryKeyBook.ts';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import type { KeyDraft } from '../../../src/core/keys/keyBook.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import { askerOf, askOf, settlementOf } from '../ledger/spend.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { FakeClock } from '../support/fakeClock.ts';

function providerOf(id: string, change: Partial<Provider>): Provider {
  const found = catalog.find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`no provider ${id} in the catalog`);
  return { ...found, ...change };
}

export const groq = (change: Partial<Provider> = {}): Provider =>
  providerOf('groq', { models: [{ id: 'm1', limits: {} }], limits: {}, ...change });
export const gemini = (change: Partial<Provider> = {}): Provider =>
  providerOf('gemini', { models: [{ id: 'g1', limits: {} }], limits: {}, ...change });

/** A tracker over real parts in memory. */
export function trackerFixture(providers: readonly Provider[]) {
  const clock = new FakeClock();
  const ledger = new MemoryLedger({ clock });
  const keyBook = new MemoryKeyBook(ledger.store);
  const tracker = new Tracker({ ledger, keyBook, clock, providers: () => providers, warnAtPercent: () => [75, 90] });

  const add = async (provider: string, change: Partial<KeyDraft> = {}): Promise<ApiKey> => {
    const number = keyBook.all().filter((key) => key.provider === provider).length + 1;
    const draft = draftOf(`${provider}-${number}`, { provider, priority: number, ...change });
    const [added] = await keyBook.add([draft]);
    if (added?.ok !== true) throw new Error('not added');
    return added.key;
  };

  const provider = (key: ApiKey): Provider => {
    const found = providers.find(({ id }) => id === key.provider);
    if (found === undefined) throw new Error(`no provider ${key.provider}`);
    return found;
  };

  /** Reserves under the tracker's own ceilings; undefined where that is refused. */
  const reserve = async (
    key: ApiKey,
    tokens: number,
    model = provider(key).models[0]?.id ?? '',
  ): Promise<string | undefined> => {
    const nowMs = clock.now();
    const ceilings = tracker.ceilings(key, provider(key), model, nowMs);
    const reserved = await ledger.reserve(askOf({ ...askerOf(key), model, tokens, promptTokens: 0, nowMs, ceilings }));
    return reserved.ok ? reserved.reservation : undefined;
  };

  const settle = (reservation: string, total: number): Promise<void> =>
    ledger.settle(settlementOf(reservation, { total, nowMs: clock.now() }));

  const spend = async (key: ApiKey, tokens: number, model?: string): Promise<boolean> => {
    const reservation = await reserve(key, tokens, model);
    if (reservation !== undefined) await settle(reservation, tokens);
    return reservation !== undefined;
  };

  const room = (key: ApiKey, tokens: number, model = provider(key).models[0]?.id ?? '') =>
    tracker.room(key, provider(key), model, tokens, clock.now());

  return { clock, ledger, keyBook, tracker, add, reserve, settle, spend, room };
}
