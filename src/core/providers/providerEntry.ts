import type { L10n } from '../ports.ts';
import type { FieldReading } from '../keys/keyFields.ts';
import { recordOf } from './jsonValue.ts';
import type { Provider } from './provider.ts';
import { readProviderSettings } from './providerSettings.ts';
import { fieldSchemas } from './settingSchemas.ts';

/** Fields of one entry of `aiKeys.providers`; undefined takes a field out, so that its default holds again. */
export type EntryChanges = Readonly<Record<string, unknown>>;

/** The setting is something else than an object: rather than lose what stands there, nothing is written. */
export type EntryWritten =
  | { readonly ok: true; readonly setting: Readonly<Record<string, unknown>> }
  | { readonly ok: false };

/** The whole setting with one entry changed. Everything else stays as it is, also what this version does not know. */
export function withEntry(setting: unknown, id: string, changes: EntryChanges): EntryWritten {
  const entries = setting === undefined || setting === null ? {} : recordOf(setting);
  const entry = entries === undefined ? undefined : Object.hasOwn(entries, id) ? recordOf(entries[id]) : {};
  if (entries === undefined || entry === undefined) return { ok: false };
  const next = Object.entries({ ...entry, ...changes }).filter(([, value]) => value !== undefined);
  return { ok: true, setting: { ...entries, [id]: Object.fromEntries(next) } };
}

/** The setting without this entry; its provider is as the catalog has it, or gone. */
export function withoutEntry(setting: unknown, id: string): EntryWritten {
  const entries = recordOf(setting);
  if (entries === undefined) return { ok: false };
  return { ok: true, setting: Object.fromEntries(Object.entries(entries).filter(([name]) => name !== id)) };
}

/** What the entry says itself; empty where it says nothing. */
export function entryOf(setting: unknown, id: string): Readonly<Record<string, unknown>> {
  const entries = recordOf(setting) ?? {};
  return Object.hasOwn(entries, id) ? (recordOf(entries[id]) ?? {}) : {};
}

/** The provider as a setting would make it; undefined: it would have none of that id. */
export const providerIn = (setting: unknown, id: string, l10n: L10n): Provider | undefined =>
  readProviderSettings(setting, l10n).providers.find((provider) => provider.id === id);

/** "My LLM" → `my-llm`; a number behind it where that is taken. */
export function newProviderId(name: string, taken: (id: string) => boolean): string {
  const slug =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'provider';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? slug : `${slug}-${number}`;
    if (!taken(id)) return id;
  }
}

const longestName = 60;

export function readProviderName(text: string): FieldReading<string> {
  const name = text.trim();
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) return { ok: false, problem: { kind: 'lineBreak' } };
  if (name.length > longestName) return { ok: false, problem: { kind: 'tooLong', limit: longestName } };
  return { ok: true, value: name };
}

export const isTimeZone = (text: string): boolean => fieldSchemas.resetTimeZone.safeParse(text).success;
