import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { accountOf, type Account, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import type { KeyBook, KeyDraft } from '../../../src/core/keys/keyBook.ts';
import { forever, type Ledger } from '../../../src/core/quota/ledger.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { propertyRuns } from '../support/runs.ts';
import { LedgerFolder, ledgerFixtures, type LedgerWindow, type LedgerFixture } from './ledgerFixture.ts';
import {
  askerOf,
  askOf,
  midnight,
  noon,
  reservationOf,
  sentSince,
  settlementOf,
  spend,
  tokensPerDay,
  usedOf,
} from './spend.ts';

const draft = (name: string, change: Partial<KeyDraft> = {}): KeyDraft =>
  draftOf(`id-${name}`, { fingerprint: name, ...change });

function keyOf(book: KeyBook, id: string): ApiKey {
  const key = book.all().find((each) => each.id === `id-${id}`);
  assert.ok(key);
  return key;
}

async function pool(book: KeyBook, name: string | undefined, ...ids: readonly string[]): Promise<void> {
  await book.update(() =>
    ids.map((id) => {
      const { pool: _, ...key } = keyOf(book, id);
      return name === undefined ? key : { ...key, pool: name };
    }),
  );
}

const spendOf = (ledger: Ledger, key: ApiKey, total: number, model = 'm1', nowMs = noon): Promise<void> =>
  spend(ledger, total, { ...askerOf(key), model, nowMs });

for (const kind of ledgerFixtures) {
  describe(`keys that join and leave a pool, with a ledger ${kind.name}`, () => {
    let fixture: LedgerFixture;
    let window: LedgerWindow;
    let ledger: Ledger;
    let book: KeyBook;
    const used = (id: string, scope = '*', sinceMs = midnight): [number, number] =>
      usedOf(ledger, accountOf(keyOf(book, id)), scope, sinceMs);

    beforeEach(async () => {
      fixture = kind.open();
      window = await fixture.window();
      ({ ledger, keyBook: book } = window);
      await book.add([draft('a'), draft('b'), draft('c', { pool: 'p' })]);
      await spendOf(ledger, keyOf(book, 'a'), 100);
      await spendOf(ledger, keyOf(book, 'b'), 20, 'm2');
      await spendOf(ledger, keyOf(book, 'c'), 3);
    });
    afterEach(() => fixture.close());

    it('bring what they used, per model too, to what the pool had used', async () => {
      assert.deepEqual(used('a'), [1, 100]);
      await pool(book, 'p', 'a', 'b');
      for (const id of ['a', 'b', 'c']) assert.deepEqual(used(id), [3, 123]);
      assert.deepEqual(used('a', 'm1'), [2, 103]);
      assert.deepEqual(used('a', 'm2'), [1, 20]);
    });

    it('bring their last minute too, to the millisecond', async () => {
      await spendOf(ledger, keyOf(book, 'a'), 7, 'm1', noon - 60_001);
      await pool(book, 'p', 'a');
      assert.deepEqual(sentSince(ledger, accountOf(keyOf(book, 'a')), noon - 60_000 + 1), [2, 103]);
      await pool(book, undefined, 'a');
      assert.deepEqual(sentSince(ledger, accountOf(keyOf(book, 'a')), noon - 60_000 + 1), [1, 100]);
      assert.deepEqual(sentSince(ledger, accountOf(keyOf(book, 'c')), noon - 60_000 + 1), [1, 3]);
    });

    it('take what they used themselves along, before and in the pool', async () => {
      await pool(book, 'p', 'a');
      await spendOf(ledger, keyOf(book, 'a'), 1_000);
      await pool(book, undefined, 'a');
      assert.deepEqual(used('a'), [2, 1_100]);
      assert.deepEqual(used('c'), [1, 3]);
    });

    it('leave their use with the pool where only the secret changes', async () => {
      await pool(book, 'p', 'a');
      await book.update(() => [{ ...keyOf(book, 'a'), fingerprint: 'new' }]);
      assert.deepEqual(used('a'), [2, 103]);
      await pool(book, undefined, 'a');
      assert.deepEqual(used('a'), [0, 0]);
      assert.deepEqual(used('c'), [2, 103]);
    });

    it('find their use again where they are added into a pool after they were removed', async () => {
      await book.remove(['id-a']);
      await book.add([draft('a', { pool: 'p' })]);
      assert.deepEqual(used('a'), [2, 103]);
    });

    it('share nothing with a pool of that name at another provider', async () => {
      await book.add([draft('d', { provider: 'mistral', pool: 'p' })]);
      await spendOf(ledger, keyOf(book, 'd'), 5_000);
      await pool(book, 'p', 'a');
      assert.deepEqual(used('a'), [2, 103]);
      assert.deepEqual(used('d'), [1, 5_000]);
    });

    it('are seen in the pool by another window', async () => {
      const other = await fixture.window();
      assert.deepEqual(usedOf(other.ledger, 'pool:groq/p'), [1, 3]);
      await pool(book, 'p', 'a');
      other.ledger.refresh();
      assert.deepEqual(usedOf(other.ledger, 'pool:groq/p'), [2, 103]);
    });

    it('hold the pool by what held them, and stay held when they leave', async () => {
      const day = { kind: 'exhausted', scope: '*', limit: 'tokensPerDay', untilMs: midnight + 86_400_000 } as const;
      await ledger.block('secret:a', day);
      await pool(book, 'p', 'a');
      const [held] = ledger.blocks('pool:groq/p', noon);
      assert.deepEqual([held?.limit, held?.untilMs], [day.limit, day.untilMs]);
      await pool(book, undefined, 'a');
      assert.equal(ledger.blocks('secret:a', noon).length, 1);
      assert.equal(ledger.blocks('pool:groq/p', noon).length, 1);
    });

    it('shorten no wait of the pool, and bring back none that ended in it', async () => {
      const wait = { kind: 'exhausted', scope: '*', limit: 'credit' } as const;
      await ledger.block('pool:groq/p', { ...wait, untilMs: forever });
      await ledger.block('secret:a', { ...wait, untilMs: noon + 1_000 });
      await pool(book, 'p', 'a');
      assert.equal(ledger.blocks('pool:groq/p', noon)[0]?.untilMs, forever);
      await ledger.unblock('pool:groq/p');
      await pool(book, undefined, 'a');
      assert.deepEqual(ledger.blocks('secret:a', noon), []);
    });

    it('bring what they hold for requests under way, in every window, until those have ended', async () => {
      const other = await fixture.window();
      const heldOf = (seen: Ledger, account: Account): readonly number[] => {
        const { heldRequests, heldTokens } = seen.use(account, '*', midnight);
        return [heldRequests, heldTokens];
      };
      const ask = askOf({ ...askerOf(keyOf(book, 'a')), tokens: 1_000 });
      const reservation = reservationOf(await ledger.reserve(ask));
      await pool(book, 'p', 'a');
      other.ledger.refresh();
      for (const seen of [ledger, other.ledger]) {
        assert.deepEqual(heldOf(seen, 'pool:groq/p'), [1, 1_000]);
      }
      await ledger.settle(settlementOf(reservation, { total: 7 }));
      other.ledger.refresh();
      for (const seen of [ledger, other.ledger]) {
        assert.deepEqual(heldOf(seen, 'pool:groq/p'), [0, 0]);
        assert.deepEqual(heldOf(seen, 'secret:a'), [0, 0]);
        assert.deepEqual(usedOf(seen, 'pool:groq/p'), [3, 110]);
      }
    });

    it('reserve in the pool where they joined it after they were chosen', async () => {
      const ask = askOf({ ...askerOf(keyOf(book, 'a')), tokens: 1_000, ceilings: [tokensPerDay(1_100)] });
      await pool(book, 'p', 'a');
      assert.equal((await ledger.reserve(ask)).ok, false);
      await ledger.reserve({ ...ask, tokens: 900 });
      assert.equal(ledger.use('pool:groq/p', '*', midnight).heldTokens, 900);
    });

    it('bring the longest of their waits where several join at once', async () => {
      const day = { kind: 'exhausted', scope: '*', limit: 'tokensPerDay' } as const;
      await ledger.block('secret:a', { ...day, untilMs: noon + 9_000 });
      await ledger.block('secret:b', { ...day, untilMs: noon + 1_000 });
      await pool(book, 'p', 'a', 'b');
      assert.equal(ledger.blocks('pool:groq/p', noon)[0]?.untilMs, noon + 9_000);
    });

    it('bring each limit that was learned of one of them and that the pool does not know', async () => {
      await ledger.learn('pool:groq/p', 'm1', { requestsPerDay: 1_000 }, noon);
      await ledger.learn('secret:a', 'm1', { tokensPerDay: 5_000, requestsPerDay: 50 }, noon);
      await ledger.learn('secret:b', 'm1', { tokensPerMinute: 300 }, noon);
      await pool(book, 'p', 'a', 'b');
      const all = { requestsPerDay: 1_000, tokensPerDay: 5_000, tokensPerMinute: 300 };
      assert.deepEqual({ ...ledger.learned('pool:groq/p', 'm1') }, all);
    });

    it('bring the limits that were learned of them where the pool has none', async () => {
      await ledger.learn('secret:a', '*', { requestsPerDay: 50 }, noon);
      await pool(book, 'p', 'a');
      assert.deepEqual(ledger.learned('pool:groq/p', '*'), { requestsPerDay: 50 });
    });

    it('add up: whatever is spent and pooled in whatever order, the pool’s is the sum over its keys', () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
          const ground = kind.open();
          try {
            const windows = [await ground.window(), await ground.window()] as const;
            await windows[0].keyBook.add(names.map((name) => draft(name)));
            const spent = new Map<string, number>();
            for (const [count, { name, tokens, into }] of steps.entries()) {
              const { ledger: mine, keyBook } = windows[count % 2 === 0 ? 0 : 1];
              mine.refresh();
              if (into !== 'stay') await pool(keyBook, into === 'none' ? undefined : into, name);
              await spendOf(mine, keyOf(keyBook, name), tokens, `m${count % 2}`);
              spent.set(name, (spent.get(name) ?? 0) + tokens);
            }
            for (const { ledger: mine, keyBook } of windows) {
              mine.refresh();
              for (const keys of Map.groupBy(keyBook.all(), accountOf).values()) {
                const sum = keys.reduce((all, { fingerprint }) => all + (spent.get(fingerprint) ?? 0), 0);
                for (const key of keys) {
                  assert.equal(usedOf(mine, accountOf(key))[1], sum);
                  assert.equal(usedOf(mine, accountOf(key), '*', noon - 60_001)[1], sum);
                }
              }
            }
          } finally {
            ground.close();
          }
        }),
        propertyRuns(25, 1_000),
      ));
  });
}

