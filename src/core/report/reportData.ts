import type { KeyRef } from '../keys/keyRef.ts';
import type { FailureKind } from '../providers/failure.ts';
import type { LatencyRow, Overview, UsageRow } from '../quota/reports.ts';
import type { AllStats } from '../quota/tracker.ts';

/** What people call a key; a key that was removed goes by its ref. */
export type ReportKey = {
  readonly ref: KeyRef;
  readonly name: string;
  readonly label: string;
  readonly pool?: string | undefined;
};

/** Everything that a report says, whatever its format: the figures are the same in all. */
export type ReportData = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly madeAtMs: number;
  /** IANA zone of the reader; days are its days. */
  readonly timeZone: string;
  readonly per: 'hour' | 'day';
  readonly overview: Overview;
  /** Oldest first. */
  readonly rows: readonly UsageRow[];
  readonly latencies: readonly LatencyRow[];
  readonly keys: readonly ReportKey[];
  /** What people call a provider, by its id. */
  readonly providerNames: Readonly<Record<string, string>>;
  /** Of the quota day at the time the report was made. */
  readonly quota: AllStats;
};

export type KeyTotal = {
  readonly provider: string;
  readonly key: KeyRef;
  readonly attempts: number;
  readonly requests: number;
  readonly tokens: number;
  readonly failed: number;
};

/** One row a key, by provider and number. */
export function keyTotals(rows: readonly UsageRow[]): readonly KeyTotal[] {
  const totals = new Map<KeyRef, KeyTotal>();
  for (const { provider, key, attempts, requests, tokens, failures } of rows) {
    const so = totals.get(key) ?? { provider, key, attempts: 0, requests: 0, tokens: 0, failed: 0 };
    totals.set(key, {
      ...so,
      attempts: so.attempts + attempts,
      requests: so.requests + requests,
      tokens: so.tokens + tokens,
      failed: so.failed + failureCount(failures),
    });
  }
  return [...totals.values()].toSorted((a, b) => byText(a.provider, b.provider) || numberIn(a.key) - numberIn(b.key));
}

export function failureCount(failures: UsageRow['failures']): number {
  return failureList(failures).reduce((sum, [, count]) => sum + count, 0);
}

/** The most frequent first. */
export function failureList(failures: UsageRow['failures']): readonly (readonly [FailureKind, number])[] {
  const list: [FailureKind, number][] = [];
  let kind: FailureKind;
  for (kind in failures) {
    const count = failures[kind];
    if (count !== undefined && count > 0) list.push([kind, count]);
  }
  return list.toSorted(([a, some], [b, more]) => more - some || byText(a, b));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const numberIn = (key: KeyRef): number => Number(key.slice(key.lastIndexOf('/') + 1));
