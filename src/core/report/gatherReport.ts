import type { FailureKind } from '../providers/failure.ts';
import type { Provider } from '../providers/provider.ts';
import { quotaDay } from '../quota/quotaDay.ts';
import type { Overview, Reports, UsageReport, UsageRow } from '../quota/reports.ts';
import type { AllStats } from '../quota/tracker.ts';
import { failureList, type ReportData, type ReportKey } from './reportData.ts';
import { hourMs } from './reportPeriod.ts';
import { useElsewhere } from './useElsewhere.ts';

export type ReportRange =
  /** Each provider's own: they begin at different midnights. */
  { readonly kind: 'quotaDay' } | { readonly kind: 'span'; readonly fromMs: number; readonly toMs: number };

export type ReportAsk = {
  readonly range: ReportRange;
  readonly nowMs: number;
  readonly timeZone: string;
  readonly providers: readonly Provider[];
  readonly keys: readonly ReportKey[];
  readonly quota: AllStats;
};

/** Hours are shown up to this long; afterwards there would be too many of them. */
const mostHoursMs = 72 * hourMs;

/** Reads everything that a report says. */
export async function gatherReport(reports: Reports, ask: ReportAsk): Promise<ReportData> {
  const { range, nowMs, timeZone } = ask;
  const fromMs = range.kind === 'span' ? range.fromMs : earliestQuotaDay(ask);
  const toMs = range.kind === 'span' ? range.toMs : nowMs + 1;
  const per = toMs - fromMs <= mostHoursMs ? 'hour' : 'day';
  const [overview, usage] = await Promise.all([
    reports.overview(fromMs, toMs),
    range.kind === 'quotaDay'
      ? quotaDayUsage(reports, ask)
      : per === 'hour'
        ? reports.byHour(fromMs, toMs)
        : reports.byDay(fromMs, toMs, timeZone),
  ]);
  const { latencies } = usage;
  const rows = range.kind === 'quotaDay' ? [...usage.rows, ...useElsewhere(usage.rows, ask)] : usage.rows;
  // "Everything" begins with what there is first.
  const firstMs = fromMs === 0 ? (rows[0]?.fromMs ?? nowMs) : fromMs;
  return {
    fromMs: firstMs,
    toMs,
    madeAtMs: nowMs,
    timeZone,
    per,
    overview: range.kind === 'quotaDay' ? { ...overview, ...sumsOf(rows) } : overview,
    rows: rows.toSorted((a, b) => a.fromMs - b.fromMs),
    latencies,
    keys: ask.keys,
    providerNames: Object.fromEntries(ask.providers.map(({ id, displayName }) => [id, displayName])),
    quota: ask.quota,
  };
}

/** The quota days of several providers are no one span: their own rows say what was used in them. */
function sumsOf(rows: readonly UsageRow[]): Pick<Overview, 'tokens' | 'failures'> {
  const failures: Partial<Record<FailureKind, number>> = {};
  for (const row of rows) {
    for (const [kind, count] of failureList(row.failures)) failures[kind] = (failures[kind] ?? 0) + count;
  }
  return { tokens: rows.reduce((sum, row) => sum + row.tokens, 0), failures };
}

const startOfQuotaDay = (provider: Provider, nowMs: number): number => quotaDay(nowMs, provider.resetTimeZone).startMs;

const earliestQuotaDay = ({ providers, nowMs }: ReportAsk): number =>
  Math.min(quotaDay(nowMs, 'UTC').startMs, ...providers.map((provider) => startOfQuotaDay(provider, nowMs)));

async function quotaDayUsage(reports: Reports, { providers, nowMs }: ReportAsk): Promise<UsageReport> {
  const starts = Map.groupBy(providers, (provider) => startOfQuotaDay(provider, nowMs));
  const parts = await Promise.all(
    [...starts].map(async ([startMs, some]) => {
      const ids = new Set(some.map(({ id }) => id));
      const { rows, latencies } = await reports.byHour(startMs, nowMs + 1);
      return {
        rows: rows.filter(({ provider }) => ids.has(provider)),
        latencies: latencies.filter(({ provider }) => ids.has(provider)),
      };
    }),
  );
  return {
    rows: parts.flatMap(({ rows }) => rows),
    latencies: parts.flatMap(({ latencies }) => latencies),
  };
}
