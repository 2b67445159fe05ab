import { countdown } from '../../core/guidance/countdown.ts';
import { keyName } from '../../core/keys/keyName.ts';
import type { L10n } from '../../core/ports.ts';
import type { KeyStatus, LimitStatus } from '../../core/quota/keyStatus.ts';
import { forever } from '../../core/quota/ledger.ts';
import { compactAmount, wholePercent } from '../../core/report/amounts.ts';
import { attentionWords, needsUser, stateWord } from '../keyWords.ts';
import { plainText } from '../plainText.ts';

/** What the setting `aiKeys.statusBar.show` may be. */
export type StatusBarShow = 'percentage' | 'remaining' | 'provider' | 'off';

export type StatusBarScene = {
  readonly l10n: L10n;
  readonly statuses: readonly KeyStatus[];
  readonly providerName: (id: string) => string;
  readonly show: StatusBarShow;
  /** Requests under way in this window. */
  readonly busy: number;
  readonly nowMs: number;
};

export type StatusBarText = {
  readonly text: string;
  readonly spoken: string;
  /** Set only when the user must act. */
  readonly alarm?: 'warning' | 'error';
};

/** Undefined: there is nothing to say. */
export function statusBarText(scene: StatusBarScene): StatusBarText | undefined {
  const { l10n, statuses, show, busy } = scene;
  const icon = busy > 0 ? '$(loading~spin)' : '$(key)';
  if (show === 'off' || statuses.length === 0) return undefined;
  const alarm = alarmOf(statuses);
  const key = keyInUse(statuses);
  if (key === undefined) {
    const text = noKeyWords(scene);
    return {
      text: `$(warning) ${text}`,
      spoken: l10n.t('AI Keys: {0}', text),
      ...(alarm === undefined ? {} : { alarm }),
    };
  }
  const words = wordsOf(key, scene);
  const name = keyName(l10n, scene.providerName(key.key.provider), key.key.number);
  const toMend = statuses.filter(({ state }) => needsUser(state)).length;
  const spoken = [
    name,
    stateWord(l10n, key.state),
    ...words.slice(1),
    ...(busy > 0 ? [l10n.t('asking')] : []),
    ...(toMend === 0 ? [] : [attentionWords(l10n, toMend)]),
  ];
  return {
    // The colour alone would not say why it is there.
    text: `${icon} ${words.join(' · ')}${toMend === 0 ? '' : ` $(warning) ${toMend}`}`,
    spoken: l10n.t('AI Keys: {0}', spoken.join(', ')),
    ...(alarm === undefined ? {} : { alarm }),
  };
}

/** With the wait, where time alone brings one back. */
function noKeyWords({ l10n, statuses, nowMs }: StatusBarScene): string {
  const untilMs = Math.min(...statuses.map((status) => status.untilMs ?? forever));
  return untilMs <= nowMs || untilMs >= forever
    ? l10n.t('No key can answer')
    : l10n.t('No key can answer · {0}', countdown(l10n, untilMs - nowMs));
}

function wordsOf(status: KeyStatus, { l10n, providerName, show }: StatusBarScene): readonly string[] {
  const { key } = status;
  const provider = plainText(providerName(key.provider), 24);
  if (show === 'provider') return [provider];
  const name = l10n.t('{0} {1}', provider, key.number);
  const tightest = tightestLimit(status);
  if (tightest === undefined) return [name];
  return [
    name,
    show === 'remaining'
      ? l10n.t('{0} left', compactAmount(tightest.remaining))
      : l10n.t('{0}%', wholePercent(tightest.percentage)),
  ];
}

/** Seconds and minutes come back by themselves too soon to be worth a look. */
export function tightestLimit({ headline, limits }: Pick<KeyStatus, 'headline' | 'limits'>): LimitStatus | undefined {
  const long = limits.filter(({ limit, scope }) => scope === '*' && /Day$|Month$/.test(limit));
  const candidates = headline === undefined ? long : [headline, ...long];
  return candidates.reduce<LimitStatus | undefined>(
    (worst, limit) => (worst === undefined || limit.percentage > worst.percentage ? limit : worst),
    undefined,
  );
}

/** The one used last, as long as it can answer; else the first that can. */
export function keyInUse(statuses: readonly KeyStatus[]): KeyStatus | undefined {
  const able = statuses.filter(({ state }) => state === 'ok' || state === 'warning' || state === 'cooling');
  const used = able
    .filter(({ health }) => health.lastUsedAtMs !== undefined)
    .toSorted((a, b) => (b.health.lastUsedAtMs ?? 0) - (a.health.lastUsedAtMs ?? 0));
  return used[0] ?? able[0];
}

/** A key that merely used up its day needs nobody. */
function alarmOf(statuses: readonly KeyStatus[]): StatusBarText['alarm'] {
  const enabled = statuses.filter(({ state }) => state !== 'disabled' && state !== 'providerUnknown');
  const toMend = enabled.filter(({ state }) => needsUser(state));
  if (toMend.length === 0) return undefined;
  return toMend.length === enabled.length ? 'error' : 'warning';
}
