import { keyRef, type KeyRef } from '../../../src/core/keys/keyRef.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import type { KeyStatus, LimitStatus } from '../../../src/core/quota/keyStatus.ts';
import { percentageOf } from '../../../src/core/quota/knownLimits.ts';
import type { LimitName } from '../../../src/core/quota/limits.ts';
import type { Overview, UsageRow } from '../../../src/core/quota/reports.ts';
import { daysUntil } from '../../../src/core/report/reportPeriod.ts';
import type { Route } from '../../../src/core/routing/route.ts';
import { dashboardState, type DashboardFacts } from '../../../src/editor/dashboard/view/dashboardState.ts';
import type { Scene } from '../../../src/editor/dashboard/view/scene.ts';
import type { DashboardView } from '../../../src/shared/dashboardView.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { plainL10n } from '../support/plainL10n.ts';

/** 19:37 UTC: quota days in UTC end in 4 hours 23 minutes. */
export const sceneNowMs = Date.UTC(2026, 10, 22, 19, 37);
export const sceneResetMs = Date.UTC(2026, 10, 23);

export const scene: Scene = { l10n: plainL10n, nowMs: sceneNowMs, language: 'en', timeZone: 'UTC' };

export type KeyWish = {
  readonly ref: KeyRef;
  readonly used?: number;
  readonly value?: number;
  readonly limit?: LimitName;
  readonly source?: LimitStatus['source'];
  readonly state?: KeyStatus['state'];
  readonly untilMs?: number;
  readonly label?: string;
  readonly pool?: string;
  readonly priority?: number;
  readonly form?: LimitStatus['form'];
  readonly resetAtMs?: number;
};

export function statusOf(wish: KeyWish): KeyStatus {
  const { ref, used = 0, value, limit = 'tokensPerDay', source = 'user', state = 'ok', label = '', pool } = wish;
  const [provider = '', number = '1'] = ref.split('/');
  const key = apiKeyOf({
    provider,
    number: Number(number),
    label,
    priority: wish.priority ?? Number(number),
    ...(pool === undefined ? {} : { pool }),
    enabled: state !== 'disabled',
    fingerprint: `print-${ref}`,
  });
  const headline =
    value === undefined
      ? undefined
      : {
          limit,
          scope: '*',
          form: wish.form ?? 'calendar',
          used,
          value,
          remaining: Math.max(0, value - used),
          percentage: percentageOf(used, value),
          source,
          ...(source === 'learned' ? { learnedAtMs: sceneNowMs - 2 * 3_600_000 } : {}),
          resetAtMs: wish.resetAtMs ?? sceneResetMs,
        };
  return {
    key,
    state,
    usedToday: used,
    limits: headline === undefined ? [] : [headline],
    health: { score: 100 },
    ...(wish.untilMs === undefined ? {} : { untilMs: wish.untilMs }),
    ...(headline === undefined ? {} : { headline }),
  };
}

export const nothing: Overview = {
  requests: 0,
  cacheHits: 0,
  tokens: 0,
  failed: 0,
  successRate: undefined,
  averageMs: undefined,
  failures: {},
};

export const noAlerts: DashboardFacts['alerts'] = { alerts: [], banner: undefined, stopped: [] };

export const columns = daysUntil(sceneNowMs, 'UTC', 7);

export const emptyFacts: DashboardFacts = {
  statuses: [],
  health: {},
  providers: catalog,
  alerts: noAlerts,
  alertHistory: [],
  routes: [],
  figures: { now: nothing, before: nothing, latencies: [], columns, rows: [] },
  problem: undefined,
  choice: { unit: 'tokens', by: 'provider' },
};

export const healthOf = (keys: number, healthScore: number, active = keys) => ({
  healthScore,
  keys,
  active,
  quarantined: keys - active,
});

export const exampleStatuses: readonly KeyStatus[] = [
  statusOf({ ref: 'groq/1', used: 11_520, value: 14_400, label: 'Primary', state: 'warning' }),
  statusOf({
    ref: 'groq/2',
    used: 14_400,
    value: 14_400,
    label: 'Backup',
    state: 'exhausted',
    untilMs: sceneResetMs,
  }),
  statusOf({ ref: 'groq/3', used: 4_320, value: 14_400, label: 'Emergency' }),
  statusOf({ ref: 'gemini/1', used: 600, value: 1_500, limit: 'requestsPerDay' }),
  statusOf({ ref: 'gemini/2', used: 150, value: 1_500, limit: 'requestsPerDay' }),
];

