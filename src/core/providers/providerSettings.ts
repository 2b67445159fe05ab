import type { L10n } from '../ports.ts';
import { catalog, presets } from './catalog.ts';
import { genericEntry } from './catalog/presetEntries.ts';
import type { Provider } from './provider.ts';
import { readLimits, readModels, readSuccessors } from './settingLists.ts';
import { type Fields, fieldsOf, type ProblemList, type SettingProblem } from './settingFields.ts';
import { fieldSchemas, type ProviderEntry } from './settingSchemas.ts';

export type { SettingProblem } from './settingFields.ts';

export type ProviderSettings = {
  /** The catalog's first, then presets and own ones in the order of the setting. */
  readonly providers: readonly Provider[];
  /** Every value that was not used, by its path. */
  readonly problems: readonly SettingProblem[];
};

const setting = 'aiKeys.providers';
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The setting `aiKeys.providers` over the catalog. A wrong value is named and its default used; an own
 * provider without a usable address is left out. Never throws.
 */
export function readProviderSettings(value: unknown, l10n: L10n): ProviderSettings {
  const problems: SettingProblem[] = [];
  const entries = value === undefined || value === null ? new Map<string, unknown>() : entriesOf(value);
  if (entries === undefined)
    problems.push({ path: setting, message: l10n.t('must be an object with one entry a provider') });
  const note: ProblemList = (path, message) => void problems.push({ path: `${setting}.${path}`, message });
  const known = new Map([...catalog, ...presets].map((provider) => [provider.id, provider]));
  const providers = new Map<string, Provider>(catalog.map((provider) => [provider.id, provider]));
  for (const [id, entry] of entries ?? []) {
    if (!idPattern.test(id)) {
      note(id.slice(0, 64), l10n.t('an id is of letters, digits, dots, dashes and underscores'));
      continue;
    }
    const provider = readEntry(id, entry, known.get(id), l10n, note);
    if (provider === undefined) providers.delete(id);
    else providers.set(id, provider);
  }
  return { providers: [...providers.values()], problems };
}

const entriesOf = (value: unknown): ReadonlyMap<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;

/** Undefined: the provider is switched off, or has no usable address. */
function readEntry(
  id: string,
  value: unknown,
  base: Provider | undefined,
  l10n: L10n,
  note: ProblemList,
): Provider | undefined {
  const raw = entriesOf(value);
  if (raw === undefined) {
    note(id, l10n.t('must be an object'));
    return base !== undefined && catalog.includes(base) ? base : undefined;
  }
  const fields = fieldsOf(raw, id, l10n, note);
  const entry = readFields(raw, fields);
  if (entry.enabled === false) return undefined;
  if (base !== undefined) return merged(base, entry, fields);
  if (entry.baseUrl === undefined) {
    if (!raw.has('baseUrl')) note(`${id}.baseUrl`, l10n.t('a provider of your own needs an address'));
    return undefined;
  }
  const needsKey = entry.needsKey ?? entry.baseUrl.startsWith('https:');
  return merged({ ...genericEntry, id, displayName: id, baseUrl: entry.baseUrl, needsKey }, entry, fields);
}

/** One schema a field, so that a wrong one takes no other with it. */
function readFields(raw: ReadonlyMap<string, unknown>, fields: Fields): ProviderEntry {
  for (const name of raw.keys()) {
    if (!Object.hasOwn(fieldSchemas, name) && !listFields.has(name)) fields.unknown(name);
  }
  return {
    enabled: fields.read('enabled', fieldSchemas.enabled),
    displayName: fields.read('displayName', fieldSchemas.displayName),
    baseUrl: fields.read('baseUrl', fieldSchemas.baseUrl),
    checkUrl: fields.read('checkUrl', fieldSchemas.checkUrl),
    needsKey: fields.read('needsKey', fieldSchemas.needsKey),
    limitScope: fields.read('limitScope', fieldSchemas.limitScope),
    maxConcurrent: fields.read('maxConcurrent', fieldSchemas.maxConcurrent),
    dailyUnit: fields.read('dailyUnit', fieldSchemas.dailyUnit),
    resetTimeZone: fields.read('resetTimeZone', fieldSchemas.resetTimeZone),
    creditReset: fields.read('creditReset', fieldSchemas.creditReset),
    capField: fields.read('capField', fieldSchemas.capField),
    streamOptions: fields.read('streamOptions', fieldSchemas.streamOptions),
    maxTemperature: fields.read('maxTemperature', fieldSchemas.maxTemperature),
    tools: fields.read('tools', fieldSchemas.tools),
    images: fields.read('images', fieldSchemas.images),
    keyPageUrl: fields.read('keyPageUrl', fieldSchemas.keyPageUrl),
    termsUrl: fields.read('termsUrl', fieldSchemas.termsUrl),
    trainsOnFreeTier: fields.read('trainsOnFreeTier', fieldSchemas.trainsOnFreeTier),
  };
}

const listFields: ReadonlySet<string> = new Set(['models', 'limits', 'successors']);

function merged(base: Provider, entry: ProviderEntry, fields: Fields): Provider {
  const baseUrl = entry.baseUrl ?? base.baseUrl;
  const { dialect } = base;
  const successors = { ...base.successors, ...readSuccessors(fields) };
  return {
    ...base,
    displayName: entry.displayName ?? base.displayName,
    baseUrl,
    checkUrl: entry.checkUrl ?? checkUrlFor(base, baseUrl),
    needsKey: entry.needsKey ?? base.needsKey,
    models: readModels({ ...base, successors }, fields) ?? base.models,
    successors,
    limits: { ...base.limits, ...readLimits(fields) },
    maxConcurrent: entry.maxConcurrent ?? base.maxConcurrent,
    limitScope: entry.limitScope ?? base.limitScope,
    dailyUnit: entry.dailyUnit ?? base.dailyUnit,
    resetTimeZone: entry.resetTimeZone ?? base.resetTimeZone,
    creditReset: entry.creditReset ?? base.creditReset,
    keyPageUrl: entry.keyPageUrl ?? base.keyPageUrl,
    termsUrl: entry.termsUrl ?? base.termsUrl,
    trainsOnFreeTier: entry.trainsOnFreeTier ?? base.trainsOnFreeTier,
    dialect: {
      ...dialect,
      capField: entry.capField ?? dialect.capField,
      streamOptions: entry.streamOptions ?? dialect.streamOptions,
      maxTemperature: entry.maxTemperature ?? dialect.maxTemperature,
      tools: entry.tools ?? dialect.tools,
      images: entry.images ?? dialect.images,
    },
  };
}

/** A provider that was moved is checked where it is now: its key has no business at the old address. */
function checkUrlFor(base: Provider, baseUrl: string): string | undefined {
  if (baseUrl === base.baseUrl) return base.checkUrl ?? `${baseUrl}/models`;
  const path =
    base.checkUrl?.startsWith(`${base.baseUrl}/`) === true ? base.checkUrl.slice(base.baseUrl.length) : '/models';
  return `${baseUrl}${path}`;
}
