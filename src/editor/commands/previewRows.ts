import {
  type ImportPlan,
  type LeftAlone,
  type PlannedChange,
  type PlannedKey,
  withPlanned,
} from '../../core/keys/importPlan.ts';
import { displayNameOf, keyName } from '../../core/keys/keyName.ts';
import type { AlertTargets } from '../../core/keys/envPlan.ts';
import type { L10n } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { movedOrigins } from '../../core/providers/movedOrigins.ts';
import { areSameLimits, limitShapes, type Limits } from '../../core/quota/limits.ts';
import { limitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';

export type PreviewRow = { readonly label: string; readonly description?: string };
export type PreviewSection = { readonly title: string; readonly rows: readonly PreviewRow[] };

export type PreviewAsk = {
  readonly plan: ImportPlan;
  readonly targets: AlertTargets;
  /** What was not taken, in words, and how much more of it there is. */
  readonly notTaken: readonly string[];
  readonly notTakenMore: number;
  readonly providers: readonly Provider[];
};

export type PreviewScene = { readonly l10n: L10n; readonly language: string };

/** Longer sections say how much more there is. */
const maxRows = 100;

/** What an import would do, section by section. Shows numbers, labels and limits; never a secret. */
export function previewSections(ask: PreviewAsk, scene: PreviewScene): readonly PreviewSection[] {
  const { l10n } = scene;
  const words = new PreviewWords(ask.providers, scene);
  const { add, change, same } = ask.plan;
  return [
    section(
      l10n,
      l10n.t('Will be added'),
      add.map((key) => words.added(key)),
    ),
    section(
      l10n,
      l10n.t('Will be changed'),
      change.map((one) => words.changed(one)),
    ),
    section(l10n, l10n.t('Sent where the settings say'), addressRows(ask)),
    section(l10n, l10n.t('Alerts, asked for afterwards'), targetRows(l10n, ask.targets)),
    section(
      l10n,
      l10n.t('Not taken'),
      ask.notTaken.map((reason) => ({ label: `$(warning) ${reason}` })),
      ask.notTakenMore,
    ),
    section(
      l10n,
      l10n.t('Left alone'),
      same.map((one) => words.leftAlone(one)),
    ),
  ].filter(({ rows }) => rows.length > 0);
}

function section(l10n: L10n, title: string, rows: readonly PreviewRow[], unnamed = 0): PreviewSection {
  const more = Math.max(0, rows.length - maxRows) + unnamed;
  return {
    title: `${title} (${rows.length + unnamed})`,
    rows: [...rows.slice(0, maxRows), ...(more > 0 ? [{ label: l10n.t('…and {0} more', more) }] : [])],
  };
}

/** New keys are bound to the address of today: one that is not the provider's own is seen before. */
function addressRows({ plan, providers }: PreviewAsk): readonly PreviewRow[] {
  const used = new Set(plan.add.flatMap(({ provider, origins }) => (origins === undefined ? [provider] : [])));
  return providers
    .filter(({ id }) => used.has(id))
    .map((provider) => ({ name: provider.displayName, moved: movedOrigins(provider) }))
    .filter(({ moved }) => moved.length > 0)
    .map(({ name, moved }) => ({ label: `$(globe) ${plainText(name)}`, description: moved.join(', ') }));
}

function targetRows(l10n: L10n, { telegramToken, telegramChatId, email }: AlertTargets): readonly PreviewRow[] {
  const telegram = [
    ...(telegramToken === undefined ? [] : [l10n.t('a bot token')]),
    ...(telegramChatId === undefined ? [] : [l10n.t('chat {0}', telegramChatId)]),
  ];
  return [
    ...(telegram.length === 0 ? [] : [{ label: l10n.t('$(bell) Telegram'), description: telegram.join(' · ') }]),
    ...(email === undefined ? [] : [{ label: l10n.t('$(mail) Email'), description: email }]),
  ];
}

class PreviewWords {
  readonly #providers: readonly Provider[];
  readonly #scene: PreviewScene;

  constructor(providers: readonly Provider[], scene: PreviewScene) {
    this.#providers = providers;
    this.#scene = scene;
  }

  added(key: PlannedKey): PreviewRow {
    const { l10n } = this.#scene;
    return this.#row('$(add)', key.provider, key.number, [
      plainText(key.label ?? ''),
      key.priority === undefined ? '' : l10n.t('priority {0}', key.priority),
      ...this.#limits(key.limits),
      this.#atOnce(key.maxConcurrent),
      key.pool === undefined ? '' : this.#pool(key.pool, this.#limits(key.poolLimits)),
      key.enabled === false ? l10n.t('disabled') : '',
      this.#providers.some(({ id }) => id === key.provider) ? '' : l10n.t('its provider is not set up here'),
      this.#line(key.line),
    ]);
  }

  changed({ existing, planned, newSecret }: PlannedChange): PreviewRow {
    const { l10n } = this.#scene;
    const next = withPlanned(existing, planned);
    return this.#row('$(edit)', existing.provider, existing.number, [
      newSecret ? l10n.t('another secret') : '',
      next.label === existing.label ? '' : l10n.t('label {0}', plainText(next.label)),
      next.priority === existing.priority
        ? ''
        : l10n.t('priority {0} instead of {1}', next.priority, existing.priority),
      ...this.#limits(next.limits, existing.limits),
      next.maxConcurrent === existing.maxConcurrent ? '' : this.#atOnce(next.maxConcurrent),
      next.pool === existing.pool && areSameLimits(next.poolLimits, existing.poolLimits)
        ? ''
        : this.#pool(next.pool, this.#limits(next.poolLimits, existing.poolLimits)),
      next.enabled === existing.enabled ? '' : next.enabled ? l10n.t('enabled') : l10n.t('disabled'),
      this.#line(planned.line),
    ]);
  }

  leftAlone({ provider, number, line, already }: LeftAlone): PreviewRow {
    const twin = this.#twinWords(provider, already, number);
    return this.#row('$(check)', provider, number, [twin, this.#line(line)]);
  }

  #twinWords(provider: string, already: LeftAlone['already'], number: number | undefined): string {
    const { l10n } = this.#scene;
    if (already.number === undefined) {
      return already.line === undefined
        ? l10n.t('twice in this file')
        : l10n.t('the same secret as in line {0}', already.line);
    }
    if (already.number === number) return l10n.t('already there');
    return l10n.t('the same secret as {0}', this.#name(provider, already.number));
  }

  #row(icon: string, provider: string, number: number | undefined, parts: readonly string[]): PreviewRow {
    const description = parts.filter((part) => part !== '').join(' · ');
    return { label: `${icon} ${this.#name(provider, number)}`, description };
  }

  #name(provider: string, number: number | undefined): string {
    const { l10n } = this.#scene;
    const name = displayNameOf(this.#providers, provider);
    return number === undefined ? l10n.t('{0}, next free number', name) : keyName(l10n, name, number);
  }

  /** Those that differ from what was before. */
  #limits(limits: Limits = {}, before: Limits = {}): readonly string[] {
    const { l10n, language } = this.#scene;
    return limitShapes.flatMap(({ name }) => {
      const value = limits[name];
      if (value === undefined || value === before[name]) return [];
      return [l10n.t('{0}: {1}', limitWords(l10n, name), value.toLocaleString(language))];
    });
  }

  #pool(name = '', limits: readonly string[]): string {
    const { l10n } = this.#scene;
    return limits.length === 0
      ? l10n.t('pool {0}', plainText(name))
      : l10n.t('pool {0} ({1})', plainText(name), limits.join(', '));
  }

  #atOnce(most: number | undefined): string {
    return most === undefined ? '' : this.#scene.l10n.t('at most {0} at once', most);
  }

  #line(line: number | undefined): string {
    return line === undefined ? '' : this.#scene.l10n.t('line {0}', line);
  }
}
