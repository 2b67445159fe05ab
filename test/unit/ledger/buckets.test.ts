import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { drainPerMs } from '../../../src/core/quota/bucket.ts';
import type { Ceiling, Ledger, ShownLevel } from '../../../src/core/quota/ledger.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import type { Account } from '../../../src/core/keys/apiKey.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { LedgerFolder, ledgerFixtures, withRecord, withTwoWindows } from './ledgerFixture.ts';
import { askOf, midnight, noon, reservationOf, settlementOf, spend } from './spend.ts';

const hour = 3_600_000;
const arrivalMs = 500;
const bucket = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 } as const;
const ceilings: readonly Ceiling[] = [bucket];
const drained = (ms: number): number => ms * drainPerMs('tokensPerDay', 24_000);

/** Used and held together, when a request sent half a second later comes in. */
function levelAt(ledger: Ledger, nowMs: number, ceiling: Ceiling = bucket): number {
  const { used, held } = ledger.count('secret:a', ceiling, nowMs + arrivalMs);
  return Math.round(used + held);
}

const shows = (level: number, withRequest = true): readonly ShownLevel[] => [
  { limit: 'tokensPerDay', scope: 'm1', value: 24_000, level, withRequest },
];

for (const kind of ledgerFixtures) {
  describe(`a leaky bucket in a ledger ${kind.name}`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    it(
      'fills by use and drains evenly over its window',
      overTwo(async ({ ledger }) => {
        await spend(ledger, 12_000, { ceilings });
        assert.equal(levelAt(ledger, noon), 12_000);
        assert.equal(levelAt(ledger, noon + 6 * hour), 6_000);
        assert.equal(levelAt(ledger, noon + 13 * hour), 0);
      }),
    );

    it(
      'knows no midnight',
      overTwo(async ({ ledger }) => {
        await spend(ledger, 24_000, { ceilings, nowMs: midnight - 1_000 });
        const again = askOf({ ceilings, tokens: 1_000, nowMs: midnight + 1_000 });
        assert.equal((await ledger.reserve(again)).ok, false);
        assert.equal((await ledger.reserve({ ...again, nowMs: midnight + hour + 1_000 })).ok, true);
      }),
    );

    it(
      'holds what is reserved, and gives back what was not used',
      overTwo(async ({ ledger }) => {
        const reservation = reservationOf(await ledger.reserve(askOf({ ceilings, tokens: 20_000 })));
        assert.equal((await ledger.reserve(askOf({ ceilings, tokens: 5_000 }))).ok, false);
        await ledger.settle(settlementOf(reservation, { total: 3_000 }));
        assert.equal(levelAt(ledger, noon), 3_000);
      }),
    );

    it(
      'refuses across windows, without a look',
      overTwo(async ({ ledger, other }) => {
        await spend(other, 20_000, { ceilings });
        const refused = await ledger.reserve(askOf({ ceilings, tokens: 5_000 }));
        assert.deepEqual(refused, { ok: false, ceiling: bucket, used: 20_000, held: 0 });
      }),
    );

    it(
      'takes the level that a reply shows, use outside included',
      overTwo(async ({ ledger, other }) => {
        await spend(ledger, 1_000, { ceilings }, { shown: shows(9_000) });
        other.refresh();
        assert.equal(levelAt(other, noon), 9_000);
      }),
    );

    it(
      'takes a lower level too: the provider had counted less',
      overTwo(async ({ ledger }) => {
        await spend(ledger, 20_000, { ceilings });
        await spend(ledger, 1_000, { ceilings, nowMs: noon + 10_000 }, { shown: shows(5_000) });
        assert.equal(levelAt(ledger, noon + 10_000), 5_000);
      }),
    );

    it(
      'takes no estimate that was too high for room: the provider charged what the prompt really was',
      overTwo(async ({ ledger }) => {
        const ask = askOf({ ceilings, tokens: 4_000, promptTokens: 3_000 });
        const reservation = reservationOf(await ledger.reserve(ask));
        const tokens = { prompt: 2_000, completion: 100, total: 2_100, estimated: false };
        await ledger.settle({ ...settlementOf(reservation, { total: 2_100, shown: shows(3_000) }), tokens });
        assert.equal(levelAt(ledger, noon), 2_100);
      }),
    );

    it(
      'does not take requests on their way, which a reply cannot show yet, for unused',
      overTwo(async ({ ledger }) => {
        const first = reservationOf(await ledger.reserve(askOf({ ceilings, tokens: 4_000 })));
        const second = reservationOf(await ledger.reserve(askOf({ ceilings, tokens: 4_000 })));
        await ledger.settle(settlementOf(second, { total: 4_000, shown: shows(4_000) }));
        assert.equal(levelAt(ledger, noon), 8_000);
        await ledger.settle(settlementOf(first, { total: 4_000, shown: shows(8_000) }));
        assert.equal(levelAt(ledger, noon), 8_000);
      }),
    );

    it(
      'keeps what was reserved after the request whose reply shows a level',
      overTwo(async ({ ledger }) => {
        const first = reservationOf(await ledger.reserve(askOf({ ceilings, tokens: 4_000 })));
        const later = noon + 3_000;
        await ledger.reserve(askOf({ ceilings, tokens: 2_000, nowMs: later }));
        await ledger.settle(settlementOf(first, { total: 1_000, shown: shows(10_000), nowMs: later }));
        assert.equal(levelAt(ledger, later), 8_999);
      }),
    );

    it(
      'is full after a refusal that says so, though nothing was used here',
      overTwo(async ({ ledger }) => {
        const reservation = reservationOf(await ledger.reserve(askOf({ ceilings, tokens: 2_000 })));
        await ledger.settle(settlementOf(reservation, { outcome: 'quotaDay', shown: shows(23_500, false) }));
        assert.equal(levelAt(ledger, noon), 23_500);
      }),
    );

    it(
      'counts use outside once that several under way at the same time show',
      overTwo(async ({ ledger }) => {
        const sentAt = [0, 3_000, 6_000].map((ms) => noon + ms);
        const under = await Promise.all(sentAt.map((nowMs) => ledger.reserve(askOf({ ceilings, nowMs }))));
        const later = noon + 10_000;
        for (const [place, reserved] of under.entries()) {
          const shown = shows(11_000 + place * 1_000);
          await ledger.settle(settlementOf(reservationOf(reserved), { total: 1_000, nowMs: later, shown }));
        }
        assert.ok(Math.abs(levelAt(ledger, later) - 13_000) < 10, `${levelAt(ledger, later)}`);
      }),
    );

    it(
      'is full, and not more than that, where several at once are refused',
      overTwo(async ({ ledger }) => {
        const under = await Promise.all(Array.from({ length: 5 }, () => ledger.reserve(askOf({ ceilings }))));
        for (const reserved of under) {
          const shown = shows(23_900, false);
          await ledger.settle(settlementOf(reservationOf(reserved), { outcome: 'quotaDay', shown }));
        }
        assert.equal(levelAt(ledger, noon), 23_900);
      }),
    );

    it(
      'drains from where it stood when the clock was set back',
      overTwo(async ({ ledger, clock }) => {
        await spend(ledger, 12_000, { ceilings, nowMs: noon + 8 * hour });
        await spend(ledger, 1_000, { ceilings, nowMs: noon });
        assert.equal(clock.now(), noon);
        assert.equal(levelAt(ledger, noon + hour), 12_000);
      }),
    );
  });
}

