import type { L10n } from '../../../core/ports.ts';
import type { KeyStatus, LimitStatus } from '../../../core/quota/keyStatus.ts';
import type { Unit } from '../../../core/quota/limits.ts';
import { amount, compactAmount, usedOfLimit, wholePercent } from '../../../core/report/amounts.ts';
import { ago } from '../../../core/guidance/ago.ts';
import type { BarView } from '../../../shared/dashboardView.ts';
import { limitWords } from '../../keyWords.ts';
import { plainText } from '../../plainText.ts';
import type { Scene } from './scene.ts';

export const unitOf = ({ limit }: Pick<LimitStatus, 'limit'>): Unit =>
  limit.startsWith('requests') ? 'requests' : 'tokens';

/** "80% (11.5K/14.4K)". Undefined where no limit is known. */
export function quotaBar(
  { l10n, nowMs }: Pick<Scene, 'l10n' | 'nowMs'>,
  { headline, state }: Pick<KeyStatus, 'headline' | 'state'>,
  dailyUnit: Unit | undefined,
): BarView | undefined {
  if (headline === undefined) return undefined;
  const percent = wholePercent(headline.percentage);
  const numbers = usedOfLimit(headline.used, headline.value, unitOf(headline));
  const limit = limitNote(l10n, headline, dailyUnit);
  return {
    percent: Math.min(100, Math.max(0, headline.percentage)),
    words: l10n.t('{0}% ({1})', percent, numbers),
    level: levelOf(percent, state),
    ...(limit === undefined ? {} : { limit }),
    ...(headline.learnedAtMs === undefined
      ? {}
      : { learned: l10n.t('learned {0}', ago(l10n, headline.learnedAtMs, nowMs)) }),
  };
}

function levelOf(percent: number, state: KeyStatus['state']): BarView['level'] {
  if (percent >= 100 || state === 'exhausted') return 'full';
  if (percent > 90) return 'critical';
  return state === 'warning' ? 'warning' : 'ok';
}

/** The daily limit speaks for itself; any other is named. */
function limitNote(l10n: L10n, headline: LimitStatus, dailyUnit: Unit | undefined): string | undefined {
  const { limit, scope } = headline;
  const name = dailyUnit !== undefined && limit === `${dailyUnit}PerDay` ? undefined : limitWords(l10n, limit);
  if (scope === '*') return name;
  return name === undefined ? plainText(scope) : `${name}, ${plainText(scope)}`;
}

/** In place of a bar: "4.3K tokens today, no limit known". */
export function usedWords(l10n: L10n, usedToday: number, unit: Unit): string {
  return unit === 'requests'
    ? l10n.t('{0} requests today, no limit known', amount(usedToday))
    : l10n.t('{0} tokens today, no limit known', compactAmount(usedToday));
}
