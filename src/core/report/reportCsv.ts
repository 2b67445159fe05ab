import { failureCount, failureList, type ReportData } from './reportData.ts';

const columns = [
  'from',
  'provider',
  'key',
  'label',
  'model',
  'attempts',
  'requests',
  'tokens',
  'failed',
  'failures',
] as const;

/** RFC 4180: one line an hour or day, key and model. Times are UTC. The names of columns are never translated. */
export function reportCsv({ rows, keys }: ReportData): string {
  const labels = new Map(keys.map(({ ref, label }) => [ref, label]));
  const lines = rows.map((row) =>
    [
      new Date(row.fromMs).toISOString(),
      textCell(row.provider),
      textCell(row.key),
      textCell(labels.get(row.key) ?? ''),
      textCell(row.model),
      row.attempts,
      row.requests,
      row.tokens,
      failureCount(row.failures),
      textCell(
        failureList(row.failures)
          .map(([kind, count]) => `${kind} ${count}`)
          .join(', '),
      ),
    ].join(','),
  );
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/**
 * Text that no spreadsheet takes for a formula, neither as a whole nor where one that expects
 * another separator would cut it, with quotes before the formula or without.
 */
export const withoutFormula = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- these are the characters to remove
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
    .replace(/(^|[,;|])\s*(["'\s]*[=+\-@＝＋－＠])/g, "$1'$2");

function textCell(text: string): string {
  const plain = withoutFormula(text);
  return /[",;|' ]|^$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