for (const kind of ledgerFixtures) {
  describe(`the buckets of keys that join and leave a pool, with a ledger ${kind.name}`, () => {
    const draftsOf = (...names: readonly string[]) =>
      names.map((name) => draftOf(`id-${name}`, { provider: 'groq', fingerprint: name }));

    async function withKeys(
      play: (ledger: Ledger, pool: (name: string | undefined) => Promise<void>) => Promise<void>,
    ) {
      await withRecord(kind, async (fixture) => {
        const { ledger, keyBook } = await fixture.window();
        await keyBook.add(draftsOf('a', 'b'));
        await play(ledger, async (name) => {
          await keyBook.update((keys) =>
            keys.map(({ pool: _, ...key }) => (name === undefined ? key : { ...key, pool: name })),
          );
        });
      });
    }

    const levelOf = (ledger: Ledger, account: Account): number =>
      Math.round(ledger.count(account, bucket, noon + arrivalMs).used);

    it('add up where each counted its own use', () =>
      withKeys(async (ledger, pool) => {
        await spend(ledger, 1_000, { who: 'a', ceilings });
        await spend(ledger, 200, { who: 'b', ceilings });
        await pool('p');
        assert.equal(levelOf(ledger, 'pool:groq/p'), 1_200);
      }));

    it('are one where the provider had shown it: each sees the use of both', () =>
      withKeys(async (ledger, pool) => {
        await spend(ledger, 1_000, { who: 'a', ceilings }, { shown: shows(1_200) });
        await spend(ledger, 200, { who: 'b', ceilings });
        await pool('p');
        assert.equal(levelOf(ledger, 'pool:groq/p'), 1_200);
      }));

    it('count use once that a reply shows to a request which was under way when its key joined', () =>
      withKeys(async (ledger, pool) => {
        for (const who of ['a', 'b']) await spend(ledger, 5_000, { who, ceilings });
        const nowMs = noon + 5_000;
        const reserved = await ledger.reserve(askOf({ ceilings, nowMs }));
        await pool('p');
        await ledger.settle(settlementOf(reservationOf(reserved), { total: 1_000, nowMs, shown: shows(11_000) }));
        assert.equal(levelOf(ledger, 'pool:groq/p'), 11_000);
      }));

    it('are charged in the pool by a request that was chosen before its key joined', () =>
      withKeys(async (ledger, pool) => {
        await spend(ledger, 5_000, { who: 'b', ceilings });
        await pool('p');
        const before = askOf({ ceilings, account: 'secret:a', tokens: 4_000 });
        await ledger.settle(settlementOf(reservationOf(await ledger.reserve(before)), { total: 1_000 }));
        assert.equal(levelOf(ledger, 'pool:groq/p'), 6_000);
      }));

    it('are not counted twice when a key leaves and comes back', () =>
      withKeys(async (ledger, pool) => {
        await spend(ledger, 1_000, { who: 'a', ceilings });
        for (const name of ['p', undefined, 'p']) await pool(name);
        assert.equal(levelOf(ledger, 'pool:groq/p'), 1_000);
      }));
  });
}

