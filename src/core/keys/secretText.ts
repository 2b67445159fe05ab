import type { Provider } from '../providers/provider.ts';
import { Secret } from './secret.ts';

/** Why a text cannot be a key. Its shape is never a reason. */
export type SecretProblem =
  | { readonly kind: 'empty' | 'lineBreak' | 'whiteSpace' | 'badCharacter' }
  | { readonly kind: 'tooLong'; readonly limit: number };

export type CleanedSecret =
  | { readonly ok: true; readonly secret: Secret }
  | { readonly ok: false; readonly problem: SecretProblem };

/** No provider's key comes near this, and headers of this size still pass. */
const maxLength = 4_096;
const edges = /^[\s\u200B-\u200F\u2060\uFEFF]+|[\s\u200B-\u200F\u2060\uFEFF]+$/g;
const quotePairs: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
];

/** Takes off what comes along when a key is copied: space around it and one pair of quotes. */
export function cleanSecretText(text: string): CleanedSecret {
  const cleaned = unquoted(text.replace(edges, '')).replace(edges, '');
  if (cleaned === '') return { ok: false, problem: { kind: 'empty' } };
  if (/[\r\n\u2028\u2029]/.test(cleaned)) return { ok: false, problem: { kind: 'lineBreak' } };
  if (/\s/.test(cleaned)) return { ok: false, problem: { kind: 'whiteSpace' } };
  // Anything else cannot stand in an HTTP header.
  if (!/^[\x21-\x7e]+$/.test(cleaned)) return { ok: false, problem: { kind: 'badCharacter' } };
  if (cleaned.length > maxLength) return { ok: false, problem: { kind: 'tooLong', limit: maxLength } };
  return { ok: true, secret: new Secret(cleaned) };
}

function unquoted(text: string): string {
  const pair = quotePairs.find(([open, close]) => text.length >= 2 && text.startsWith(open) && text.endsWith(close));
  return pair === undefined ? text : text.slice(1, -1);
}

/** What the shape of a secret suggests. Only ever a hint. */
export type ShapeHint = {
  /** An example of how this provider's keys usually look, when this one looks otherwise. */
  readonly usually?: string;
  /** The one other provider whose keys look like this one. */
  readonly looksLike?: string;
};

export function shapeHint(secret: Secret, provider: Provider, providers: readonly Provider[]): ShapeHint {
  if (provider.keyHint === undefined || fits(secret, provider)) return {};
  const others = providers.filter((other) => other.id !== provider.id && fits(secret, other));
  const only = others.length === 1 ? others[0] : undefined;
  return { usually: provider.keyHint.example, ...(only === undefined ? {} : { looksLike: only.id }) };
}

const fits = (secret: Secret, { keyHint }: Provider): boolean =>
  keyHint !== undefined && new RegExp(keyHint.pattern).test(secret.reveal());
