import type { Provider } from '../providers/provider.ts';
import { quotaDay } from '../quota/quotaDay.ts';
import type { Reports, UsageReport } from '../quota/reports.ts';
import type { AllStats } from '../quota/tracker.ts';
import type { ReportData, ReportKey } from './reportData.ts';
import { hourMs } from './reportPeriod.ts';

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
  const { rows, latencies } = usage;
  // "Everything" begins with what there is first.
  const firstMs = fromMs === 0 ? (rows[0]?.fromMs ?? nowMs) : fromMs;
  return {
    fromMs: firstMs,
    toMs,
    madeAtMs: nowMs,
    timeZone,
    per,
    overview,
    rows,
    latencies,
    keys: ask.keys,
    quota: ask.quota,
  };
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
    rows: parts.flatMap(({ rows }) => rows).toSorted((a, b) => a.fromMs - b.fromMs),
    latencies: parts.flatMap(({ latencies }) => latencies),
  };
}
