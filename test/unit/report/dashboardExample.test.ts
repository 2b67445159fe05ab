import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';

import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryReports } from '../../../src/adapters/memoryReports.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { keyRef } from '../../../src/core/keys/keyRef.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import { gatherReport } from '../../../src/core/report/gatherReport.ts';
import { keyTotals } from '../../../src/core/report/reportData.ts';
import { daysUntil, lastDays } from '../../../src/core/report/reportPeriod.ts';
import { reportCsv } from '../../../src/core/report/reportCsv.ts';
import { reportJson } from '../../../src/core/report/reportJson.ts';
import { reportMarkdown } from '../../../src/core/report/reportMarkdown.ts';
import { dashboardState } from '../../../src/editor/dashboard/view/dashboardState.ts';
import type { Route } from '../../../src/core/routing/route.ts';
import { askerOf, spend } from '../ledger/spend.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { emptyFacts, exampleFacts, healthOf, noAlerts, scene, sceneNowMs, viewOf } from './dashboardScenes.ts';

const providers = catalog.map((provider) =>
  provider.id === 'gemini' ? { ...provider, resetTimeZone: 'UTC' } : provider,
);

const keyOf = (provider: string, number: number, label = ''): ApiKey =>
  apiKeyOf({
    id: `${provider}-${number}`,
    provider,
    number,
    label,
    limits: provider === 'groq' ? { tokensPerDay: 14_400 } : { requestsPerDay: 1_500 },
  });

const keys = [
  keyOf('groq', 1, 'Primary'),
  keyOf('groq', 2, 'Backup'),
  keyOf('groq', 3, 'Emergency'),
  keyOf('gemini', 1),
  keyOf('gemini', 2),
];

/** A ledger in which the example's day was really spent. */
async function spentDay() {
  const clock = new FakeClock(sceneNowMs);
  const ledger = new MemoryLedger({ clock });
  const tracker = new Tracker({
    ledger,
    keyBook: { all: () => keys },
    clock,
    providers: () => providers,
    warnAtPercent: () => [75, 90],
  });
  const routes: Route[] = [];
  const reports = new MemoryReports({
    attempts: () => ledger.store.attempts,
    routes: () => routes,
  });
  const spendIn = async (key: ApiKey, tokens: number, requests: number): Promise<void> => {
    for (let done = 0; done < requests; done += 1) {
      const total = Math.floor(tokens / requests) + (done < tokens % requests ? 1 : 0);
      const nowMs = sceneNowMs - 60_000 * (done % 300);
      await spend(ledger, total, { ...askerOf(key), model: 'm', nowMs: sceneNowMs }, { nowMs, latencyMs: 1_200 });
    }
  };
  const [first, second, third, gemini, backup] = keys;
  assert.ok(first && second && third && gemini && backup);
  await spendIn(first, 11_520, 180);
  await spendIn(second, 14_400, 180);
  await spendIn(third, 4_320, 112);
  await spendIn(gemini, 12_000, 600);
  await spendIn(backup, 3_438, 150);
  for (let done = 0; done < 1_234; done += 1) {
    routes.push({
      id: `r${done}`,
      atMs: sceneNowMs - done * 1_000,
      askedBy: 'ask',
      outcome: done < 12 ? 'failed' : 'answered',
      attempts: [],
      passedOver: [],
      waits: [],
      ms: 1_200,
    });
  }
  return { ledger, tracker, reports };
}

