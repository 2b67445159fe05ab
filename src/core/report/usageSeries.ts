import type { Period } from '../quota/quotaDay.ts';
import type { Unit } from '../quota/limits.ts';
import type { UsageRow } from '../quota/reports.ts';

export type UsageBy = 'provider' | 'key';

export type Series = {
  /** Provider id or key ref; `others` for what is summed up. */
  readonly id: string;
  /** One a column. */
  readonly values: readonly number[];
  readonly total: number;
  /** How many are summed up in it; 1 but for `others`. */
  readonly count: number;
};

/** More than these cannot be told apart by colour. */
export const mostSeries = 8;
export const others = 'others';

/** Use by column and by provider or key, the largest first, the smallest summed up. */
export function usageSeries(
  rows: readonly UsageRow[],
  columns: readonly Period[],
  { unit, by }: { readonly unit: Unit; readonly by: UsageBy },
): readonly Series[] {
  const sums = new Map<string, number[]>();
  for (const row of rows) {
    const column = columns.findIndex(({ startMs, endMs }) => row.fromMs >= startMs && row.fromMs < endMs);
    if (column < 0) continue;
    const id = by === 'provider' ? row.provider : row.key;
    const values = sums.get(id) ?? columns.map(() => 0);
    values[column] = (values[column] ?? 0) + row[unit];
    sums.set(id, values);
  }
  const series = [...sums]
    .map(([id, values]) => ({ id, values, total: sum(values), count: 1 }))
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.total - a.total || (a.id < b.id ? -1 : 1));
  if (series.length <= mostSeries) return series;
  const rest = series.slice(mostSeries - 1);
  const values = columns.map((_, index) => sum(rest.map((one) => one.values[index] ?? 0)));
  return [...series.slice(0, mostSeries - 1), { id: others, values, total: sum(values), count: rest.length }];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
