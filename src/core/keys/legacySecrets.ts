import * as z from 'zod';
import type { L10n } from '../ports.ts';
import { readEnvLines, type EnvReading, type EnvValues } from './envLines.ts';
import { decryptFernet, fernetKey } from './fernet.ts';
import { Secret } from './secret.ts';

/** Names and values; what is neither text nor number means nothing here. */
const names = z.record(z.string(), z.unknown());

export type LegacyProblem = { readonly kind: 'badKey' | 'wrongKeyOrChanged' | 'notReadable' };

export type OpenedLegacy =
  | { readonly ok: true; readonly reading: EnvReading }
  | { readonly ok: false; readonly problem: LegacyProblem };

/** Every Fernet token of this age begins with its version and the first bytes of its time. */
export const looksLegacy = (text: string): boolean => /^\uFEFF?\s*gAAAA[\w-]+=*\s*$/.test(text);

/**
 * Opens the older system's secrets file: one Fernet token whose plain text is a JSON object of names
 * and values, or `.env` text. The reading goes to `planEnvImport` like that of a `.env`.
 */
export function openLegacySecrets(
  token: string,
  key: Secret,
  values: EnvValues,
  wanted: (name: string) => boolean,
): OpenedLegacy {
  const fernet = fernetKey(key.reveal());
  if (fernet === undefined) return refused('badKey');
  const opened = decryptFernet(fernet, token.replace(/^\uFEFF/, ''));
  if (!opened.ok) return refused('wrongKeyOrChanged');
  const text = new TextDecoder().decode(opened.plain);
  if (!text.trimStart().startsWith('{')) return { ok: true, reading: readEnvLines(text, values, wanted) };
  const reading = readNames(text, wanted);
  return reading === undefined ? refused('notReadable') : { ok: true, reading };
}

function readNames(text: string, wanted: (name: string) => boolean): EnvReading | undefined {
  const pairs = Object.entries(parsed(text) ?? {}).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
  );
  if (pairs.length === 0) return undefined;
  const entries = pairs.filter(([name]) => wanted(name)).map(([name, value]) => ({ name, value: new Secret(value) }));
  return { entries, malformed: [], malformedCount: 0, unknownVariables: pairs.length - entries.length };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return names.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const refused = (kind: LegacyProblem['kind']): OpenedLegacy => ({ ok: false, problem: { kind } });

export function describeLegacyProblem(l10n: L10n, problem: LegacyProblem): string {
  switch (problem.kind) {
    case 'badKey':
      return l10n.t('This is not a Fernet key. One is 44 characters long and ends with "=".');
    case 'wrongKeyOrChanged':
      return l10n.t(
        'The key is not the one this file was encrypted with, or the file was altered. Nothing was changed.',
      );
    case 'notReadable':
      return l10n.t('The file could be decrypted, but what is in it are neither names and values nor lines of a .env.');
  }
}
