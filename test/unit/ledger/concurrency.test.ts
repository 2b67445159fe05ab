import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Reserved } from '../../../src/core/quota/ledger.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { ledgerFixtures, withRecord, withTwoWindows } from './ledgerFixture.ts';
import { askerOf, askOf, noon, reservationOf, settlementOf, teach } from './spend.ts';

const hour = 3_600_000;

function takenOf(reserved: Reserved): Reserved & { ok: true } {
  assert.ok(reserved.ok);
  return reserved;
}

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
        assert.deepEqual(ledger.concurrency(askOf()), []);
      }),
    );

    it(
      'are shown as they stand in all windows, after a look',
      overTwo(async ({ ledger, other }) => {
        const asker = askOf({ maxConcurrent: 4 });
        reservationOf(await ledger.reserve(askOf()));
        const reservation = reservationOf(await other.reserve(askOf()));
        ledger.refresh();
        assert.deepEqual(ledger.concurrency(asker), [{ of: 'key:a', underWay: 2, most: 4 }]);
        await other.settle(settlementOf(reservation));
        ledger.refresh();
        assert.deepEqual(ledger.concurrency(asker), [{ of: 'key:a', underWay: 1, most: 4 }]);
      }),
    );

    it(
      'are refused past what the account’s provider taught, over all its keys and windows',
      overTwo(async ({ ledger, other }) => {
        const account = 'pool:groq/p';
        await teach(other, { underWay: 4, refused: { most: 2 }, nowMs: noon }, { account });
        reservationOf(await ledger.reserve(askOf({ account, who: 'a' })));
        const { underWay } = takenOf(await other.reserve(askOf({ account, who: 'b' })));
        assert.equal(underWay, 2);
        const refused = await ledger.reserve(askOf({ account, who: 'c', maxConcurrent: 9 }));
        assert.deepEqual(refused, { ok: false, concurrency: { of: account, underWay: 2, most: 2 } });
      }),
    );

    it(
      'learn one less than were under way where a refusal names no number, and never none',
      overTwo(async ({ ledger }) => {
        await teach(ledger, { underWay: 4, refused: {}, nowMs: noon });
        assert.deepEqual(ledger.learnedConcurrency('secret:a'), { most: 3, setAtMs: noon });
        await teach(ledger, { underWay: 1, refused: {}, nowMs: noon }, { who: 'b' });
        assert.deepEqual(ledger.learnedConcurrency('secret:b'), { most: 1, setAtMs: noon });
      }),
    );

    it(
      'learn the least of what several refusals of one moment say, and a number that is named as it is',
      overTwo(async ({ ledger, other }) => {
        for (const underWay of [4, 3, 5]) {
          await teach(other, { underWay, refused: {}, nowMs: noon });
        }
        ledger.refresh();
        assert.equal(ledger.learnedConcurrency('secret:a')?.most, 2);
        await teach(ledger, { underWay: 9, refused: { most: 8 }, nowMs: noon });
        assert.equal(ledger.learnedConcurrency('secret:a')?.most, 8);
      }),
    );

    it(
      'may be one more after 24 hours, and also where the clock was set back',
      overTwo(async ({ ledger }) => {
        await teach(ledger, { underWay: 3, refused: {}, nowMs: noon });
        const mostAt = (nowMs: number): unknown => ledger.concurrency(askOf({ nowMs }))[0]?.most;
        assert.deepEqual([noon, noon + 24 * hour - 1, noon + 24 * hour, noon + 96 * hour].map(mostAt), [2, 2, 3, 3]);
        assert.equal(mostAt(noon - hour), 3);
      }),
    );

    it(
      'are raised by an answer past what was learned, and by no other',
      overTwo(async ({ ledger }) => {
        const later = noon + 25 * hour;
        await teach(ledger, { underWay: 3, nowMs: noon });
        assert.equal(ledger.learnedConcurrency('secret:a'), undefined);
        await teach(ledger, { underWay: 3, refused: {}, nowMs: noon });
        await teach(ledger, { underWay: 2, nowMs: later });
        assert.deepEqual(ledger.learnedConcurrency('secret:a'), { most: 2, setAtMs: noon });
        await teach(ledger, { underWay: 3, nowMs: later });
        assert.deepEqual(ledger.learnedConcurrency('secret:a'), { most: 3, setAtMs: later });
      }),
    );

    it('keep what was learned of a key that joins a pool', () =>
      withRecord(kind, async (fixture) => {
        const { ledger, keyBook } = await fixture.window();
        const key = apiKeyOf();
        await keyBook.add([key]);
        await teach(ledger, { underWay: 3, refused: {}, nowMs: noon }, askerOf(key));
        await keyBook.update(() => [{ ...key, pool: 'p' }]);
        assert.equal(ledger.learnedConcurrency('pool:groq/p')?.most, 2);
      }));
  });
}
