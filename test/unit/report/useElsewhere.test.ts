import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryReports } from '../../../src/adapters/memoryReports.ts';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { keyRef } from '../../../src/core/keys/keyRef.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import { gatherReport } from '../../../src/core/report/gatherReport.ts';
import { reportCsv } from '../../../src/core/report/reportCsv.ts';
import { keyTotals, type ReportData } from '../../../src/core/report/reportData.ts';
import { askerOf, spend } from '../ledger/spend.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { sceneNowMs, sceneResetMs, statusOf, type KeyWish } from './dashboardScenes.ts';

const groqKey = (wish: KeyWish): ApiKey => ({ ...statusOf(wish).key, limits: { tokensPerDay: 14_400 } });

/** A ledger with these keys, its tracker, and a report of the current quota day. */
class ReportFixture {
  readonly #keys: readonly ApiKey[];
  readonly ledger = new MemoryLedger({ clock: new FakeClock(sceneNowMs) });
  readonly tracker: Tracker;

  constructor(keys: readonly ApiKey[]) {
    this.#keys = keys;
    this.tracker = new Tracker({
      ledger: this.ledger,
      keyBook: { all: () => keys },
      clock: new FakeClock(sceneNowMs),
      providers: () => catalog,
      warnAtPercent: () => [75, 90],
    });
  }

  spend(key: ApiKey, tokens: number, nowMs = sceneNowMs): Promise<void> {
    return spend(this.ledger, tokens, { ...askerOf(key), model: 'm', nowMs }, { latencyMs: 900 });
  }

  report(): Promise<ReportData> {
    const { store } = this.ledger;
    const reports = new MemoryReports({ attempts: () => store.attempts, routes: () => [] });
    const keys = this.#keys.map(({ provider, number, label, pool }) => ({
      ref: keyRef(provider, number),
      name: `Groq Key ${number}`,
      label,
      pool,
    }));
    const quota = this.tracker.allStats();
    return gatherReport(reports, {
      range: { kind: 'quotaDay' },
      nowMs: sceneNowMs,
      timeZone: 'UTC',
      providers: catalog,
      keys,
      quota,
    });
  }
}

describe('A report of the quota day', () => {
  it('has totals equal to getAllStats also where the provider counted more than went through AI Keys', async () => {
    const key = groqKey({ ref: 'groq/1' });
    const fixture = new ReportFixture([key]);
    await fixture.spend(key, 1_000);
    await fixture.ledger.noteOutside(
      accountOf(key),
      '*',
      'tokensPerDay',
      6_000,
      sceneResetMs - 86_400_000,
      sceneResetMs,
    );
    const data = await fixture.report();
    assert.equal(fixture.tracker.allStats()['groq']?.['key_1']?.used, 6_000);
    assert.equal(keyTotals(data.rows)[0]?.tokens, 6_000);
    assert.equal(data.overview.tokens, 6_000);
    assert.match(reportCsv(data), /,groq\/1,"","outside AI Keys",0,0,5000,0,""/);
  });

  it('counts what keys of one pool share once, beside a limit of one of them', async () => {
    const own = { limits: { tokensPerDay: 14_400 } };
    const keys = [own, { limits: {} }].map(({ limits }, index) => ({
      ...statusOf({ ref: keyRef('mistral', index + 1), pool: 'studio' }).key,
      limits,
    }));
    const [first, second] = keys;
    assert.ok(first && second);
    const fixture = new ReportFixture(keys);
    await fixture.ledger.learn('pool:mistral/studio', '*', { tokensPerDay: 100_000 }, sceneNowMs);
    await fixture.spend(first, 1_000);
    await fixture.spend(second, 500);
    const used = () => Object.values(fixture.tracker.allStats()['mistral'] ?? {}).map((stats) => stats.used);
    const totals = async () => keyTotals((await fixture.report()).rows).map(({ key, tokens }) => [key, tokens]);
    assert.deepEqual(used(), [1_000, 1_500]);
    assert.deepEqual(await totals(), [
      ['mistral/1', 1_000],
      ['mistral/2', 500],
    ]);
    const day = [sceneResetMs - 86_400_000, sceneResetMs] as const;
    await fixture.ledger.noteOutside('pool:mistral/studio', '*', 'tokensPerDay', 6_000, ...day);
    assert.deepEqual(used(), [1_000, 6_000]);
    assert.equal(
      (await totals()).reduce((sum, [, tokens]) => sum + Number(tokens), 0),
      6_000,
    );
  });

  it('leaves out what was used before the provider’s own midnight, in rows and overview alike', async () => {
    const groq = groqKey({ ref: 'groq/1' });
    const gemini = statusOf({ ref: 'gemini/1' }).key;
    const fixture = new ReportFixture([groq, gemini]);
    // Of Google's day, which begins at 08:00 UTC, but not of Groq's nor of Google's next one.
    const early = sceneResetMs - 86_400_000 + 3 * 3_600_000;
    await fixture.spend(groq, 100, early);
    await fixture.spend(gemini, 7, early);
    await fixture.spend(gemini, 40);
    const { rows, overview } = await fixture.report();
    assert.deepEqual(
      keyTotals(rows).map(({ key, tokens }) => [key, tokens]),
      [
        ['gemini/1', 40],
        ['groq/1', 100],
      ],
    );
    assert.equal(overview.tokens, 140);
  });
});