const names = ['a', 'b', 'c'];
const step = fc.record({
  name: fc.constantFrom(...names),
  tokens: fc.integer({ min: 0, max: 500 }),
  into: fc.constantFrom('stay', 'none', 'p', 'q'),
});

describe('the use of a pool', () => {
  let folder: LedgerFolder;
  beforeEach(() => void (folder = new LedgerFolder()));
  afterEach(() => folder.close());

  it('is there again after a restart, and in a new database filled from the copy', async () => {
    const first = await folder.window();
    await first.keyBook.add([draft('a'), draft('b')]);
    await spendOf(first.ledger, keyOf(first.keyBook, 'a'), 100);
    await pool(first.keyBook, 'p', 'a', 'b');
    await spendOf(first.ledger, keyOf(first.keyBook, 'b'), 20, 'm2');
    const snapshot = parseSnapshot(JSON.parse(JSON.stringify(first.takeSnapshot())));
    assert.ok(snapshot);
    first.ledger.dispose();
    const again = await folder.window();
    assert.deepEqual(usedOf(again.ledger, 'pool:groq/p'), [2, 120]);
    for (const options of [{}, { loadSqlite: async () => undefined }]) {
      const empty = new LedgerFolder();
      const filled = await empty.window({ ...options, snapshot: () => snapshot });
      assert.deepEqual(usedOf(filled.ledger, 'pool:groq/p'), [2, 120]);
      empty.close();
    }
  });

  it('has what its keys used before, where that came back from the copy alone', async () => {
    const first = await folder.window();
    await first.keyBook.add([draft('a')]);
    await spendOf(first.ledger, keyOf(first.keyBook, 'a'), 100);
    const snapshot = first.takeSnapshot();
    for (const options of [{}, { loadSqlite: async () => undefined }]) {
      const empty = new LedgerFolder();
      const { ledger, keyBook } = await empty.window({ ...options, snapshot: () => snapshot });
      await pool(keyBook, 'p', 'a');
      assert.deepEqual(usedOf(ledger, 'pool:groq/p'), [1, 100]);
      empty.close();
    }
  });
});
