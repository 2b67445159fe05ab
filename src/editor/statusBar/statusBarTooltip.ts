import { keyName } from '../../core/keys/keyName.ts';
import type { L10n } from '../../core/ports.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import { compactAmount, wholePercent } from '../../core/report/amounts.ts';
import { commandLink } from '../commandLink.ts';
import type { CommandId } from '../commands/commandIds.ts';
import { percentBar, resetWords, stateWord, untilWords } from '../keyWords.ts';
import { markdownText } from '../plainText.ts';
import { refOf } from '../tree/keyRow.ts';
import { tightestLimit } from './statusBarText.ts';

const maxRows = 20;

/** Commands that the tooltip links to; it trusts no other. */
export const tooltipCommands: readonly CommandId[] = [
  'aiKeys.editKey',
  'aiKeys.addKey',
  'aiKeys.analyzeError',
  'aiKeys.explainRoute',
  'aiKeys.openDashboard',
  'aiKeys.openSettings',
];

/** A table of all keys with their resets, and what can be done from here, as Markdown. */
export function statusBarTooltip(scene: {
  readonly l10n: L10n;
  readonly statuses: readonly KeyStatus[];
  readonly providerName: (id: string) => string;
  readonly nowMs: number;
  readonly language?: string;
}): string {
  const { l10n, statuses } = scene;
  const more = statuses.length - maxRows;
  const links = [
    commandLink(l10n.t('Open Dashboard'), 'aiKeys.openDashboard'),
    commandLink(l10n.t('Analyze Error'), 'aiKeys.analyzeError'),
    commandLink(l10n.t('Why this key?'), 'aiKeys.explainRoute'),
    commandLink(l10n.t('Add Key'), 'aiKeys.addKey'),
    commandLink(l10n.t('Settings'), 'aiKeys.openSettings'),
  ];
  return [
    `**${l10n.t('AI Keys')}**`,
    [
      `| ${l10n.t('Key')} | ${l10n.t('Used')} | | ${l10n.t('State')} | ${l10n.t('Resets')} |`,
      '|:--|:--|--:|:--|:--|',
      ...statuses.slice(0, maxRows).map((status) => `| ${cells(status, scene).join(' | ')} |`),
    ].join('\n'),
    ...(more > 0 ? [l10n.t('…and {0} more', more)] : []),
    links.join(' · '),
  ].join('\n\n');
}

function cells(
  status: KeyStatus,
  { l10n, providerName, nowMs, language }: Parameters<typeof statusBarTooltip>[0],
): readonly string[] {
  const { key } = status;
  const limit = tightestLimit(status);
  const name = markdownText(keyName(l10n, providerName(key.provider), key.number));
  const label = markdownText(key.label, 24);
  // The last column says it already where the state ends with the limit's own reset.
  const until = status.untilMs === limit?.resetAtMs ? undefined : untilWords(l10n, status, nowMs);
  return [
    `${commandLink(name.replaceAll(' ', '\u00a0'), 'aiKeys.editKey', refOf(status))}${label === '' ? '' : ` ${label}`}`,
    limit === undefined
      ? '–'
      : `${percentBar(limit.percentage)}\u00a0${l10n.t('{0}%', wholePercent(limit.percentage))}`,
    limit === undefined ? '' : `${compactAmount(limit.used)}/${compactAmount(limit.value)}`,
    [stateWord(l10n, status.state), until].filter((part) => part !== undefined).join(', '),
    limit === undefined ? '–' : resetWords(l10n, limit, nowMs, language),
  ];
}
