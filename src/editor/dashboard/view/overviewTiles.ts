import type { L10n } from '../../../core/ports.ts';
import type { Overview } from '../../../core/quota/reports.ts';
import { amount } from '../../../core/report/amounts.ts';
import { durationWords, successWords } from '../../../core/report/figureWords.ts';
import { overviewChange, type Change } from '../../../core/report/overviewChange.ts';
import type { DashboardView, Tile } from '../../../shared/dashboardView.ts';

const none = '–';

/** "1,234 requests, 45,678 tokens, 99.03% (12 failed), 1.2 s", each against the day before. */
export function overviewTiles(
  l10n: L10n,
  figures: { readonly now: Overview; readonly before: Overview } | undefined,
  problem: string | undefined,
): DashboardView['overview'] {
  const title = l10n.t('Last 24 hours');
  if (figures === undefined) return { title, tiles: [], ...(problem === undefined ? {} : { problem }) };
  const { now, before } = figures;
  const change = overviewChange(now, before);
  const tile = (
    id: Tile['id'],
    label: string,
    value: string,
    words: string | undefined,
    one: Change | undefined,
  ): Tile => ({
    id,
    label,
    value,
    ...(words === undefined ? {} : { note: words }),
    ...(one === undefined ? {} : { change: changeView(l10n, id, one) }),
  });
  const cached = now.cacheHits === 0 ? undefined : l10n.t('{0} more from the cache', amount(now.cacheHits));
  return {
    title,
    tiles: [
      tile('requests', l10n.t('Requests'), amount(now.requests), cached, change.requests),
      tile('tokens', l10n.t('Tokens'), amount(now.tokens), undefined, change.tokens),
      tile(
        'successRate',
        l10n.t('Success rate'),
        now.successRate === undefined ? none : successWords(l10n, now.successRate),
        now.successRate === undefined ? undefined : l10n.t('{0} failed', amount(now.failed)),
        change.successRate,
      ),
      tile(
        'averageMs',
        l10n.t('Average response time'),
        now.averageMs === undefined ? none : durationWords(l10n, now.averageMs),
        undefined,
        change.averageMs,
      ),
    ],
    ...(problem === undefined ? {} : { problem }),
  };
}

function changeView(l10n: L10n, id: Tile['id'], { direction, by, good }: Change): NonNullable<Tile['change']> {
  return {
    words: direction === 'same' ? l10n.t('as the day before') : changeWords(l10n, id, direction === 'up', by),
    direction,
    ...(good === undefined ? {} : { good }),
  };
}

function changeWords(l10n: L10n, id: Tile['id'], more: boolean, by: number): string {
  switch (id) {
    case 'requests':
    case 'tokens': {
      const percent = by >= 999.5 ? l10n.t('over {0}%', 999) : l10n.t('{0}%', Math.round(by));
      return more ? l10n.t('{0} more than the day before', percent) : l10n.t('{0} fewer than the day before', percent);
    }
    case 'successRate': {
      const points = (Math.round(by * 100) / 100).toString();
      return more
        ? l10n.t('{0} points above the day before', points)
        : l10n.t('{0} points below the day before', points);
    }
    case 'averageMs':
      return more
        ? l10n.t('{0} slower than the day before', durationWords(l10n, by))
        : l10n.t('{0} faster than the day before', durationWords(l10n, by));
  }
}
