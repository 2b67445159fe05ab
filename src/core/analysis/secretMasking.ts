import type { Secret } from '../keys/secret.ts';
import { maskPrivateKeys } from './privateKeys.ts';
import { isReference, looksLikeCode } from './secretValue.ts';
import { secretShapes, type SecretKind, type SecretShape } from './secretShapes.ts';

/** A pooled key whose text must never leave. `name` is what people read: "Groq Key 1". */
export type KnownSecret = { readonly secret: Secret; readonly name: string };

export type MaskedCount = { readonly kind: SecretKind; readonly count: number };

export type Masked = { readonly text: string; readonly masked: readonly MaskedCount[] };

const mask = '[masked]';
/** A shorter one is found all over any text; no provider gives such keys. */
const leastKnownChars = 4;

/**
 * Takes out pooled keys by their text and other secrets by their shape. The number of lines stays,
 * so that line numbers still fit. Time is linear in the text.
 */
export function maskSecrets(text: string, { known = [] }: { readonly known?: readonly KnownSecret[] } = {}): Masked {
  const counts = new Map<SecretKind, number>();
  const count = (kind: SecretKind, times = 1): void => void counts.set(kind, (counts.get(kind) ?? 0) + times);
  let masked = maskKnown(text, known, count);
  masked = maskPrivateKeys(masked, mask, () => count('privateKey'));
  for (const shape of secretShapes) masked = maskShape(masked, shape, () => count(shape.kind));
  return { text: masked, masked: [...counts].map(([kind, times]) => ({ kind, count: times })) };
}

/** The counts of several texts, added up. */
export function addCounts(...lists: readonly (readonly MaskedCount[])[]): readonly MaskedCount[] {
  const sums = new Map<SecretKind, number>();
  for (const { kind, count } of lists.flat()) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return [...sums].map(([kind, count]) => ({ kind, count }));
}

function maskKnown(
  text: string,
  known: readonly KnownSecret[],
  count: (kind: SecretKind, times: number) => void,
): string {
  let masked = text;
  // Longest first, since one key may be the beginning of another.
  const byLength = known
    .map(({ secret, name }) => ({ name, text: secret.reveal() }))
    .sort((a, b) => b.text.length - a.text.length);
  for (const { name, text: secret } of byLength) {
    if (secret.length < leastKnownChars) continue;
    for (const form of new Set([secret, encodeURIComponent(secret)])) {
      const pieces = masked.split(form);
      if (pieces.length === 1) continue;
      count('pooledKey', pieces.length - 1);
      masked = pieces.join(`[masked: ${name}]`);
    }
  }
  return masked;
}

function maskShape(text: string, { kind, pattern }: SecretShape, count: () => void): string {
  const pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole] = match;
    const value = match.groups?.['value'] ?? whole;
    // What is masked already counts as a reference.
    if (isReference(value)) continue;
    const named = kind === 'assignment' || (kind === 'authHeader' && match.groups?.['scheme'] === undefined);
    if (named && looksLikeCode(match, value)) continue;
    const start = match.index + whole.lastIndexOf(value);
    pieces.push(text.slice(from, start), mask);
    from = start + value.length;
    count();
  }
  return from === 0 ? text : [...pieces, text.slice(from)].join('');
}
