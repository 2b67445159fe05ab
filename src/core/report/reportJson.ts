import { keyTotals, type ReportData } from './reportData.ts';

/** `{ format: "ai-keys-report", version: 1, from, to, per, overview, keys, rows, latencies, quota }`. */
export function reportJson(data: ReportData): string {
  const { fromMs, toMs, madeAtMs, timeZone, per, overview, rows, latencies, keys, quota } = data;
  const known = new Map(keys.map((key) => [key.ref, key]));
  const report = {
    format: 'ai-keys-report',
    version: 1,
    from: iso(fromMs),
    to: iso(toMs),
    made: iso(madeAtMs),
    timeZone,
    per,
    overview: { ...overview, successRate: overview.successRate ?? null, averageMs: overview.averageMs ?? null },
    keys: keyTotals(rows).map((total) => ({
      ...total,
      name: known.get(total.key)?.name ?? total.key,
      label: known.get(total.key)?.label ?? '',
    })),
    rows: rows.map(({ fromMs: at, keyId: _, ...row }) => ({ from: iso(at), ...row })),
    latencies,
    quota,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

const iso = (ms: number): string => new Date(ms).toISOString();
