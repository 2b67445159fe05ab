import { keyRef } from '../../../src/core/keys/keyRef.ts';
import type { UsageRow } from '../../../src/core/quota/reports.ts';
import type { DashboardFacts, Figures } from '../../../src/editor/dashboard/view/dashboardState.ts';
import {
  allFailedFacts,
  columns,
  emptyFacts,
  exampleFacts,
  healthOf,
  nothing,
  sceneNowMs,
  sceneResetMs,
  statusOf,
  usageRow,
} from './dashboardScenes.ts';

const someStates = ['ok', 'ok', 'ok', 'warning', 'cooling', 'exhausted', 'quarantined', 'disabled', 'refused'] as const;
const labels = ['Primary', 'work account', 'مفتاح الفريق', '', 'x'.repeat(500), 'מפתח גיבוי', 'Team – shared', ''];

/** Many keys of all four providers, in every state, with labels as people write them. */
export function manyFacts(count: number): DashboardFacts {
  const ids = ['groq', 'gemini', 'mistral', 'huggingface'];
  const statuses = Array.from({ length: count }, (_, index) => {
    const provider = ids[index % ids.length] ?? 'groq';
    const requests = provider === 'gemini' || provider === 'huggingface';
    const value = requests ? 1_500 : 14_400;
    const state = someStates[index % someStates.length] ?? 'ok';
    return statusOf({
      ref: keyRef(provider, Math.floor(index / ids.length) + 1),
      used: state === 'exhausted' ? value : Math.round((value * ((index * 37) % 100)) / 100),
      ...(index % 13 === 12 ? {} : { value }),
      limit: requests ? 'requestsPerDay' : 'tokensPerDay',
      source: index % 5 === 0 ? 'learned' : 'catalog',
      state,
      label: labels[index % labels.length] ?? '',
      ...(state === 'cooling' ? { untilMs: sceneNowMs + 34_000 } : {}),
      ...(state === 'exhausted' ? { untilMs: sceneResetMs } : {}),
      ...(provider === 'mistral' && index % 3 === 0 ? { pool: 'studio' } : {}),
    });
  });
  const health = Object.fromEntries(ids.map((id, at) => [id, healthOf(Math.ceil(count / 4), 100 - at * 27)]));
  const rows = columns.flatMap(({ startMs }, day) =>
    statuses.map(({ key }, index) =>
      usageRow(keyRef(key.provider, key.number), startMs, (index * 331 + day * 977) % 9_000, (index + day) % 40),
    ),
  );
  return {
    ...exampleFacts,
    statuses,
    health,
    figures: figuresOf(rows),
  };
}

const figuresOf = (rows: readonly UsageRow[]): Figures => ({
  now: {
    ...nothing,
    requests: 98_431,
    tokens: 12_345_678,
    failed: 431,
    successRate: 99.56,
    averageMs: 840,
    failures: { network: 300, badReply: 131 },
  },
  before: { ...nothing, requests: 3, tokens: 40, successRate: 100, averageMs: 800 },
  latencies: ['groq', 'gemini', 'mistral', 'huggingface'].map((provider, at) => ({
    provider,
    answered: 24_000 - at,
    p50Ms: 400 * (at + 1),
    p95Ms: 1_900 * (at + 1),
  })),
  columns,
  rows,
});

const endless = 'Donaudampfschifffahrtsgesellschaft'.repeat(15);

/** One key a provider, each as odd as keys get: labels, limits, pools and names that fit nowhere. */
const oddStatuses = [
  statusOf({ ref: 'groq/1', used: 11_520, value: 14_400, label: endless, pool: endless, source: 'learned' }),
  statusOf({ ref: 'gemini/1', used: 12, label: 'مفتاح الفريق (الاحتياطي) ١' }),
  statusOf({ ref: 'mistral/1', used: 9, value: 10, limit: 'requestsPerSecond', source: 'learned', label: endless }),
  statusOf({ ref: `${'unknown-to-this-version-'.repeat(4)}x/123456`, state: 'disabled', label: '‮<b>הפוך</b>' }),
  statusOf({ ref: 'huggingface/1', state: 'originNotConfirmed', used: 1_234_567_890, value: 9_999_999_999 }),
];

const oddFacts: DashboardFacts = {
  ...exampleFacts,
  statuses: oddStatuses,
  health: {
    groq: healthOf(1, 20),
    gemini: healthOf(1, 100),
    mistral: healthOf(1, 50, 0),
    huggingface: healthOf(1, 0, 0),
  },
  figures: {
    ...figuresOf(
      oddStatuses.map(({ key }, index) =>
        usageRow(keyRef(key.provider, key.number), columns[index]?.startMs ?? 0, 10 ** (index * 2), 1),
      ),
    ),
    latencies: [
      { provider: 'unknown-to-this-version-'.repeat(4), answered: 12_345_678, p50Ms: 59_999, p95Ms: 3_600_000 },
    ],
  },
  problem: `Some figures could not be read: ${endless}`,
  choice: { unit: 'tokens', by: 'key' },
};

/** What is looked for text that is cut off. */
export const layoutFacts = {
  empty: emptyFacts,
  example: exampleFacts,
  'all failed': allFailedFacts,
  '100 keys': manyFacts(100),
  '1,000 keys': manyFacts(1_000),
  'odd keys': oddFacts,
} as const;

/** What screenshots are taken of. */
export const sceneFacts = {
  empty: emptyFacts,
  example: exampleFacts,
  'all-failed': allFailedFacts,
  hundred: manyFacts(100),
} as const;
