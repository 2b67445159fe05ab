import { ago } from '../../core/guidance/ago.ts';
import { keyName } from '../../core/keys/keyName.ts';
import type { L10n } from '../../core/ports.ts';
import type { LearnedConcurrency } from '../../core/quota/concurrency.ts';
import type { KeyStatus, LimitStatus } from '../../core/quota/keyStatus.ts';
import { compactAmount, wholePercent } from '../../core/report/amounts.ts';
import { commandLink } from '../commandLink.ts';
import type { CommandId } from '../commands/commandIds.ts';
import { limitWords, percentBar, resetWords, runbookOfState, stateWord, untilWords } from '../keyWords.ts';
import { markdownText } from '../plainText.ts';
import type { LastUse } from '../route/lastUse.ts';
import { refOf, type RowScene } from './keyRow.ts';

/** More than any provider has; a row for each would make the tooltip endless if one had. */
const maxLimits = 60;

/** Commands that the tooltip links to; it trusts no other. */
export const tooltipCommands: readonly CommandId[] = [
  'aiKeys.checkKey',
  'aiKeys.editKey',
  'aiKeys.explainRoute',
  'aiKeys.openRunbook',
];

export type TooltipOf = {
  readonly providerName: string;
  /** Of the attempts that are still kept. */
  readonly last?: LastUse | undefined;
};

/** Every limit, reset, health, last error and last use of a key, and what to do with it, as Markdown. */
export function keyTooltip(status: KeyStatus, { providerName, last }: TooltipOf, scene: RowScene): string {
  const { l10n, nowMs } = scene;
  const { key, state, health, limits } = status;
  const name = markdownText(keyName(l10n, providerName, key.number));
  const label = markdownText(key.label);
  const state_ = [stateWord(l10n, state), untilWords(l10n, status, nowMs)]
    .filter((part) => part !== undefined)
    .join(', ');
  const lastUsed = health.lastUsedAtMs === undefined ? l10n.t('never') : ago(l10n, health.lastUsedAtMs, nowMs);
  const facts = [
    l10n.t('State: {0}', state_),
    l10n.t('Health: {0} of 100', Math.round(health.score)),
    l10n.t('Priority: {0}', key.priority),
    ...(key.pool === undefined ? [] : [l10n.t('Pool: {0} (shares one account’s quota)', markdownText(key.pool))]),
    ...(status.learnedConcurrent === undefined ? [] : [atOnceWords(status.learnedConcurrent, scene)]),
    last === undefined
      ? l10n.t('Last used: {0}', lastUsed)
      : l10n.t('Last used: {0}, with {1}', lastUsed, markdownText(last.model)),
    ...(health.lastError === undefined
      ? []
      : [
          l10n.t(
            'Last error: {0} ({1})',
            markdownText(health.lastError.sentence, 300),
            ago(l10n, health.lastError.atMs, nowMs),
          ),
        ]),
  ];
  return [
    label === '' ? `**${name}**` : `**${name}** · ${label}`,
    facts.map((fact) => `- ${fact}`).join('\n'),
    linksOf(status, last, scene).join(' · '),
    limits.length === 0 ? l10n.t('No limit of this key is known yet.') : limitTable(limits, scene),
  ].join('\n\n');
}

function linksOf(status: KeyStatus, last: LastUse | undefined, { l10n }: RowScene): readonly string[] {
  const ref = refOf(status);
  return [
    commandLink(l10n.t('Check'), 'aiKeys.checkKey', ref),
    commandLink(l10n.t('Edit'), 'aiKeys.editKey', ref),
    ...(last === undefined ? [] : [commandLink(l10n.t('Why this key?'), 'aiKeys.explainRoute', last.route)]),
    ...(runbookOfState(status.state) === undefined
      ? []
      : [commandLink(l10n.t('What to do'), 'aiKeys.openRunbook', ref)]),
  ];
}

function limitTable(limits: readonly LimitStatus[], scene: RowScene): string {
  const { l10n } = scene;
  // What is closest to its end, then what holds for the whole key, stands where it is seen without scrolling.
  const widest = limits.toSorted((a, b) => Number(b.scope === '*') - Number(a.scope === '*'));
  const shown = widest.toSorted((a, b) => b.percentage - a.percentage).slice(0, maxLimits);
  const rows = shown.map((limit) => `| ${limitCells(limit, scene).join(' | ')} |`);
  const more = limits.length - shown.length;
  return [
    `| ${l10n.t('Limit')} | ${l10n.t('Used')} | | ${l10n.t('Resets')} |`,
    '|:--|--:|:--|:--|',
    ...rows,
    ...(more > 0 ? ['', l10n.t('…and {0} more', more)] : []),
  ].join('\n');
}

function sourceWords({ source, ofKeyAlone, learnedAtMs }: LimitStatus, l10n: L10n, nowMs: number): string {
  if (ofKeyAlone === true) return l10n.t('yours for this key alone');
  if (source === 'user') return l10n.t('yours');
  return learnedAtMs === undefined ? '' : l10n.t('learned {0}', ago(l10n, learnedAtMs, nowMs));
}

function limitCells(limit: LimitStatus, { l10n, nowMs, language }: RowScene): readonly string[] {
  const name = limitWords(l10n, limit.limit);
  const source = sourceWords(limit, l10n, nowMs);
  return [
    [limit.scope === '*' ? name : `${name}, ${markdownText(limit.scope)}`, source === '' ? '' : `(${source})`]
      .join(' ')
      .trim(),
    `${compactAmount(limit.used)}/${compactAmount(limit.value)}`,
    `${percentBar(limit.percentage)}\u00a0${l10n.t('{0}%', wholePercent(limit.percentage))}`,
    resetWords(l10n, limit, nowMs, language),
  ];
}

const atOnceWords = ({ most, setAtMs }: LearnedConcurrency, { l10n, nowMs }: RowScene): string =>
  l10n.t('At most {0} requests at once (learned {1})', most, ago(l10n, setAtMs, nowMs));
