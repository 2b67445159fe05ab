import * as z from 'zod';

/** Bounds keep a message from ever being a burden; labels come shortened. */
const line = z.string().max(600);
const word = z.string().max(80);
const id = z.string().max(200);
const count = z.number().nonnegative();

const direction = z.enum(['up', 'down', 'same']);

const tile = z.object({
  id: z.enum(['requests', 'tokens', 'successRate', 'averageMs']),
  label: line,
  value: line,
  note: line.optional(),
  change: z.object({ words: line, direction, good: z.boolean().optional() }).optional(),
});

const overview = z.object({
  title: line,
  tiles: z.array(tile).max(8),
  /** Why there are no figures, in words. */
  problem: line.optional(),
});

const bar = z.object({
  /** 0 to 100, for the bar's length alone. */
  percent: z.number().min(0).max(100),
  /** "80% (11.5K/14.4K)". */
  words: line,
  level: z.enum(['ok', 'warning', 'critical', 'full']),
  /** Said of a limit that is not the daily one: "tokens per minute". */
  limit: line.optional(),
  /** Said of a limit that the provider itself named: "learned 3h ago". */
  learned: line.optional(),
});

export const keyStates = [
  'ok',
  'warning',
  'cooling',
  'exhausted',
  'quarantined',
  'refused',
  'disabled',
  'secretMissing',
  'originNotConfirmed',
  'providerUnknown',
] as const;

/** What the key's menu offers: the commands of the tree. */
export const keyActions = [
  'check',
  'edit',
  'enable',
  'disable',
  'moveUp',
  'moveDown',
  'why',
  'whatToDo',
  'forgetLearned',
  'remove',
] as const;
export type KeyAction = (typeof keyActions)[number];

const keyRow = z.object({
  /** "Key 1". */
  name: line,
  /** "Groq Key 1". */
  fullName: line,
  label: line,
  priority: line,
  state: z.enum(keyStates),
  stateWord: line,
  /** "running low": it still answers. */
  low: line.optional(),
  /** "resets in 4h 23m", where it differs from the card's. */
  until: line.optional(),
  bar: bar.optional(),
  /** In place of a bar where no limit is known. */
  used: line.optional(),
  actions: z.array(z.enum(keyActions)).max(keyActions.length),
});

const group = z.object({
  /** Keys that share one account's quota: one bar for all of them. */
  pool: z.object({ name: line, note: line, bar: bar.optional(), used: line.optional() }).optional(),
  keys: z.array(id).max(5_000),
});

const provider = z.object({
  id,
  name: line,
  health: z.object({ words: line, level: z.enum(['good', 'poor', 'bad', 'none']) }),
  keys: line,
  /** "Resets in 4h 23m", where that is true of all keys. */
  reset: line.optional(),
  groups: z.array(group).max(5_000),
});

const alertAction = z.object({
  do: z.enum(['editKey', 'checkKey', 'addKey', 'checkAllKeys', 'openSettings', 'setUpTelegram', 'setUpEmail']),
  title: line,
});

const alert = z.object({
  id,
  level: z.enum(['info', 'warning', 'error', 'critical']),
  levelWord: word,
  words: line,
  /** Reasons, each a line. */
  more: z.array(line).max(50),
  time: word,
  runbook: line.optional(),
  action: alertAction.optional(),
});

const alerts = z.object({
  /** No key answers: above everything else. */
  banner: alert.optional(),
  rows: z.array(alert).max(200),
  /** Over by now, newest first, with what became of their messages. */
  earlier: z.array(alert).max(50),
});

export const chartChoice = z.object({
  unit: z.enum(['tokens', 'requests']),
  by: z.enum(['provider', 'key']),
  /** Start of the day that is looked at by hours; epoch ms. */
  dayMs: z.number().int().optional(),
});

const usage = z.object({
  choice: chartChoice,
  title: line,
  columns: z.array(z.object({ short: word, long: line, startMs: z.number() })).max(40),
  series: z
    .array(z.object({ id, name: line, values: z.array(count).max(40), words: z.array(line).max(40), total: line }))
    .max(12),
  totals: z.array(line).max(40),
  total: line,
  /** In place of a graph where there is nothing to draw. */
  none: line.optional(),
});

const timing = z.object({
  title: line,
  latencies: z.array(z.object({ provider: line, answered: line, p50: line, p95: line })).max(200),
  failures: z.array(z.object({ words: line, count: line, share: z.number().min(0).max(1) })).max(40),
});

const route = z.object({
  id,
  time: word,
  askedBy: line,
  outcome: z.enum(['answered', 'cached', 'degraded', 'failed', 'cancelled']),
  outcomeWord: line,
  model: line,
  key: line,
  tokens: line,
  ms: line,
});

/** All that the dashboard shows, in the user's words. Holds no secret. */
export const dashboardView = z.object({
  overview,
  alerts,
  providers: z.array(provider).max(500),
  keys: z.record(id, keyRow),
  usage,
  timing,
  routes: z.array(route).max(50),
});

/** "Why this key?": each attempt, wait and key passed over, in order. */
export const routeTrace = z.object({
  steps: z
    .array(z.object({ kind: z.enum(['answered', 'failed', 'waited', 'passed']), words: line, facts: line }))
    .max(100),
  more: line.optional(),
});

export type DashboardView = z.infer<typeof dashboardView>;
export type Tile = z.infer<typeof tile>;
export type BarView = z.infer<typeof bar>;
export type KeyRow = z.infer<typeof keyRow>;
export type ProviderCard = z.infer<typeof provider>;
export type KeyGroup = z.infer<typeof group>;
export type AlertRow = z.infer<typeof alert>;
export type AlertsView = z.infer<typeof alerts>;
export type UsageView = z.infer<typeof usage>;
export type ChartChoice = z.infer<typeof chartChoice>;
export type TimingView = z.infer<typeof timing>;
export type RouteRow = z.infer<typeof route>;
export type RouteTraceView = z.infer<typeof routeTrace>;
