import { parse } from 'dotenv';
import { readEnvLines, type EnvReading } from '../core/keys/envLines.ts';
import { envVariableReader } from '../core/keys/envVariable.ts';
import { openLegacySecrets, type OpenedLegacy } from '../core/keys/legacySecrets.ts';
import type { Secret } from '../core/keys/secret.ts';
import type { Provider } from '../core/providers/provider.ts';

/** A larger text is some other file; reading it would hold up the editor. */
export const longestEnvText = 8_000_000;

/** Reads a `.env`, values as dotenv does. `tooLarge` for a text of more than 8 million characters. */
export function readEnvFile(text: string, providers: readonly Provider[]): EnvReading | 'tooLarge' {
  if (text.length > longestEnvText) return 'tooLarge';
  const meaningOf = envVariableReader(providers);
  return readEnvLines(text, parse, (name) => meaningOf(name) !== undefined);
}

/** Opens the older system's encrypted secrets, which may be a `.env` inside. */
export function openLegacyFile(token: string, key: Secret, providers: readonly Provider[]): OpenedLegacy {
  const meaningOf = envVariableReader(providers);
  return openLegacySecrets(token, key, parse, (name) => meaningOf(name) !== undefined);
}
