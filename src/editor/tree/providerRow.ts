import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import { needsAttention } from '../keyWords.ts';
import { markdownText, plainText } from '../plainText.ts';
import type { Row, RowScene } from './keyRow.ts';

export type ProviderHealth = {
  readonly healthScore: number;
  readonly keys: number;
  readonly active: number;
  readonly quarantined: number;
};

/** One provider of the tree, as data. */
export function providerRow(
  {
    id,
    name,
    known,
    needsKey,
    health,
    statuses,
  }: {
    readonly id: string;
    readonly name: string;
    /** False: this version has no provider of that id. */
    readonly known: boolean;
    readonly needsKey: boolean;
    readonly health: ProviderHealth | undefined;
    readonly statuses: readonly KeyStatus[];
  },
  { l10n }: RowScene,
): Row {
  const score = Math.round(health?.healthScore ?? 0);
  const active = health?.active ?? 0;
  const keys = statuses.length === 1 ? l10n.t('1 key') : l10n.t('{0} keys', statuses.length);
  if (known && !needsKey && statuses.length === 0) return keylessRow(name, l10n);
  const healthWords = known ? l10n.t('health {0}%', score) : l10n.t('not a provider of this version');
  const troubled = statuses.filter((status) => needsAttention(status)).length;
  return {
    label: plainText(name),
    description: `${healthWords} · ${keys}`,
    tooltip: [
      `**${markdownText(name)}**`,
      [
        `- ${known ? l10n.t('Health: {0}% (mean of its active keys)', score) : l10n.t('This version of AI Keys has no provider “{0}”. Its keys are kept and not used.', markdownText(id))}`,
        `- ${l10n.t('Keys: {0}, active {1}, in quarantine {2}', statuses.length, active, health?.quarantined ?? 0)}`,
        ...(troubled === 0 ? [] : [`- ${l10n.t('Keys that need attention: {0}', troubled)}`]),
      ].join('\n'),
    ].join('\n\n'),
    icon: known ? providerIcon(score, active) : { id: 'question' },
    contextValue: known ? 'provider known hasKeys' : 'provider',
    spoken: [plainText(name), healthWords, keys].join(', '),
  };
}

/** Ollama and the like: there is nothing to count, and it is asked all the same. */
function keylessRow(name: string, l10n: RowScene['l10n']): Row {
  const words = l10n.t('needs no key');
  return {
    label: plainText(name),
    description: words,
    tooltip: `**${markdownText(name)}**\n\n${l10n.t('Needs no key and has no limits that AI Keys knows of. It is asked in its turn.')}`,
    icon: { id: 'device-desktop' },
    contextValue: 'provider known',
    spoken: [plainText(name), words].join(', '),
  };
}

function providerIcon(score: number, active: number): Row['icon'] {
  if (active === 0) return { id: 'cloud', color: 'disabledForeground' };
  if (score < 50) return { id: 'cloud', color: 'problemsWarningIcon.foreground' };
  return { id: 'cloud' };
}
