import type { L10n } from '../ports.ts';
import { amount, wholePercent } from './amounts.ts';
import { failureWords } from './failureWords.ts';
import { durationWords, successWords } from './figureWords.ts';
import { failureList, keyTotals, type ReportData } from './reportData.ts';

/** A report for people: overview, keys, quota, latency, failures, and use by day or hour. */
export function reportMarkdown(l10n: L10n, data: ReportData, language?: string): string {
  const { overview, rows, latencies } = data;
  const names = new Map(data.keys.map(({ ref, name, label }) => [ref, label === '' ? name : `${name} (${label})`]));
  const moment = momentsOf(data, language);
  return `${[
    `# ${l10n.t('AI Keys report')}`,
    l10n.t('{0} to {1}, {2}', moment(data.fromMs), moment(data.toMs), data.timeZone),
    `## ${l10n.t('Overview')}`,
    overviewTable(l10n, overview),
    `## ${l10n.t('Keys')}`,
    table(
      [l10n.t('Key'), l10n.t('Requests'), l10n.t('Tokens'), l10n.t('Attempts'), l10n.t('Failed')],
      keyTotals(rows).map(({ key, requests, tokens, attempts, failed }) => [
        names.get(key) ?? key,
        ...[requests, tokens, attempts, failed].map(amount),
      ]),
      l10n,
    ),
    `## ${l10n.t('Quota now')}`,
    table(
      [l10n.t('Key'), l10n.t('Used'), l10n.t('Limit'), l10n.t('Left'), l10n.t('Share')],
      quotaRows(l10n, data, names),
      l10n,
    ),
    `## ${l10n.t('Response times')}`,
    table(
      [l10n.t('Provider'), l10n.t('Answered'), 'p50', 'p95'],
      latencies.map(({ provider, answered, p50Ms, p95Ms }) => [
        data.providerNames[provider] ?? provider,
        amount(answered),
        durationWords(l10n, p50Ms),
        durationWords(l10n, p95Ms),
      ]),
      l10n,
    ),
    `## ${l10n.t('Failed attempts')}`,
    table(
      [l10n.t('Kind'), l10n.t('Attempts')],
      failureList(overview.failures).map(([kind, count]) => [failureWords(l10n, kind), amount(count)]),
      l10n,
    ),
    `## ${data.per === 'day' ? l10n.t('By day') : l10n.t('By hour')}`,
    table(
      [data.per === 'day' ? l10n.t('Day') : l10n.t('Hour'), l10n.t('Requests'), l10n.t('Tokens')],
      columnRows(data).map(([fromMs, requests, tokens]) => [moment(fromMs), amount(requests), amount(tokens)]),
      l10n,
    ),
  ].join('\n\n')}\n`;
}

function overviewTable(l10n: L10n, overview: ReportData['overview']): string {
  const none = '–';
  return table(
    [l10n.t('Figure'), l10n.t('Value')],
    [
      [l10n.t('Requests'), amount(overview.requests)],
      [l10n.t('Answered from the cache'), amount(overview.cacheHits)],
      [l10n.t('Tokens'), amount(overview.tokens)],
      [l10n.t('Success rate'), overview.successRate === undefined ? none : successWords(l10n, overview.successRate)],
      [l10n.t('Failed'), amount(overview.failed)],
      [
        l10n.t('Average response time'),
        overview.averageMs === undefined ? none : durationWords(l10n, overview.averageMs),
      ],
    ],
    l10n,
  );
}

function quotaRows(l10n: L10n, { quota }: ReportData, names: ReadonlyMap<string, string>): readonly string[][] {
  return Object.entries(quota).flatMap(([provider, keys]) =>
    Object.entries(keys).map(([key, { used, limit, remaining, percentage }]) => {
      const ref = `${provider}/${key.slice('key_'.length)}`;
      return [
        names.get(ref) ?? ref,
        amount(used),
        limit === null ? l10n.t('not known') : amount(limit),
        remaining === null ? '–' : amount(remaining),
        percentage === null ? '–' : l10n.t('{0}%', wholePercent(percentage)),
      ];
    }),
  );
}

/** Start, requests, tokens; oldest first. */
function columnRows({ rows }: ReportData): readonly (readonly [number, number, number])[] {
  const sums = new Map<number, [number, number, number]>();
  for (const { fromMs, requests, tokens } of rows) {
    const [, requestsSoFar, tokensSoFar] = sums.get(fromMs) ?? [fromMs, 0, 0];
    sums.set(fromMs, [fromMs, requestsSoFar + requests, tokensSoFar + tokens]);
  }
  return [...sums.values()].toSorted(([a], [b]) => a - b);
}

function table(head: readonly string[], rows: readonly (readonly string[])[], l10n: L10n): string {
  if (rows.length === 0) return l10n.t('None.');
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|:--|${'--:|'.repeat(head.length - 1)}`, ...rows.map(line)].join('\n');
}

/** A label is text: it opens no table cell, no link, no HTML. */
const cell = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|~!#]/g, '\\$&');

function momentsOf({ timeZone, per }: ReportData, language: string | undefined): (ms: number) => string {
  const format = new Intl.DateTimeFormat(language, {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    ...(per === 'hour' ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' as const } : {}),
  });
  return (ms) => format.format(ms);
}
