import type * as z from 'zod';
import type { L10n } from '../ports.ts';

/** A value of a setting that was not used: where it stands, and what it should have been. */
export type SettingProblem = { readonly path: string; readonly message: string };
export type ProblemList = (path: string, message: string) => void;

/** The fields of one entry, read one by one: what is wrong is named and then absent. */
export type Fields = {
  readonly l10n: L10n;
  readonly raw: ReadonlyMap<string, unknown>;
  read<Value>(name: string, schema: z.ZodType<Value>): Value | undefined;
  /** `name` may be a path below the entry: `limits.requestsPerDay`. */
  readonly note: ProblemList;
  readonly unknown: (name: string) => void;
};

export function fieldsOf(raw: ReadonlyMap<string, unknown>, at: string, l10n: L10n, problems: ProblemList): Fields {
  const note = (name: string, message: string): void => problems(`${at}.${name}`, message);
  return {
    l10n,
    raw,
    note,
    read: (name, schema) => {
      const value = raw.get(name);
      if (value === undefined) return undefined;
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      note(name, messageFor(l10n, parsed.error.issues[0]?.message));
      return undefined;
    },
    unknown: (name) => note(name, l10n.t('is not a setting of a provider')),
  };
}

/** Schemas name what they want as a short English word; the sentence around it is translated. */
const messageFor = (l10n: L10n, wanted: string | undefined): string =>
  l10n.t('is not {0}; the default is used', wanted ?? l10n.t('what is wanted here'));
