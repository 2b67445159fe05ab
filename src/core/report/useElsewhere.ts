import type { Provider } from '../providers/provider.ts';
import { quotaDay } from '../quota/quotaDay.ts';
import type { UsageRow } from '../quota/reports.ts';
import type { AllStats } from '../quota/tracker.ts';
import { numberIn, type ReportKey } from './reportData.ts';

/** Stands in the place of a model. */
export const elsewhere = 'outside AI Keys';

type Ask = {
  readonly nowMs: number;
  readonly providers: readonly Provider[];
  readonly keys: readonly ReportKey[];
  readonly quota: AllStats;
};

/**
 * What providers counted in this quota day beyond the attempts on record: a key that is used by other
 * programs too. With these rows a report of the day sums up to what `getAllStats` says.
 */
export function useElsewhere(rows: readonly UsageRow[], ask: Ask): readonly UsageRow[] {
  return ask.providers.flatMap((provider) => {
    const own = ask.keys.filter(({ ref }) => ref.startsWith(`${provider.id}/`));
    // Keys of one pool show the pool's use, but those with a limit of their own.
    const accounts = Map.groupBy(own, ({ ref, pool }) => (pool === undefined ? ref : `pool ${pool}`));
    return [...accounts.values()].flatMap((members) => accountRow(rows, provider, members, ask) ?? []);
  });
}

function accountRow(
  rows: readonly UsageRow[],
  provider: Provider,
  members: readonly ReportKey[],
  { quota, nowMs }: Ask,
): UsageRow | undefined {
  const shown = members.map(({ ref }) => ({ ref, stats: quota[provider.id]?.[`key_${numberIn(ref)}`] }));
  const [first] = shown.toSorted((a, b) => (b.stats?.used ?? 0) - (a.stats?.used ?? 0));
  if (first === undefined) return undefined;
  const { stats } = first;
  // Another limit than the daily one says nothing about the day.
  if (stats === undefined || stats.which !== undefined) return undefined;
  const refs = new Set(members.map(({ ref }) => ref));
  const unit = provider.dailyUnit;
  const recorded = rows
    .filter(({ key, model }) => refs.has(key) && (stats.model === undefined || stats.model === model))
    .reduce((sum, row) => sum + row[unit], 0);
  const more = stats.used - recorded;
  if (more <= 0) return undefined;
  return {
    fromMs: quotaDay(nowMs, provider.resetTimeZone).startMs,
    provider: provider.id,
    key: first.ref,
    keyId: '',
    model: elsewhere,
    attempts: 0,
    requests: 0,
    tokens: 0,
    failures: {},
    [unit]: more,
  };
}
