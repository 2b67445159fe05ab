import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { routeTraceView } from '../../../src/editor/dashboard/view/routeRows.ts';
import { usageTable } from '../../../src/editor/dashboard/view/usageTable.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { keyStatus, limitStatus } from '../support/keyStatuses.ts';
import { plainL10n } from '../support/plainL10n.ts';
import {
  allFailedFacts,
  attempt,
  emptyFacts,
  exampleFacts,
  exampleStatuses,
  route,
  sceneNowMs,
  statusOf,
  usageRow,
  columns,
  viewOf,
} from './dashboardScenes.ts';
import { manyFacts } from './manyKeysScene.ts';

describe('The dashboard’s cards', () => {
  it('show a pool as one bar, its keys below without one', () => {
    const view = viewOf({
      ...emptyFacts,
      statuses: [
        statusOf({ ref: 'groq/1', used: 10, value: 100, pool: 'studio' }),
        statusOf({ ref: 'groq/2', used: 10, value: 100 }),
        statusOf({ ref: 'groq/3', used: 10, value: 100, pool: 'studio' }),
      ],
    });
    const groups = view.providers[0]?.groups ?? [];
    assert.deepEqual(
      groups.map(({ pool, keys }) => [pool?.name, pool?.bar?.words, keys]),
      [
        ['Pool studio', '10% (10/100)', ['groq/1', 'groq/3']],
        [undefined, undefined, ['groq/2']],
      ],
    );
    assert.equal(view.keys['groq/1']?.bar, undefined);
    assert.equal(view.keys['groq/2']?.bar?.words, '10% (10/100)');
  });

  it('show of a pool its own limit before one of a single key', () => {
    const own = limitStatus({ ofKeyAlone: true, used: 9, value: 10, percentage: 90 });
    const ofPool = limitStatus({ used: 10, value: 100, percentage: 10 });
    const statuses = [keyStatus({ key: { pool: 'studio' }, headline: own, limits: [own, ofPool] })];
    assert.equal(viewOf({ ...emptyFacts, statuses }).providers[0]?.groups[0]?.pool?.bar?.words, '10% (10/100)');
  });

  it('show a provider as sick whose keys are all in quarantine, and not one whose keys are switched off', () => {
    const levelOf = (quarantined: number): string | undefined =>
      viewOf({
        ...emptyFacts,
        statuses: exampleStatuses.slice(0, 1),
        health: { groq: { healthScore: 0, keys: 1, active: 0, quarantined } },
      }).providers[0]?.health.level;
    assert.deepEqual([levelOf(1), levelOf(0)], ['bad', 'none']);
  });

  it('mark a limit that the provider itself named', () => {
    const view = viewOf({
      ...emptyFacts,
      statuses: [
        statusOf({ ref: 'groq/1', used: 1, value: 9, source: 'learned' }),
        statusOf({ ref: 'groq/2', used: 1, value: 9 }),
      ],
    });
    assert.equal(view.keys['groq/1']?.bar?.learned, 'learned 2h ago');
    assert.equal(view.keys['groq/2']?.bar?.learned, undefined);
  });

  it('name a limit that is not the daily one', () => {
    const status = statusOf({ ref: 'groq/1', used: 1, value: 9, limit: 'tokensPerMinute' });
    assert.equal(viewOf({ ...emptyFacts, statuses: [status] }).keys['groq/1']?.bar?.limit, 'Tokens per minute');
  });

  it('offer in a key’s menu what the tree does', () => {
    const { keys } = viewOf(exampleFacts);
    assert.deepEqual(keys['groq/1']?.actions, ['check', 'edit', 'disable', 'moveDown', 'why', 'whatToDo', 'remove']);
    assert.deepEqual(keys['groq/2']?.actions, [
      'check',
      'edit',
      'disable',
      'moveUp',
      'moveDown',
      'why',
      'whatToDo',
      'remove',
    ]);
    const disabled = viewOf({ ...emptyFacts, statuses: [statusOf({ ref: 'groq/1', state: 'disabled' })] });
    assert.deepEqual(disabled.keys['groq/1']?.actions, ['check', 'edit', 'enable', 'why', 'remove']);
  });

  it('say when each key resets where that is not one moment', () => {
    const view = viewOf({
      ...emptyFacts,
      statuses: [
        statusOf({ ref: 'groq/1', used: 1, value: 9, resetAtMs: sceneNowMs + 60_000 }),
        statusOf({ ref: 'groq/2', used: 1, value: 9, resetAtMs: sceneNowMs + 7_200_000 }),
      ],
    });
    assert.equal(view.providers[0]?.reset, undefined);
    assert.deepEqual([view.keys['groq/1']?.until, view.keys['groq/2']?.until], ['resets in 1m', 'resets in 2h']);
  });

  it('say of a bucket what frees in an hour: it does not reset', () => {
    const bucket = { form: 'bucket', used: 50_000, value: 200_000, resetAtMs: sceneNowMs } as const;
    const view = viewOf({
      ...emptyFacts,
      statuses: [statusOf({ ref: 'groq/1', ...bucket }), statusOf({ ref: 'groq/2', ...bucket, used: 0 })],
    });
    assert.equal(view.providers[0]?.reset, undefined);
    assert.deepEqual([view.keys['groq/1']?.until, view.keys['groq/2']?.until], ['frees 8.3K an hour', undefined]);
  });

  it('never say 100% before the limit is reached', () => {
    const status = statusOf({ ref: 'groq/1', used: 14_399, value: 14_400, state: 'warning' });
    assert.match(viewOf({ ...emptyFacts, statuses: [status] }).keys['groq/1']?.bar?.words ?? '', /^99% /);
  });
});

