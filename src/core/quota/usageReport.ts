import type { KeyRef } from '../keys/keyRef.ts';
import type { FailureKind } from '../providers/failure.ts';
import type { Route } from '../routing/route.ts';
import type { Attempt, AttemptSubject, Outcome } from './attempt.ts';
import { quotaDay } from './quotaDay.ts';
import type { LatencyRow, Overview, UsageReport, UsageRow } from './reports.ts';
import { slotOf } from './spending.ts';

/** Whom a report's row is about. */
export type RowSubject = Pick<AttemptSubject, 'provider' | 'key' | 'keyId' | 'model'> & { readonly id: string };

/** The same for attempts of one key and model, whatever secret and pool the key had. */
export const rowSubject = ({ provider, key, keyId, model }: AttemptSubject): RowSubject => ({
  provider,
  key,
  keyId,
  model,
  id: `${keyId}\n${key}\n${model}`,
});

/** Attempts of one quarter hour (or longer), subject and outcome. */
export type Cell = {
  readonly slot: number;
  readonly subject: RowSubject;
  readonly outcome: Outcome;
  readonly attempts: number;
  readonly requests: number;
  readonly tokens: number;
};

/** Answered attempts of one provider in one bucket of latency. */
export type LatencyCell = { readonly provider: string; readonly bucket: number; readonly attempts: number };

/** Routes of one quarter hour (or longer) and outcome; `ms` is their sum. */
export type RouteCell = { readonly outcome: Route['outcome']; readonly routes: number; readonly ms: number };

/** Each bucket is 5 % wider than the one before. */
export const bucketRatio = 1.05;
export const bucketOf = (ms: number): number => Math.floor(Math.log(Math.max(0, ms) + 1) / Math.log(bucketRatio));
const middleMsOf = (bucket: number): number => Math.round(bucketRatio ** (bucket + 0.5) - 1);

const hourMs = 3_600_000;

export const hourStart = (ms: number): number => Math.floor(ms / hourMs) * hourMs;
export const dayStartIn =
  (zone: string) =>
  (ms: number): number =>
    quotaDay(ms, zone).startMs;

/** Cells of one slot follow each other. */
export function usageReport(
  cells: Iterable<Cell>,
  latencies: readonly LatencyCell[],
  startOf: (ms: number) => number,
): UsageReport {
  const periods = new Map<number, Map<string, Growing>>();
  let slot = Number.NaN;
  let fromMs = Number.NaN;
  let period = new Map<string, Growing>();
  for (const cell of cells) {
    if (cell.slot !== slot) {
      slot = cell.slot;
      fromMs = startOf(slot);
      period = periods.get(fromMs) ?? new Map<string, Growing>();
      periods.set(fromMs, period);
    }
    addTo(period, fromMs, cell);
  }
  const rows: readonly UsageRow[] = [...periods.values()].flatMap((own) => [...own.values()]);
  return { rows: rows.toSorted((a, b) => a.fromMs - b.fromMs), latencies: latencyRows(latencies) };
}

function addTo(period: Map<string, Growing>, fromMs: number, cell: Cell): void {
  const { subject, outcome, attempts } = cell;
  let row = period.get(subject.id);
  if (row === undefined) {
    const { provider, key, keyId, model } = subject;
    row = { fromMs, provider, key, keyId, model, attempts: 0, requests: 0, tokens: 0, failures: {} };
    period.set(subject.id, row);
  }
  row.attempts += attempts;
  row.requests += cell.requests;
  row.tokens += cell.tokens;
  if (outcome !== 'ok') row.failures[outcome] = (row.failures[outcome] ?? 0) + attempts;
}

type Growing = {
  fromMs: number;
  provider: string;
  key: KeyRef;
  keyId: string;
  model: string;
  attempts: number;
  requests: number;
  tokens: number;
  failures: Partial<Record<FailureKind, number>>;
};

function latencyRows(cells: readonly LatencyCell[]): readonly LatencyRow[] {
  const providers = Map.groupBy(cells, ({ provider }) => provider);
  return [...providers].map(([provider, own]) => {
    const sorted = own.toSorted((a, b) => a.bucket - b.bucket);
    const answered = own.reduce((sum, { attempts }) => sum + attempts, 0);
    return { provider, answered, p50Ms: quantile(sorted, answered * 0.5), p95Ms: quantile(sorted, answered * 0.95) };
  });
}

function quantile(sorted: readonly LatencyCell[], rank: number): number {
  let passed = 0;
  for (const { bucket, attempts } of sorted) {
    passed += attempts;
    if (passed >= rank) return middleMsOf(bucket);
  }
  return 0;
}

export function overviewOf(
  cells: Iterable<Pick<Cell, 'outcome' | 'attempts' | 'tokens'>>,
  routes: Iterable<RouteCell>,
): Overview {
  const failures: Partial<Record<FailureKind, number>> = {};
  let tokens = 0;
  for (const cell of cells) {
    tokens += cell.tokens;
    if (cell.outcome !== 'ok') failures[cell.outcome] = (failures[cell.outcome] ?? 0) + cell.attempts;
  }
  const count = { answered: 0, cached: 0, degraded: 0, failed: 0, cancelled: 0 };
  let answeredMs = 0;
  for (const { outcome, routes: some, ms } of routes) {
    count[outcome] += some;
    if (outcome === 'answered') answeredMs += ms;
  }
  const failed = count.failed + count.degraded;
  const decided = count.answered + failed;
  return {
    requests: decided + count.cancelled,
    cacheHits: count.cached,
    tokens,
    failed,
    successRate: decided === 0 ? undefined : (count.answered / decided) * 100,
    averageMs: count.answered === 0 ? undefined : answeredMs / count.answered,
    failures,
  };
}

/** What one attempt is in a report. */
export const cellOf = ({ subject, atMs, outcome, requests, total }: Attempt): Cell => ({
  slot: slotOf(atMs),
  subject: rowSubject(subject),
  outcome,
  attempts: 1,
  requests,
  tokens: total,
});

export const latencyCellsOf = (attempts: readonly Attempt[]): readonly LatencyCell[] =>
  attempts
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ subject, latencyMs }) => ({ provider: subject.provider, bucket: bucketOf(latencyMs), attempts: 1 }));
