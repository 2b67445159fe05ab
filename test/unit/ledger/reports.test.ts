import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryReports } from '../../../src/adapters/memoryReports.ts';
import type { Ledger } from '../../../src/core/quota/ledger.ts';
import type { Reports, UsageRow } from '../../../src/core/quota/reports.ts';
import type { Route } from '../../../src/core/routing/route.ts';
import { nothing } from '../report/dashboardScenes.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { askOf, midnight, noon, reservationOf, settlementOf, spend } from './spend.ts';

const hour = 3_600_000;

type ReportsFixture = { readonly ledger: Ledger; readonly reports: Reports; readonly close: () => void };

const reportsFixtures: readonly { readonly name: string; open(): Promise<ReportsFixture> }[] = [
  {
    name: 'in memory',
    open: async () => {
      const ledger = new MemoryLedger({ clock: new FakeClock() });
      const { store } = ledger;
      const reports = new MemoryReports({ attempts: () => store.attempts, routes: () => store.routes });
      return { ledger, reports, close: () => undefined };
    },
  },
  {
    name: 'of the database, by its worker',
    open: async () => {
      const folder = new LedgerFolder();
      return { ...(await folder.window()), close: () => folder.close() };
    },
  },
];

const routeOf = (id: string, outcome: Route['outcome'], ms: number): Route => ({
  id,
  atMs: noon,
  askedBy: 'ask',
  outcome,
  attempts: [],
  passedOver: [],
  waits: [],
  ms,
});

for (const kind of reportsFixtures) {
  describe(`reports ${kind.name}`, () => {
    let ledger: Ledger;
    let reports: Reports;
    let close: () => void;

    beforeEach(async () => {
      ({ ledger, reports, close } = await kind.open());
    });
    afterEach(() => close());

    const fail = async (nowMs: number): Promise<void> => {
      const reservation = reservationOf(await ledger.reserve(askOf({ nowMs })));
      await ledger.settle(settlementOf(reservation, { outcome: 'rateMinute', nowMs }));
    };

    it('show use by hour, key and model, with failures by kind', async () => {
      await spend(ledger, 100, { nowMs: noon });
      await spend(ledger, 20, { nowMs: noon + hour - 1 });
      await spend(ledger, 3, { nowMs: noon + hour });
      await fail(noon + 1);
      const { rows } = await reports.byHour(midnight, noon + 2 * hour);
      const same = { provider: 'groq', key: 'groq/1', keyId: 'a', model: 'm1' };
      assert.deepEqual(rows, [
        { ...same, fromMs: noon, attempts: 3, requests: 2, tokens: 120, failures: { rateMinute: 1 } },
        { ...same, fromMs: noon + hour, attempts: 1, requests: 1, tokens: 3, failures: {} },
      ]);
    });

    it('show use by the days of a zone', async () => {
      await spend(ledger, 100, { nowMs: midnight + 7 * hour });
      await spend(ledger, 20, { nowMs: midnight + 8 * hour });
      const byDay = async (zone: string) => {
        const { rows } = await reports.byDay(midnight - 24 * hour, noon, zone);
        return rows.map(({ fromMs, tokens }) => [(fromMs - midnight) / hour, tokens]);
      };
      assert.deepEqual(await byDay('UTC'), [[0, 120]]);
      assert.deepEqual(await byDay('America/Los_Angeles'), [
        [-16, 100],
        [8, 20],
      ]);
    });

    it('begin at the quarter hour that is asked for, use and overview alike', async () => {
      const quarter = hour / 4;
      await spend(ledger, 100, { nowMs: noon + quarter - 1 });
      await spend(ledger, 20, { nowMs: noon + quarter });
      await spend(ledger, 3, { nowMs: noon + 2 * hour });
      const tokensOf = (rows: readonly UsageRow[]) => rows.reduce((sum, { tokens }) => sum + tokens, 0);
      const from = noon + quarter;
      const to = noon + 3 * hour;
      assert.equal(tokensOf((await reports.byHour(from, to)).rows), 23);
      assert.equal(tokensOf((await reports.byDay(from, to, 'UTC')).rows), 23);
      assert.equal((await reports.overview(from, to)).tokens, 23);
    });

    it('show what is recorded between two looks', async () => {
      await spend(ledger, 100);
      await reports.byHour(midnight, noon + hour);
      await spend(ledger, 5);
      const { rows } = await reports.byHour(midnight, noon + hour);
      assert.deepEqual(
        rows.map(({ tokens }) => tokens),
        [105],
      );
    });

    it('show the latencies of answers to within 3 %', async () => {
      for (let count = 1; count <= 100; count += 1) {
        const reservation = reservationOf(await ledger.reserve(askOf()));
        await ledger.settle(settlementOf(reservation, { total: 1, latencyMs: count * 50 }));
      }
      await fail(noon);
      const [row] = (await reports.byHour(midnight, noon + hour)).latencies;
      assert.ok(row);
      assert.equal(row.answered, 100);
      assert.ok(Math.abs(row.p50Ms / 2_500 - 1) < 0.03, String(row.p50Ms));
      assert.ok(Math.abs(row.p95Ms / 4_750 - 1) < 0.03, String(row.p95Ms));
    });

    it('give the overview of a range: routes, cache hits apart, failures counting attempts', async () => {
      await spend(ledger, 100);
      await fail(noon);
      await fail(noon);
      for (const [id, outcome, ms] of [
        ['1', 'answered', 1_000],
        ['2', 'answered', 2_000],
        ['3', 'answered', 3_000],
        ['4', 'degraded', 9_000],
        ['5', 'cached', 1],
      ] as const) {
        void ledger.saveRoute(routeOf(id, outcome, ms));
      }
      await ledger.routes();
      assert.deepEqual(await reports.overview(midnight, noon + hour), {
        requests: 4,
        cacheHits: 1,
        tokens: 100,
        failed: 1,
        successRate: 75,
        averageMs: 2_000,
        failures: { rateMinute: 2 },
      });
      assert.deepEqual(await reports.overview(midnight - hour, midnight), nothing);
    });
  });
}