/** The dashboard of the contract's example. */
export const exampleFacts: DashboardFacts = {
  ...emptyFacts,
  statuses: exampleStatuses,
  health: { groq: healthOf(3, 95), gemini: healthOf(2, 100) },
  figures: {
    now: {
      requests: 1_234,
      cacheHits: 56,
      tokens: 45_678,
      failed: 12,
      successRate: (1_222 / 1_234) * 100,
      averageMs: 1_204,
      failures: { rateMinute: 9, overloaded: 4, timeout: 2 },
    },
    before: { ...nothing, requests: 1_100, tokens: 50_200, failed: 20, successRate: 98.18, averageMs: 1_500 },
    latencies: [
      { provider: 'groq', answered: 980, p50Ms: 610, p95Ms: 1_840 },
      { provider: 'gemini', answered: 242, p50Ms: 2_300, p95Ms: 6_100 },
    ],
    columns,
    rows: columns.flatMap(({ startMs }, day) => [
      usageRow('groq/1', startMs, 9_000 + day * 420, 160),
      usageRow('groq/2', startMs, 6_000 + ((day * 3_700) % 8_000), 120),
      usageRow('groq/3', startMs, (day * 1_300) % 5_000, 40),
      usageRow('gemini/1', startMs, 12_000 + ((day * 5_100) % 9_000), 300),
      usageRow('gemini/2', startMs, (day * 2_100) % 6_000, 90),
    ]),
  },
  alerts: {
    ...noAlerts,
    alerts: [
      {
        id: 'a1',
        atMs: sceneNowMs - 20 * 60_000,
        level: 'warning',
        event: 'quotaWarning',
        key: 'groq/1',
        keyName: 'Groq Key 1',
        fingerprint: 'print-groq/1',
        providerName: 'Groq',
        percent: 80,
        resetAtMs: sceneResetMs,
      },
      {
        id: 'a2',
        atMs: sceneNowMs - 55 * 60_000,
        level: 'info',
        event: 'exhausted',
        key: 'groq/2',
        keyName: 'Groq Key 2',
        fingerprint: 'print-groq/2',
        untilMs: sceneResetMs,
        nextName: 'Groq Key 3',
      },
    ],
  },
  routes: [
    route('r3', 4, 'answered', [attempt('groq/1', 'ok', 940)]),
    route('r2', 21, 'answered', [attempt('groq/2', 'quotaDay', 120), attempt('groq/1', 'ok', 1_310)]),
    route('r1', 44, 'cached', []),
  ],
};

export function usageRow(key: KeyRef, fromMs: number, tokens: number, requests: number): UsageRow {
  const provider = key.split('/')[0] ?? '';
  return { fromMs, provider, key, keyId: `id-${key}`, model: 'm', attempts: requests, requests, tokens, failures: {} };
}

export function route(
  id: string,
  minutesAgo: number,
  outcome: Route['outcome'],
  attempts: Route['attempts'],
  passedOver: Route['passedOver'] = [],
): Route {
  const atMs = sceneNowMs - minutesAgo * 60_000;
  return { id, atMs, askedBy: 'analyzeError', outcome, attempts, passedOver, waits: [], ms: 1_430 };
}

export function attempt(key: KeyRef, outcome: Route['attempts'][number]['outcome'], ms: number) {
  return {
    key,
    model: key.startsWith('groq') ? 'openai/gpt-oss-120b' : 'gemini-3.1-flash-lite',
    outcome,
    sentence: outcome === 'ok' ? `${key}: first in your order that can answer` : `${key} has used up its tokens a day`,
    startedAtMs: sceneNowMs,
    ms,
    status: outcome === 'ok' ? 200 : 429,
    ...(outcome === 'ok' ? { tokens: { prompt: 800, completion: 204, total: 1_004, estimated: false } } : {}),
  };
}

/** Every key refused or rate limited: the red banner. */
export const allFailedFacts: DashboardFacts = {
  ...exampleFacts,
  statuses: [
    ...[1, 2, 3].map((number) =>
      statusOf({
        ref: keyRef('groq', number),
        used: 4_000 * number,
        value: 14_400,
        state: 'refused',
        untilMs: sceneNowMs + 4.6 * 60_000,
      }),
    ),
    ...[1, 2].map((number) =>
      statusOf({
        ref: keyRef('gemini', number),
        used: 300,
        value: 1_500,
        limit: 'requestsPerDay',
        state: 'cooling',
        untilMs: sceneNowMs + 52_000,
      }),
    ),
  ],
  health: { groq: healthOf(3, 0, 0), gemini: healthOf(2, 100) },
  alerts: {
    alerts: [1, 2, 3].map((number) => ({
      id: `refused-${number}`,
      atMs: sceneNowMs - number * 1_000,
      level: 'error' as const,
      event: 'keyRefused' as const,
      key: keyRef('groq', number),
      keyName: `Groq Key ${number}`,
      fingerprint: `print-groq/${number}`,
      sentence: `Groq Key ${number} was refused: check or replace the key at https://console.groq.com/keys`,
    })),
    banner: {
      id: 'down',
      atMs: sceneNowMs - 500,
      level: 'critical',
      event: 'allFailed',
      route: 'r9',
      reasons: [
        { provider: 'Groq', sentence: 'Groq: 3 keys were refused' },
        { provider: 'Gemini', sentence: 'Gemini: rate limited, ready in 52s' },
      ],
    },
    stopped: [{ channel: 'telegram', said: 'Unauthorized' }],
  },
  routes: [
    route('r9', 0, 'degraded', [attempt('groq/1', 'authInvalid', 80), attempt('gemini/1', 'rateMinute', 90)]),
    ...exampleFacts.routes,
  ],
};

export const viewOf = (facts: DashboardFacts): DashboardView => dashboardState(facts, scene);
