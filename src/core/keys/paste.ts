import type { ApiKey } from './apiKey.ts';
import type { FingerprintOf } from './fingerprint.ts';
import { planImport, type FoundKey, type ImportPlan } from './importPlan.ts';
import { cleanSecretText, type SecretProblem } from './secretText.ts';

/** What was pasted into the add dialog. */
export type PasteKind = 'oneKey' | 'severalKeys' | 'env';

const variableLine = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*_(?:KEY|TOKEN)(?:_\w+)?\s*=/;

export function pasteKind(text: string): PasteKind {
  const lines = linesOf(text);
  if (lines.some(({ line }) => variableLine.test(line))) return 'env';
  return lines.length > 1 ? 'severalKeys' : 'oneKey';
}

export type PastePlan = ImportPlan & {
  readonly problems: readonly { readonly line: number; readonly problem: SecretProblem }[];
};

export type PasteSource = {
  readonly text: string;
  readonly provider: string;
  readonly existing: readonly ApiKey[];
  readonly fingerprintOf: FingerprintOf;
};

/** One key a line, all of one provider, each with the next free number. */
export function planPaste({ text, provider, existing, fingerprintOf }: PasteSource): PastePlan {
  const found: FoundKey[] = [];
  const problems: { line: number; problem: SecretProblem }[] = [];
  for (const { line, number } of linesOf(text)) {
    const cleaned = cleanSecretText(line.replace(/[,;]\s*$/, ''));
    if (cleaned.ok) found.push({ provider, secret: cleaned.secret, line: number });
    else problems.push({ line: number, problem: cleaned.problem });
  }
  return { ...planImport({ found, existing, fingerprintOf }), problems };
}

const linesOf = (text: string): readonly { line: string; number: number }[] =>
  text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
