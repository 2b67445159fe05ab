import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { askOf, midnight, noon, reservationOf, sentSince, settlementOf, spend, tokensPerDay, usedOf } from './spend.ts';

const hour = 3_600_000;

for (const kind of ledgerFixtures) {
  describe(`a ledger ${kind.name}`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    describe('counts', () => {
      it(
        'what was really used, whatever was reserved',
        overTwo(async ({ ledger }) => {
          const reservation = reservationOf(await ledger.reserve(askOf({ tokens: 1_000 })));
          assert.deepEqual(ledger.use('secret:a', '*', midnight), {
            requests: 0,
            tokens: 0,
            heldRequests: 1,
            heldTokens: 1_000,
          });
          await ledger.settle(settlementOf(reservation, { total: 137 }));
          assert.deepEqual(ledger.use('secret:a', '*', midnight), {
            requests: 1,
            tokens: 137,
            heldRequests: 0,
            heldTokens: 0,
          });
        }),
      );

      it(
        'nothing of an attempt that was not charged',
        overTwo(async ({ ledger }) => {
          const reservation = reservationOf(await ledger.reserve(askOf()));
          await ledger.settle(settlementOf(reservation, { outcome: 'rateMinute' }));
          assert.deepEqual(usedOf(ledger, 'secret:a'), [0, 0]);
        }),
      );

      it(
        'the sum over models as the account’s',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 100, { model: 'm1' });
          await spend(ledger, 20, { model: 'm2' });
          assert.deepEqual(usedOf(ledger, 'secret:a', 'm1'), [1, 100]);
          assert.deepEqual(usedOf(ledger, 'secret:a', 'm2'), [1, 20]);
          assert.deepEqual(usedOf(ledger, 'secret:a', '*'), [2, 120]);
        }),
      );

      it(
        'the sum over the keys of a pool as the pool’s',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 100, { who: 'a', account: 'pool:p' });
          await spend(ledger, 50, { who: 'b', account: 'pool:p' });
          assert.deepEqual(usedOf(ledger, 'pool:p'), [2, 150]);
        }),
      );

      it(
        'from the start of the day on, and everything before it no more',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 100, { nowMs: midnight - 1 });
          await spend(ledger, 10, { nowMs: midnight });
          assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 10]);
          assert.deepEqual(usedOf(ledger, 'secret:a', '*', midnight - 24 * hour), [2, 110]);
        }),
      );

      it(
        'the last minute to the millisecond',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 10, { nowMs: noon - 60_001 });
          await spend(ledger, 20, { nowMs: noon - 60_000 + 1 });
          await spend(ledger, 30, { nowMs: noon });
          assert.deepEqual(sentSince(ledger, 'secret:a', noon - 60_000 + 1), [2, 50]);
        }),
      );

      it(
        'what another window used and holds, after a look',
        overTwo(async ({ ledger, other }) => {
          await spend(other, 500);
          reservationOf(await other.reserve(askOf({ tokens: 70 })));
          ledger.refresh();
          const use = ledger.use('secret:a', 'm1', midnight);
          assert.deepEqual(use, { requests: 1, tokens: 500, heldRequests: 1, heldTokens: 70 });
        }),
      );

      it(
        'a count that no reply can mean as the reservation’s estimate',
        overTwo(async ({ ledger }) => {
          for (const total of [Number.NaN, -5, 0.5]) {
            const reservation = reservationOf(await ledger.reserve(askOf({ who: String(total), tokens: 300 })));
            await ledger.settle(settlementOf(reservation, { total }));
            assert.deepEqual(usedOf(ledger, `secret:${total}`), [1, 300]);
          }
        }),
      );
    });

    describe('refuses to overspend', () => {
      it(
        'and takes the last request that ends exactly at the limit',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 13_400);
          const ceilings = [tokensPerDay(14_400)];
          assert.equal((await ledger.reserve(askOf({ tokens: 1_001, ceilings }))).ok, false);
          assert.equal((await ledger.reserve(askOf({ tokens: 1_000, ceilings }))).ok, true);
        }),
      );

      it(
        'with what is under way counted in',
        overTwo(async ({ ledger }) => {
          const ceilings = [tokensPerDay(1_000)];
          await ledger.reserve(askOf({ tokens: 600, ceilings }));
          const refused = await ledger.reserve(askOf({ tokens: 600, ceilings }));
          assert.deepEqual(refused, { ok: false, ceiling: ceilings[0], used: 0, held: 600 });
        }),
      );

      it(
        'whatever another window did a moment ago, without a look',
        overTwo(async ({ ledger, other }) => {
          const ceilings = [tokensPerDay(1_000)];
          await other.reserve(askOf({ tokens: 600, ceilings }));
          assert.equal((await ledger.reserve(askOf({ tokens: 600, ceilings }))).ok, false);
        }),
      );

      it(
        'requests as well as tokens, of the model as well as of the key',
        overTwo(async ({ ledger }) => {
          const last = { form: 'sliding', sinceMs: noon - 60_000 + 1 } as const;
          const perMinute = { ...last, limit: 'requestsPerMinute', scope: 'm1', value: 2 } as const;
          await spend(ledger, 1, { model: 'm1' });
          await spend(ledger, 1, { model: 'm1' });
          await spend(ledger, 1, { model: 'm2' });
          assert.equal((await ledger.reserve(askOf({ model: 'm1', ceilings: [perMinute] }))).ok, false);
          assert.equal(
            (await ledger.reserve(askOf({ model: 'm2', ceilings: [{ ...perMinute, scope: 'm2' }] }))).ok,
            true,
          );
        }),
      );

      it(
        'what the provider counted beyond the ledger included',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 300);
          await ledger.noteOutside('secret:a', '*', 'tokensPerDay', 900, midnight, midnight + 24 * hour);
          assert.equal(ledger.outside('secret:a', '*', 'tokensPerDay', noon), 600);
          const refused = await ledger.reserve(askOf({ tokens: 200, ceilings: [tokensPerDay(1_000)] }));
          assert.ok(!refused.ok && refused.used === 900);
        }),
      );

      it(
        'and nothing is held afterwards',
        overTwo(async ({ ledger }) => {
          await ledger.reserve(askOf({ tokens: 600, ceilings: [tokensPerDay(500)] }));
          assert.equal(ledger.use('secret:a', '*', midnight).heldTokens, 0);
        }),
      );
    });

    describe('tells a programmer’s mistake', () => {
      it(
        'settling twice',
        overTwo(async ({ ledger }) => {
          const reservation = reservationOf(await ledger.reserve(askOf()));
          await ledger.settle(settlementOf(reservation, { total: 10 }));
          await assert.rejects(ledger.settle(settlementOf(reservation, { total: 10 })), /not open/);
          assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 10]);
        }),
      );

      it(
        'an unknown reservation',
        overTwo(async ({ ledger }) => {
          await assert.rejects(ledger.settle(settlementOf('nowhere')), /not open/);
        }),
      );

      it(
        'a reservation of no countable size',
        overTwo(async ({ ledger }) => {
          for (const tokens of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
            await assert.rejects(ledger.reserve(askOf({ tokens })), RangeError);
          }
        }),
      );

      it(
        'a health change that throws, and then nothing of the settle has happened',
        overTwo(async ({ ledger }) => {
          const reservation = reservationOf(await ledger.reserve(askOf({ tokens: 50 })));
          const health = (): never => {
            throw new Error('a bug');
          };
          await assert.rejects(ledger.settle({ ...settlementOf(reservation, { total: 10 }), health }), /a bug/);
          assert.deepEqual(usedOf(ledger, 'secret:a'), [0, 0]);
          await ledger.settle(settlementOf(reservation, { total: 10 }));
          assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 10]);
        }),
      );
    });

    it(
      'counts every attempt at the day it was settled in, though the clock was set back',
      overTwo(async ({ ledger }) => {
        await spend(ledger, 100, { nowMs: midnight + 1_000 });
        assert.deepEqual(usedOf(ledger, 'secret:a', '*', midnight), [1, 100]);
        await spend(ledger, 10, { nowMs: midnight - hour });
        // Back in yesterday nothing that was used since is forgotten, and today has no second quota.
        assert.deepEqual(usedOf(ledger, 'secret:a', '*', midnight - 24 * hour), [2, 110]);
        assert.deepEqual(usedOf(ledger, 'secret:a', '*', midnight), [1, 100]);
      }),
    );

    it(
      'does not take what was recorded before the clock was set back for the last minute’s use',
      overTwo(async ({ ledger }) => {
        await spend(ledger, 100, { nowMs: noon + hour });
        await spend(ledger, 10, { nowMs: noon });
        assert.deepEqual(sentSince(ledger, 'secret:a', noon - 60_000 + 1), [1, 10]);
      }),
    );
  });
}
