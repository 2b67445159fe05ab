import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { askOf, reservationOf, settlementOf } from './spend.ts';

for (const kind of ledgerFixtures) {
  const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

  describe(`requests at once, with a ledger ${kind.name}`, () => {
    it(
      'are refused past the cap, and taken again when one has ended',
      overTwo(async ({ ledger }) => {
        const ask = askOf({ maxConcurrent: 2 });
        const first = reservationOf(await ledger.reserve(ask));
        reservationOf(await ledger.reserve(ask));
        const refused = await ledger.reserve(ask);
        assert.deepEqual(refused, { ok: false, concurrency: { of: 'key:a', underWay: 2, most: 2 } });
        await ledger.settle(settlementOf(first, { total: 10 }));
        assert.equal((await ledger.reserve(ask)).ok, true);
      }),
    );

    it(
      'count those of another window, without a look',
      overTwo(async ({ ledger, other }) => {
        const ask = askOf({ maxConcurrent: 1 });
        const reservation = reservationOf(await other.reserve(ask));
        assert.equal((await ledger.reserve(ask)).ok, false);
        await other.settle(settlementOf(reservation));
        assert.equal((await ledger.reserve(ask)).ok, true);
      }),
    );

    it(
      'keep exactly to the cap where both windows want more at the same moment',
      overTwo(async ({ ledger, other }) => {
        const ask = askOf({ maxConcurrent: 3 });
        const asked = [ledger, other, ledger, other, ledger, other, ledger, other].map((each) => each.reserve(ask));
        const taken = (await Promise.all(asked)).filter(({ ok }) => ok);
        assert.equal(taken.length, 3);
      }),
    );

    it(
      'are counted by key, also in a pool, over all models',
      overTwo(async ({ ledger }) => {
        const inPool = { account: 'pool:groq/p', maxConcurrent: 1 } as const;
        reservationOf(await ledger.reserve(askOf({ ...inPool, who: 'a', model: 'm1' })));
        assert.equal((await ledger.reserve(askOf({ ...inPool, who: 'a', model: 'm2' }))).ok, false);
        assert.equal((await ledger.reserve(askOf({ ...inPool, who: 'b' }))).ok, true);
      }),
    );

    it(
      'have no cap where none is set',
      overTwo(async ({ ledger }) => {
        for (let count = 0; count < 20; count += 1) reservationOf(await ledger.reserve(askOf()));
        assert.deepEqual(ledger.concurrency({ keyId: 'a' }), []);
      }),
    );

    it(
      'are shown as they stand in all windows, after a look',
      overTwo(async ({ ledger, other }) => {
        const asker = { keyId: 'a', maxConcurrent: 4 };
        reservationOf(await ledger.reserve(askOf()));
        const reservation = reservationOf(await other.reserve(askOf()));
        ledger.refresh();
        assert.deepEqual(ledger.concurrency(asker), [{ of: 'key:a', underWay: 2, most: 4 }]);
        await other.settle(settlementOf(reservation));
        ledger.refresh();
        assert.deepEqual(ledger.concurrency(asker), [{ of: 'key:a', underWay: 1, most: 4 }]);
      }),
    );
  });
}