describe('The dashboard’s banner and alerts', () => {
  it('show the banner with its reasons, runbook and action while every key fails', () => {
    const { banner } = viewOf(allFailedFacts).alerts;
    assert.deepEqual(
      [banner?.words, banner?.level, banner?.runbook, banner?.action?.do],
      ['All AI providers down!', 'critical', 'Runbook: all keys failed', 'checkAllKeys'],
    );
    assert.deepEqual(banner?.more, ['Groq: 3 keys were refused', 'Gemini: rate limited, ready in 52s']);
  });

  it('offer "Update Key" on a refused key', () => {
    const refused = viewOf(allFailedFacts).alerts.rows.find(({ id }) => id === 'refused-1');
    assert.deepEqual([refused?.action?.title, refused?.runbook], ['Update Key', 'Runbook: a key was rotated']);
  });

  it('lead from a channel that does not send to its set-up', () => {
    const { stopped, ...alerts } = allFailedFacts.alerts;
    const channels = [...stopped, { channel: 'email', said: 'not set up: no mail server' } as const];
    const { rows } = viewOf({ ...allFailedFacts, alerts: { ...alerts, stopped: channels } }).alerts;
    assert.deepEqual(
      rows.slice(0, 2).map(({ words, action }) => [words, action?.do]),
      [
        ['Telegram: no alerts are sent until its settings change', 'setUpTelegram'],
        ['Email: no alerts are sent until its settings change', 'setUpEmail'],
      ],
    );
  });

  it('say what became of a message that could not be sent', () => {
    const alert = allFailedFacts.alerts.alerts[0];
    assert.ok(alert);
    const delivery = { channel: 'email', state: 'failed', failedTries: 3, atMs: 0, said: 'mailbox full' } as const;
    const { earlier } = viewOf({ ...emptyFacts, alertHistory: [{ alert, deliveries: [delivery] }] }).alerts;
    assert.ok(earlier[0]?.more.includes('Email: could not be sent (mailbox full)'));
  });
});

