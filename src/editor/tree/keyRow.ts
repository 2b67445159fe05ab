import { keyName } from '../../core/keys/keyName.ts';
import { keyRef, type KeyRef } from '../../core/keys/keyRef.ts';
import type { L10n } from '../../core/ports.ts';
import type { KeyState, KeyStatus } from '../../core/quota/keyStatus.ts';
import { wholePercent } from '../../core/report/amounts.ts';
import { keyActions, type KeyPosition } from '../keyActions.ts';
import { percentBar, stateWord, untilWords, waitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';

export type RowIcon = { readonly id: string; readonly color?: string };

/** All that a row shows; two equal ones need no repainting. */
export type Row = {
  readonly label: string;
  readonly description: string;
  /** Markdown. Absent: made when somebody looks, since its times run on. */
  readonly tooltip?: string;
  readonly icon: RowIcon;
  readonly contextValue: string;
  readonly spoken: string;
  /** At most two characters, with the reason for screen readers and the mouse. */
  readonly badge?: { readonly text: string; readonly reason: string; readonly color?: string };
};

export type RowScene = {
  readonly l10n: L10n;
  readonly nowMs: number;
  readonly language?: string;
};

export type KeyPlace = KeyPosition & {
  readonly providerName: string;
  readonly needsKey: boolean;
};

const stateIcons: Readonly<Record<KeyState, RowIcon>> = {
  ok: { id: 'pass', color: 'testing.iconPassed' },
  warning: { id: 'warning', color: 'problemsWarningIcon.foreground' },
  cooling: { id: 'clock', color: 'problemsInfoIcon.foreground' },
  exhausted: { id: 'circle-slash', color: 'problemsErrorIcon.foreground' },
  quarantined: { id: 'shield', color: 'problemsWarningIcon.foreground' },
  refused: { id: 'error', color: 'problemsErrorIcon.foreground' },
  disabled: { id: 'debug-pause', color: 'disabledForeground' },
  secretMissing: { id: 'question', color: 'problemsErrorIcon.foreground' },
  originNotConfirmed: { id: 'lock', color: 'problemsErrorIcon.foreground' },
  providerUnknown: { id: 'debug-disconnect', color: 'disabledForeground' },
};

export const refOf = ({ key }: KeyStatus): KeyRef => keyRef(key.provider, key.number);

/** One key of the tree, as data. */
export function keyRow(status: KeyStatus, place: KeyPlace, scene: RowScene): Row {
  const { l10n, nowMs } = scene;
  const { key, state, headline } = status;
  const name = place.needsKey ? l10n.t('Key {0}', key.number) : place.providerName;
  const label = plainText(key.label);
  const percent = headline === undefined ? undefined : wholePercent(headline.percentage);
  const word = state === 'ok' ? undefined : stateWord(l10n, state);
  const until = untilWords(l10n, status, nowMs);
  const used =
    headline === undefined || percent === undefined
      ? undefined
      : `${percentBar(headline.percentage)} ${l10n.t('{0}%', percent)}`;
  // A side bar is narrow: what a refused key has used and when it is checked again is in the tooltip.
  const parts = rowParts(state, { used, word, until: waitWords(l10n, status, nowMs) });
  const description = [...parts, label === '' ? undefined : label].filter((part) => part !== undefined);
  const badge = badgeOf(status, percent, scene);
  return {
    label: name,
    description: description.join(' · '),
    icon: stateIcons[state],
    contextValue: contextValue(status, place),
    spoken: [
      place.needsKey ? keyName(l10n, place.providerName, key.number) : place.providerName,
      label,
      stateWord(l10n, state),
      percent === undefined ? '' : l10n.t('{0}% used', percent),
      until ?? '',
    ]
      .filter((part) => part !== '')
      .join(', '),
    ...(badge === undefined ? {} : { badge }),
  };
}

function badgeOf({ state }: KeyStatus, percent: number | undefined, { l10n }: RowScene): Row['badge'] {
  const reason = stateWord(l10n, state);
  switch (state) {
    case 'exhausted':
      return { text: '!!', reason, color: 'list.errorForeground' };
    case 'refused':
    case 'secretMissing':
    case 'originNotConfirmed':
      return { text: '!', reason, color: 'list.errorForeground' };
    case 'quarantined':
      return { text: '!', reason, color: 'list.warningForeground' };
    case 'disabled':
    case 'providerUnknown':
      return undefined;
    case 'ok':
    case 'warning':
    case 'cooling':
      if (percent === undefined) return undefined;
      if (percent === 100) return { text: '!!', reason: l10n.t('{0}% used', percent), color: 'list.errorForeground' };
      return {
        text: String(percent),
        reason: l10n.t('{0}% used', percent),
        ...(state === 'warning' ? { color: 'list.warningForeground' } : {}),
      };
  }
}

/** Words that the menus' `when` clauses look for: `key refused check edit disable moveDown whatToDo remove`. */
const contextValue = (status: KeyStatus, place: KeyPlace): string =>
  ['key', status.state, ...keyActions(status, place)].join(' ');

type RowParts = Readonly<Record<'used' | 'word' | 'until', string | undefined>>;

/** The word stands first, since the end may not be seen and the badge says the percentage once more. */
const rowParts = (state: KeyState, { used, word, until }: RowParts): readonly (string | undefined)[] =>
  state === 'refused' ? [word] : [word, until, used];
