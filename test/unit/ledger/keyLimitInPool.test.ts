import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { topUp } from '../../../src/adapters/sqliteLedger/fillFrom.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { groq } from '../quota/trackerFixture.ts';
import { user } from './keyUser.ts';
import { LedgerFolder, ledgerFixtures, type LedgerFixture, type LedgerWindow } from './ledgerFixture.ts';
import { settlementOf } from './spend.ts';

const a = draftOf('a', { limits: { tokensPerDay: 1_000 } });
const b = draftOf('b', { limits: { tokensPerDay: 1_000 } });

for (const kind of ledgerFixtures) {
  describe(`a limit that the user sets on one key of a pool, with a ledger ${kind.name}`, () => {
    let fixture: LedgerFixture;
    let window: LedgerWindow;
    beforeEach(async () => {
      fixture = kind.open();
      window = await fixture.window();
      await window.keyBook.add([a, b, draftOf('c')].map((draft) => ({ ...draft, pool: 'p' })));
    });
    afterEach(() => fixture.close());

    it('holds to the token for what that key uses', async () => {
      const { spend, room } = user(window, fixture);
      assert.equal(await spend('a', 900), true);
      assert.equal(await spend('a', 101), false);
      assert.equal(room('a', 101), false);
      assert.equal(await spend('a', 100), true);
      assert.equal(await spend('a', 1), false);
    });

    it('does not hold for what its pool’s other keys use', async () => {
      const { spend, stats } = user(window, fixture);
      await spend('c', 5_000);
      await spend('b', 600);
      assert.equal(await spend('a', 1_000), true);
      assert.deepEqual(stats().slice(0, 2), [
        [1_000, 1_000],
        [600, 1_000],
      ]);
    });

    it('counts what its requests under way hold, until they settle', async () => {
      const { reserve, room } = user(window, fixture);
      const held = await reserve('a', 900);
      assert.ok(held.ok);
      assert.equal((await reserve('a', 200)).ok, false);
      assert.equal(room('b', 900), true);
      await window.ledger.settle(settlementOf(held.reservation));
      assert.equal((await reserve('a', 200)).ok, true);
    });

    it('holds in another window too', async () => {
      const other = await fixture.window();
      await user(window, fixture).spend('a', 900);
      other.ledger.refresh();
      const { spend, stats } = user(other, fixture);
      assert.equal(await spend('a', 101), false);
      assert.deepEqual(stats()[0], [900, 1_000]);
    });

    it('stands beside the pool’s own limits, which hold for all its keys together', async () => {
      const provider = groq({ limitForm: 'window', limitScope: 'key', limits: { requestsPerDay: 3 } });
      const { spend } = user(window, fixture, provider);
      for (const id of ['a', 'b', 'c']) assert.equal(await spend(id, 10), true);
      for (const id of ['a', 'b', 'c']) assert.equal(await spend(id, 10), false);
    });

    it('holds for a minute as it does for a day', async () => {
      await window.keyBook.update(() => [{ ...user(window, fixture).keyOf('a'), limits: { requestsPerMinute: 2 } }]);
      const { spend } = user(window, fixture);
      await spend('c', 10);
      assert.deepEqual([await spend('a', 10), await spend('a', 10), await spend('a', 10)], [true, true, false]);
      await fixture.clock.advance(60_001);
      assert.equal(await spend('a', 10), true);
    });

    it('has in it what the key used before it joined, and keeps it when the key leaves', async () => {
      await window.keyBook.add([draftOf('d', { limits: { tokensPerDay: 1_000 } })]);
      const { spend, join, leave, stats } = user(window, fixture);
      await spend('d', 400);
      await join('d');
      assert.deepEqual(stats()[3], [400, 1_000]);
      assert.equal(await spend('d', 601), false);
      assert.equal(await spend('d', 300), true);
      await leave('d');
      assert.deepEqual(stats()[3], [700, 1_000]);
      assert.equal(await spend('d', 301), false);
    });
  });
}

describe('what each key of a pool used by itself', () => {
  let folder: LedgerFolder;
  let snapshot: ReturnType<typeof parseSnapshot>;
  beforeEach(async () => {
    folder = new LedgerFolder();
    const first = await folder.window();
    await first.keyBook.add([a, b].map((draft) => ({ ...draft, pool: 'p' })));
    await user(first, folder).spend('a', 900);
    await user(first, folder).spend('b', 300);
    snapshot = parseSnapshot(JSON.parse(JSON.stringify(first.takeSnapshot())));
    assert.ok(snapshot);
  });
  afterEach(() => folder.close());

  const used = [
    [900, 1_000],
    [300, 1_000],
  ];

  it('is there again after a restart', async () => {
    assert.deepEqual(user(await folder.window(), folder).stats(), used);
  });

  for (const [name, options] of [
    ['in a new database', {}],
    ['in memory', { loadSqlite: async () => undefined }],
  ] as const) {
    it(`comes back from the copy, ${name}, and with the copy of that`, async () => {
      let copy = snapshot;
      for (let lost = 0; lost < 2; lost += 1) {
        const empty = new LedgerFolder(folder.clock);
        const again = await empty.window({ ...options, snapshot: () => copy });
        const { stats, spend } = user(again, empty);
        assert.deepEqual(stats(), used);
        assert.equal(await spend('a', 101), false);
        assert.deepEqual(again.ledger.use('pool:groq/p', '*', 0).tokens, 1_200);
        copy = parseSnapshot(JSON.parse(JSON.stringify(again.takeSnapshot())));
        empty.close();
      }
    });
  }

  it('is topped up in a database that another window began without it, and nothing is lowered', async () => {
    const empty = new LedgerFolder(folder.clock);
    const other = await empty.window();
    await other.keyBook.add([a, b].map((draft) => ({ ...draft, pool: 'p' })));
    await user(other, empty).spend('a', 100);
    await user(other, empty).spend('b', 500);
    const connection = other.connection();
    assert.ok(connection && snapshot);
    topUp(connection, { ...snapshot, facts: [] });
    const again = await empty.window();
    const stats = user(again, empty).stats();
    assert.deepEqual(stats, [
      [900, 1_000],
      [500, 1_000],
    ]);
    assert.equal(again.ledger.use('pool:groq/p', '*', 0).tokens, 1_400);
    empty.close();
  });

  it('is not counted twice where only the pool’s sum is known', async () => {
    assert.ok(snapshot);
    const sums = snapshot.sums.map(({ fingerprint: _, ...row }) => row);
    const empty = new LedgerFolder(folder.clock);
    const again = await empty.window({
      snapshot: () => ({ ...snapshot, version: 2, takenAtMs: 0, facts: snapshot?.facts ?? [], sums }),
    });
    await user(again, empty).spend('a', 50);
    assert.deepEqual(user(again, empty).stats()[0], [50, 1_000]);
    const tokens = again.takeSnapshot().sums.reduce((sum, row) => sum + row.tokens, 0);
    assert.deepEqual([again.ledger.use('pool:groq/p', '*', 0).tokens, tokens], [1_250, 1_250]);
    empty.close();
  });
});
