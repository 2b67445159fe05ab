import type { L10n } from '../../../core/ports.ts';
import { withoutFormula } from '../../../core/report/reportCsv.ts';
import type { UsageView } from '../../../shared/dashboardView.ts';

/** The graph's figures, tab-separated: they can be pasted into any table. */
export function usageTable({ columns, series }: UsageView, l10n: L10n): string {
  const names = series.map(({ name }) => withoutFormula(name));
  const rows = columns.map(({ long }, index) => {
    const values = series.map((one) => one.values[index] ?? 0);
    return [long, ...values, values.reduce((sum, value) => sum + value, 0)];
  });
  return [['', ...names, l10n.t('All')], ...rows].map((cells) => cells.join('\t')).join('\n');
}