describe('a leaky bucket', () => {
  it('comes back from the copy when the database is lost', async () => {
    const folder = new LedgerFolder();
    const before = await folder.window();
    await spend(before.ledger, 12_000, { ceilings });
    const copy = parseSnapshot(JSON.parse(JSON.stringify(before.takeSnapshot())));
    folder.close();
    assert.ok(copy);
    const another = new LedgerFolder();
    try {
      const { ledger } = await another.window({ snapshot: () => copy });
      assert.equal(levelAt(ledger, noon + 6 * hour), 6_000);
    } finally {
      another.close();
    }
  });

  it('has room again after as long as what is over takes to drain', () => {
    assert.equal(Math.round(drained(hour)), 1_000);
  });
});

for (const kind of ledgerFixtures) {
  describe(`seconds and minutes in a ledger ${kind.name}`, () => {
    const minute = (nowMs: number): Ceiling => ({
      limit: 'requestsPerMinute',
      scope: '*',
      form: 'sliding',
      value: 1,
      sinceMs: nowMs - 60_000,
    });

    it(
      'count a request from its start, however long its stream lasts',
      withTwoWindows(kind, async ({ ledger, other }) => {
        const reservation = reservationOf(await ledger.reserve(askOf({ ceilings: [minute(noon)] })));
        const soon = noon + 59_000;
        assert.equal((await ledger.reserve(askOf({ nowMs: soon, ceilings: [minute(soon)] }))).ok, false);
        const later = noon + 61_000;
        other.refresh();
        assert.deepEqual(other.count('secret:a', minute(later), later), { used: 0, held: 0 });
        await ledger.settle(settlementOf(reservation, { total: 10, nowMs: later }));
        assert.deepEqual(ledger.count('secret:a', minute(later), later), { used: 0, held: 0 });
      }),
    );
  });
}
