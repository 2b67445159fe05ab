import { displayNameOf, keyName } from '../../../core/keys/keyName.ts';
import { parseKeyRef } from '../../../core/keys/keyRef.ts';
import type { L10n } from '../../../core/ports.ts';
import type { Provider } from '../../../core/providers/provider.ts';
import type { Unit } from '../../../core/quota/limits.ts';
import type { Period } from '../../../core/quota/quotaDay.ts';
import type { UsageRow } from '../../../core/quota/reports.ts';
import { amount } from '../../../core/report/amounts.ts';
import { others, usageSeries, type Series } from '../../../core/report/usageSeries.ts';
import type { ChartChoice, UsageView } from '../../../shared/dashboardView.ts';
import { plainText } from '../../plainText.ts';
import { format, type Scene } from './scene.ts';

export type ChartAsk = {
  readonly choice: ChartChoice;
  readonly columns: readonly Period[];
  readonly rows: readonly UsageRow[];
  readonly providers: readonly Provider[];
  readonly labels: ReadonlyMap<string, string>;
  /** Said where there is nothing to draw. */
  readonly none: string;
};

/** The usage graph and its table: the last 7 days, or the hours of one of them. */
export function usageChart(ask: ChartAsk, scene: Scene): UsageView {
  const { choice, columns, rows } = ask;
  const { l10n } = scene;
  const series = usageSeries(rows, columns, choice);
  const totals = columns.map((_, index) => sum(series.map(({ values }) => values[index] ?? 0)));
  return {
    choice,
    title: titleOf(choice, scene),
    columns: columns.map((column) => columnView(column, choice.dayMs !== undefined, scene)),
    series: series.map((one) => ({
      id: one.id,
      name: nameOf(one, ask, l10n),
      values: [...one.values],
      words: one.values.map(amount),
      total: amount(one.total),
    })),
    totals: totals.map((total) => unitWords(l10n, total, choice.unit)),
    total: columns.length === 0 ? '' : unitWords(l10n, sum(totals), choice.unit),
    ...(series.length === 0 ? { none: ask.none } : {}),
  };
}

function titleOf({ dayMs }: ChartChoice, scene: Scene): string {
  if (dayMs === undefined) return scene.l10n.t('Usage, last 7 days');
  return scene.l10n.t('Usage by hour, {0}', longDay(scene).format(dayMs));
}

const longDay = ({ language, timeZone }: Scene): Intl.DateTimeFormat =>
  format(language, { timeZone, weekday: 'long', day: 'numeric', month: 'long' });

/** On two lines, so that seven of them have room beside each other. */
function shortDay({ language, timeZone }: Scene, atMs: number): string {
  const weekday = format(language, { timeZone, weekday: 'short' });
  const day = format(language, { timeZone, day: 'numeric', month: 'short' });
  return `${weekday.format(atMs)}\n${day.format(atMs)}`;
}

function columnView({ startMs, endMs }: Period, byHour: boolean, scene: Scene): UsageView['columns'][number] {
  if (!byHour) {
    return {
      short: shortDay(scene, startMs),
      long: longDay(scene).format(startMs),
      startMs,
    };
  }
  const { language, timeZone } = scene;
  const times = format(language, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [from, to] = [times.format(startMs), times.format(endMs)];
  return { short: from, long: scene.l10n.t('{0} to {1}', from, to), startMs };
}

function nameOf({ id, count }: Series, { choice, providers, labels }: ChartAsk, l10n: L10n): string {
  if (id === others) return l10n.t('{0} others', count);
  if (choice.by === 'provider') return plainText(displayNameOf(providers, id));
  const ref = parseKeyRef(id);
  if (ref === undefined) return plainText(id);
  const name = keyName(l10n, plainText(displayNameOf(providers, ref.provider)), ref.number);
  const label = plainText(labels.get(id) ?? '', 20);
  return label === '' ? name : l10n.t('{0} ({1})', name, label);
}

function unitWords(l10n: L10n, count: number, unit: Unit): string {
  if (unit === 'tokens') return count === 1 ? l10n.t('1 token') : l10n.t('{0} tokens', amount(count));
  return count === 1 ? l10n.t('1 request') : l10n.t('{0} requests', amount(count));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