describe('The dashboard example of the contract', () => {
  it('shows requests, tokens, success rate with the failed and the average time', () => {
    const { tiles } = viewOf(exampleFacts).overview;
    assert.deepEqual(
      tiles.map(({ value, note }) => [value, note]),
      [
        ['1,234', '56 more from the cache'],
        ['45,678', undefined],
        ['99.03%', '12 failed'],
        ['1.2 s', undefined],
      ],
    );
  });

  it('shows each figure against the day before', () => {
    assert.deepEqual(
      viewOf(exampleFacts).overview.tiles.map(({ change }) => change?.words),
      [
        '12% more than the day before',
        '9% fewer than the day before',
        '0.85 points above the day before',
        '296 ms faster than the day before',
      ],
    );
  });

  it('shows percentage and numbers of each key as they were spent', async () => {
    const { tracker } = await spentDay();
    const view = dashboardState(
      {
        ...emptyFacts,
        statuses: tracker.keyStatuses(),
        health: { groq: healthOf(3, 95), gemini: healthOf(2, 100) },
        providers,
        alerts: noAlerts,
      },
      scene,
    );
    assert.deepEqual(
      Object.entries(view.keys).map(([ref, { bar, label }]) => [ref, bar?.words, label]),
      [
        ['groq/1', '80% (11.5K/14.4K)', 'Primary'],
        ['groq/2', '100% (14.4K/14.4K)', 'Backup'],
        ['groq/3', '30% (4.3K/14.4K)', 'Emergency'],
        ['gemini/1', '40% (600/1500)', ''],
        ['gemini/2', '10% (150/1500)', ''],
      ],
    );
    assert.deepEqual(
      Object.values(view.keys).map(({ stateWord, low }) => [stateWord, low]),
      [
        ['ready', 'running low'],
        ['used up', undefined],
        ['ready', undefined],
        ['ready', undefined],
        ['ready', undefined],
      ],
    );
    assert.deepEqual(
      view.providers.map(({ name, health, reset }) => [name, health.words, reset]),
      [
        ['Groq', 'Health 95%', 'Resets in 4h 23m'],
        ['Gemini', 'Health 100%', 'Resets in 4h 23m'],
      ],
    );
  });

  it('shows what the record holds of the last 24 hours', async () => {
    const { reports } = await spentDay();
    const { now, before } = lastDays(sceneNowMs);
    const columns = daysUntil(sceneNowMs, 'UTC', 7);
    const { rows } = await reports.byDay(columns[0]?.startMs ?? 0, sceneNowMs + 1, 'UTC');
    const overview = await reports.overview(now.startMs, now.endMs);
    const view = viewOf({
      ...emptyFacts,
      figures: {
        now: overview,
        before: await reports.overview(before.startMs, before.endMs),
        latencies: [],
        columns,
        rows,
      },
    });
    assert.deepEqual(
      view.overview.tiles.map(({ value }) => value),
      ['1,234', '45,678', '99.03%', '1.2 s'],
    );
    assert.equal(view.usage.total, '45,678 tokens');
  });
});

describe('A report of the current quota day', () => {
  const report = async () => {
    const { tracker, reports } = await spentDay();
    const stats = tracker.allStats();
    const data = await gatherReport(reports, {
      range: { kind: 'quotaDay' },
      nowMs: sceneNowMs,
      timeZone: 'UTC',
      providers,
      keys: keys.map((key) => ({ ref: keyRef(key.provider, key.number), name: key.id, label: key.label })),
      quota: stats,
    });
    return { stats, data };
  };

  it('has totals equal to getAllStats', async () => {
    const { stats, data } = await report();
    for (const { provider, key, requests, tokens } of keyTotals(data.rows)) {
      const used = stats[provider]?.[`key_${Number(key.split('/')[1])}`]?.used;
      assert.equal(provider === 'groq' ? tokens : requests, used, key);
    }
    assert.equal(keyTotals(data.rows).length, 5);
  });

  it('says the same figures as Markdown, CSV and JSON', async () => {
    const { data } = await report();
    const markdown = reportMarkdown(plainL10n, data, 'en');
    assert.match(markdown, /\| groq-1 \(Primary\) \| 180 \| 11,520 \| 180 \| 0 \|/);
    assert.match(markdown, /\| Gemini \| 750 \| /);
    const shape = z.object({ keys: z.array(z.object({ key: z.string(), tokens: z.number() })) });
    const parsed = shape.parse(JSON.parse(reportJson(data)));
    assert.deepEqual(
      parsed.keys.map(({ key, tokens }) => [key, tokens]),
      [
        ['gemini/1', 12_000],
        ['gemini/2', 3_438],
        ['groq/1', 11_520],
        ['groq/2', 14_400],
        ['groq/3', 4_320],
      ],
    );
    const [, ...lines] = reportCsv(data).trim().split('\r\n');
    const tokens = lines.map((line) => Number(line.split(',')[7])).reduce((sum, one) => sum + one, 0);
    assert.equal(tokens, 45_678);
  });
});
