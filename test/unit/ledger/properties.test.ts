import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Connection } from '../../../src/adapters/sqliteLedger/connection.ts';
import { foldOldRows } from '../../../src/adapters/sqliteLedger/foldOldRows.ts';
import { overviewFrom, rollUp, usageOf } from '../../../src/adapters/sqliteLedger/reportQueries.ts';
import { createTables } from '../../../src/adapters/sqliteLedger/schema.ts';
import { quotaDay, quotaMonth } from '../../../src/core/quota/quotaDay.ts';
import { propertyRuns } from '../support/runs.ts';
import { askOf, midnight, noon, sentSince, settlementOf, spend, tokensPerDay } from './spend.ts';
import { ledgerFixtures, withRecord } from './ledgerFixture.ts';

/** The end of a long month: what runs reaches back furthest. */
const lastNoon = Date.UTC(2026, 11, 31, 12);
const hour = 3_600_000;
const day = 24 * hour;

const steps = fc.array(
  fc.record({
    who: fc.constantFrom('a', 'b'),
    model: fc.constantFrom('m1', 'm2'),
    tokens: fc.integer({ min: 0, max: 500 }),
    used: fc.integer({ min: 0, max: 600 }),
    wait: fc.integer({ min: 0, max: 40_000 }),
  }),
  { minLength: 1, maxLength: 25 },
);

for (const kind of ledgerFixtures) {
  describe(`whatever happens, a ledger ${kind.name}`, () => {
    const play = (run: Parameters<typeof withRecord>[1]): Promise<void> => withRecord(kind, run);

    it('lets used never fall within a day, and sums models to the pool', () =>
      fc.assert(
        fc.asyncProperty(steps, (taken) =>
          play(async (fixture) => {
            const windows = [(await fixture.window()).ledger, (await fixture.window()).ledger];
            let nowMs = noon;
            let used = 0;
            for (const [count, { who, model, tokens, used: total, wait }] of taken.entries()) {
              const ledger = windows[count % 2];
              assert.ok(ledger);
              nowMs += wait;
              const reserved = await ledger.reserve(
                askOf({ who, account: 'pool:p', model, tokens, promptTokens: 0, nowMs }),
              );
              assert.ok(reserved.ok);
              await ledger.settle(settlementOf(reserved.reservation, { total, nowMs }));
              const all = ledger.use('pool:p', '*', midnight);
              const [one, two] = [ledger.use('pool:p', 'm1', midnight), ledger.use('pool:p', 'm2', midnight)];
              assert.equal(one.tokens + two.tokens, all.tokens);
              assert.equal(one.requests + two.requests, all.requests);
              assert.ok(all.tokens >= used);
              used = all.tokens;
            }
            assert.equal(
              used,
              taken.reduce((sum, each) => sum + each.used, 0),
            );
          }),
        ),
        propertyRuns(25, 1_000),
      ));

    it('passes no limit while estimates equal use, however windows take turns', () =>
      fc.assert(
        fc.asyncProperty(steps, fc.integer({ min: 1, max: 3_000 }), (taken, limit) =>
          play(async (fixture) => {
            const windows = [(await fixture.window()).ledger, (await fixture.window()).ledger];
            const open: { window: number; reservation: string; total: number }[] = [];
            for (const [count, { who, model, tokens }] of taken.entries()) {
              const ask = askOf({
                who,
                account: 'pool:p',
                model,
                tokens,
                promptTokens: 0,
                ceilings: [tokensPerDay(limit)],
              });
              const reserved = await windows[count % 2]?.reserve(ask);
              if (reserved?.ok === true)
                open.push({ window: count % 2, reservation: reserved.reservation, total: tokens });
              const next = count % 3 === 0 ? open.shift() : undefined;
              if (next !== undefined) await windows[next.window]?.settle(settlementOf(next.reservation, next));
            }
            for (const { window, ...rest } of open) await windows[window]?.settle(settlementOf(rest.reservation, rest));
            for (const ledger of windows) {
              ledger.refresh();
              assert.ok(ledger.use('pool:p', '*', midnight).tokens <= limit);
            }
          }),
        ),
        propertyRuns(25, 1_000),
      ));

    it('never shortens a wait', () =>
      fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 20 }), (waits) =>
          play(async (fixture) => {
            const { ledger } = await fixture.window();
            let longest = 0;
            for (const wait of waits) {
              longest = Math.max(longest, wait);
              await ledger.block('secret:a', { kind: 'cooldown', scope: '*', limit: 'unnamed', untilMs: noon + wait });
              assert.equal(ledger.blocks('secret:a', noon)[0]?.untilMs, noon + longest);
            }
          }),
        ),
        propertyRuns(20, 1_000),
      ));

    it('sums a minute as one who looks at every attempt would', () =>
      fc.assert(
        fc.asyncProperty(steps, (taken) =>
          play(async (fixture) => {
            const { ledger } = await fixture.window();
            const seen: { atMs: number; tokens: number }[] = [];
            let nowMs = noon + 1;
            for (const { tokens, wait } of taken) {
              nowMs += wait;
              await spend(ledger, tokens, { nowMs });
              seen.push({ atMs: nowMs, tokens });
              const since = nowMs - 60_000;
              const expected = seen.filter(({ atMs }) => atMs >= since).reduce((sum, each) => sum + each.tokens, 0);
              assert.equal(sentSince(ledger, 'secret:a', since, nowMs)[1], expected);
            }
          }),
        ),
        propertyRuns(20, 1_000),
      ));
  });
}

describe('folding old rows', () => {
  it('changes no sum of a running period, nor of a UTC day', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ ago: fc.integer({ min: 0, max: 80 * day }), tokens: fc.integer({ min: 0, max: 999 }) }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.constantFrom('UTC', 'America/Los_Angeles', 'Asia/Kathmandu'),
        (spent, zone) => {
          const db = new DatabaseSync(':memory:');
          createTables(db, () => undefined);
          const connection = new Connection(db);
          const subject = connection.addSubject(askOf());
          const inOrder = spent.toSorted((a, b) => b.ago - a.ago);
          for (const [id, { ago, tokens: total }] of inOrder.entries()) {
            const tokens = { prompt: 0, completion: total, total, estimated: false };
            connection.addAttempt(id + 1, subject, {
              ...tokens,
              atMs: lastNoon - ago,
              startedAtMs: lastNoon - ago,
              outcome: 'ok',
              requests: 1,
              latencyMs: 9,
            });
          }
          const look = () => ({
            day: connection.sumSince(subject, quotaDay(lastNoon, zone).startMs),
            month: connection.sumSince(subject, quotaMonth(lastNoon, zone).startMs),
            all: overviewFrom(connection, 0, lastNoon + 1),
            most: overviewFrom(connection, lastNoon - day / 2 - 50 * day, lastNoon + 1),
            quarters: usageOf(connection, {
              kind: 'byDay',
              fromMs: 0,
              toMs: lastNoon + 1,
              zone: 'Asia/Kathmandu',
            }).rows.reduce((sum, { tokens }) => sum + tokens, 0),
          });
          rollUp(connection);
          const before = look();
          foldOldRows(connection, lastNoon);
          assert.deepEqual(look(), before);
          rollUp(connection);
          assert.deepEqual(look(), before);
          const oldest = Number(db.prepare('SELECT min(at_ms) AS at FROM attempts').get()?.['at']);
          const count = Number(db.prepare('SELECT count(*) AS n FROM attempts').get()?.['n']);
          assert.ok(count === 1 || oldest >= lastNoon - 36 * day);
          db.close();
        },
      ),
      propertyRuns(40, 1_000),
    ));
});