describe('The usage graph', () => {
  it('sums by provider or by key, in tokens or requests', () => {
    const total = (unit: 'tokens' | 'requests', by: 'provider' | 'key') =>
      viewOf({ ...exampleFacts, choice: { unit, by } }).usage.series.map(({ name, total: sum }) => [name, sum]);
    assert.deepEqual(total('requests', 'provider'), [
      ['Gemini', '2,730'],
      ['Groq', '2,240'],
    ]);
    assert.equal(total('tokens', 'key').length, 5);
    assert.equal(total('tokens', 'key').find(([name]) => name === 'Groq Key 1 (Primary)')?.[1], '71,820');
  });

  it('sums up the smallest where there are more than can be told apart', () => {
    const { series } = viewOf({ ...manyFacts(100), choice: { unit: 'tokens', by: 'key' } }).usage;
    assert.equal(series.length, 8);
    assert.equal(series.at(-1)?.name, '93 others');
  });

  it('shows the last 7 days, a day without use as 0', () => {
    const [, , third] = columns;
    assert.ok(third);
    const rows = [usageRow('groq/1', third.startMs, 5, 1)];
    const figures = exampleFacts.figures;
    assert.ok(figures);
    const { series } = viewOf({ ...exampleFacts, figures: { ...figures, rows } }).usage;
    assert.deepEqual(series[0]?.values, [0, 0, 5, 0, 0, 0, 0]);
  });
});

describe('The usage graph’s figures, copied', () => {
  it('are a table of plain numbers, the sum of each day at its end', () => {
    const [head, first, ...rest] = usageTable(viewOf(exampleFacts).usage, plainL10n).split('\n');
    assert.equal(head, '\tGroq\tGemini\tAll');
    assert.equal(first, 'Monday, November 16\t15000\t12000\t27000');
    assert.equal(rest.length, 6);
  });

  it('hold no formula where a provider is called one', () => {
    const [groq, ...others] = catalog;
    assert.ok(groq);
    const providers = [{ ...groq, displayName: '=HYPERLINK("http://x")' }, ...others];
    const [head = ''] = usageTable(viewOf({ ...exampleFacts, providers }).usage, plainL10n).split('\n');
    assert.match(head, /^\t'=HYPERLINK/);
  });
});

describe('Recent requests', () => {
  it('name who asked, key, model, tokens and time of the one that answered', () => {
    const row = viewOf(exampleFacts).routes[1];
    assert.deepEqual(
      [row?.askedBy, row?.key, row?.model, row?.tokens, row?.ms],
      ['Analyze Error', 'Groq Key 1', 'openai/gpt-oss-120b', '1,004', '1.4 s'],
    );
  });

  it('name no tokens where none were charged, and mark an estimate as one', () => {
    const estimated = {
      ...attempt('groq/1', 'ok', 90),
      tokens: { prompt: 1, completion: 2, total: 1_003, estimated: true },
    };
    const routes = [
      route('a', 0, 'degraded', [attempt('groq/1', 'authInvalid', 80)]),
      route('b', 0, 'answered', [attempt('groq/1', 'rateMinute', 80), estimated]),
      route('c', 0, 'cached', []),
    ];
    assert.deepEqual(
      viewOf({ ...exampleFacts, routes }).routes.map(({ tokens }) => tokens),
      ['–', 'about 1,003', '–'],
    );
  });

  it('unfold every attempt and every key passed over, but not those that were not needed', () => {
    const trace = routeTraceView(
      route(
        'r',
        0,
        'answered',
        [attempt('groq/1', 'rateMinute', 90), attempt('groq/2', 'ok', 800)],
        [
          { key: 'groq/3', model: 'm', reason: 'disabled', sentence: 'Groq Key 3: disabled by you' },
          { key: 'gemini/1', model: 'm', reason: 'notNeeded', sentence: 'not needed' },
        ],
      ),
      catalog,
      plainL10n,
    );
    assert.deepEqual(
      trace.steps.map(({ kind }) => kind),
      ['failed', 'answered', 'passed'],
    );
    assert.equal(trace.more, '1 more candidate was not needed.');
  });
});
