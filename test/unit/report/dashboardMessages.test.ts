import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { readDateRange } from '../../../src/editor/dashboard/dateRange.ts';
import { ViewChanges } from '../../../src/editor/dashboard/viewChanges.ts';
import { fromDashboard, toDashboard } from '../../../src/shared/dashboardMessages.ts';
import { daysUntil, hoursOf, lastDays } from '../../../src/core/report/reportPeriod.ts';
import { exampleFacts, exampleStatuses, sceneNowMs, statusOf, viewOf } from './dashboardScenes.ts';

describe('The dashboard’s messages', () => {
  for (const message of [
    undefined,
    'ready',
    { type: 'run', command: 'workbench.action.terminal.new' },
    { type: 'request', id: -1, action: { do: 'refresh' } },
    { type: 'request', id: 1, action: { do: 'key', key: 'groq/1', action: 'reveal' } },
    { type: 'request', id: 1, action: { do: 'chart', choice: { unit: 'euros', by: 'key' } } },
    { type: 'request', id: 1, action: { do: 'route', route: 'x'.repeat(500) } },
  ]) {
    it(`from the panel, ${JSON.stringify(message)?.slice(0, 60) ?? 'nothing'} is refused`, () => {
      assert.equal(fromDashboard.safeParse(message).success, false);
    });
  }

  it('to the panel, what does not parse is refused', () => {
    assert.equal(toDashboard.safeParse({ type: 'update', changes: { routes: 'none' } }).success, false);
    assert.equal(toDashboard.safeParse({ type: 'update', changes: {} }).success, true);
  });
});

describe('Pushes to the dashboard', () => {
  it('hold everything first, nothing when nothing changed', () => {
    const changes = new ViewChanges();
    assert.deepEqual(changes.take(viewOf(exampleFacts)), viewOf(exampleFacts));
    assert.equal(changes.take(viewOf(exampleFacts)), undefined);
  });

  it('hold the one key that changed', () => {
    const changes = new ViewChanges();
    changes.take(viewOf(exampleFacts));
    const statuses = exampleStatuses.with(2, statusOf({ ref: 'groq/3', used: 5_000, value: 14_400 }));
    const next = changes.take(viewOf({ ...exampleFacts, statuses }));
    assert.deepEqual(Object.keys(next ?? {}), ['keys']);
    assert.deepEqual(Object.keys(next?.keys ?? {}), ['groq/3']);
  });

  it('say that a key is gone by its card', () => {
    const changes = new ViewChanges();
    changes.take(viewOf(exampleFacts));
    const next = changes.take(viewOf({ ...exampleFacts, statuses: exampleStatuses.slice(0, 4) }));
    assert.ok(next?.providers !== undefined);
    assert.deepEqual(next.providers[1]?.groups[0]?.keys, ['gemini/1']);
  });
});

describe('The times of dashboard and report', () => {
  it('are 24 hours and the 24 before them, without a gap', () => {
    const { now, before } = lastDays(sceneNowMs);
    assert.equal(before.endMs, now.startMs);
    assert.equal(before.endMs - before.startMs, 86_400_000);
    assert.ok(now.startMs <= sceneNowMs - 86_400_000 && now.endMs > sceneNowMs);
  });

  it('are 7 days of the zone, also where clocks change', () => {
    const days = daysUntil(Date.UTC(2026, 2, 31, 12), 'Europe/Berlin', 7);
    assert.equal(days.length, 7);
    assert.deepEqual(
      days.map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000),
      [24, 24, 24, 24, 23, 24, 24],
    );
    const change = days[4];
    assert.ok(change);
    assert.equal(hoursOf(change).length, 23);
  });

  it('read two days, both included', () => {
    assert.deepEqual(readDateRange(' 2026-11-01 2026-11-02 ', 'UTC'), {
      startMs: Date.UTC(2026, 10, 1),
      endMs: Date.UTC(2026, 10, 3),
    });
    assert.equal(readDateRange('2026-11-01 2026-11-01', 'Pacific/Auckland')?.startMs, Date.UTC(2026, 9, 31, 11));
  });

  for (const text of ['', '2026-11-02 2026-11-01', '2026-02-30 2026-03-01', '2026-11-01', 'soon later']) {
    it(`do not read "${text}"`, () => assert.equal(readDateRange(text, 'UTC'), undefined));
  }
});
