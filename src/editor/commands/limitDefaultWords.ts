import { ago } from '../../core/guidance/ago.ts';
import { catalog, catalogDate, presets } from '../../core/providers/catalog.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { LearnedConcurrency } from '../../core/quota/concurrency.ts';
import type { DefaultLimit } from '../../core/quota/defaultLimit.ts';
import type { L10n } from '../../core/ports.ts';

/** "200,000 for each model, catalog of 2026-11-22": what holds where the user gives no number. */
export function limitDefaultWords(
  l10n: L10n,
  language: string,
  limit: DefaultLimit | undefined,
  provider: Pick<Provider, 'id'>,
  nowMs: number,
): string {
  if (limit === undefined) return l10n.t('not known');
  const amount =
    limit.least === limit.most
      ? limit.least.toLocaleString(language)
      : l10n.t('{0} to {1}', limit.least.toLocaleString(language), limit.most.toLocaleString(language));
  const counted = limit.perModel ? l10n.t('{0} for each model', amount) : amount;
  if (limit.learnedAtMs !== undefined) return saidWords(l10n, counted, limit.learnedAtMs, nowMs);
  const dated = [...catalog, ...presets].some(({ id }) => id === provider.id);
  return dated ? l10n.t('{0}, catalog of {1}', counted, catalogDate) : l10n.t('{0}, from the settings', counted);
}

const saidWords = (l10n: L10n, said: string, atMs: number, nowMs: number): string =>
  l10n.t('{0}, as the provider said {1}', said, ago(l10n, atMs, nowMs));

/** The same of the requests at once: "2, as the provider said 3h ago". */
export function concurrentDefaultWords(
  l10n: L10n,
  learned: LearnedConcurrency | undefined,
  provider: Pick<Provider, 'maxConcurrent'> | undefined,
  nowMs: number,
): string {
  if (learned !== undefined) return saidWords(l10n, String(learned.most), learned.setAtMs, nowMs);
  return provider?.maxConcurrent === undefined ? l10n.t('no cap') : String(provider.maxConcurrent);
}
