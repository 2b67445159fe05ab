import { encodeBase64Url } from './base64Url.ts';
import type { Secret } from './secret.ts';

const mask = '[…]';
/** A shorter secret may be part of any word: it is looked for where it stands alone. */
const leastLength = 8;
/** Of a secret cut short: fewer characters say nothing of it. */
const leastPiece = 5;
const leastEnd = 4;

/**
 * A text from outside that holds nothing of this secret: not as it is, not URL-encoded, escaped or in
 * base64 (alone or as part of more), and not cut short by an ellipsis or stars.
 */
export function withoutSecret(text: string, secret: Secret): string {
  const plain = secret.reveal();
  return plain === '' ? text : withoutPieces(text.replace(spellings(plain), mask), plain);
}

function spellings(plain: string): RegExp {
  const itself = Array.from(plain, spelled).join('');
  const forms =
    plain.length < leastLength
      ? [`(?<![A-Za-z0-9])${itself}(?![A-Za-z0-9])`]
      : [itself, ...[0, 1, 2].map((offset) => base64Within(plain, offset))];
  return new RegExp(forms.join('|'), 'gi');
}

function spelled(char: string): string {
  if (/[A-Za-z0-9]/.test(char)) return char;
  const encoded = Array.from(new TextEncoder().encode(char), (byte) => `%(?:25)*${byte.toString(16).padStart(2, '0')}`);
  return `\\\\*(?:${char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}|${encoded.join('')})`;
}

/** The digits that stand for the secret alone where so many bytes more than whole threes come before it. */
function base64Within(plain: string, offset: number): string {
  const bytes = [...new Uint8Array(offset), ...new TextEncoder().encode(plain)];
  const digits = encodeBase64Url(Uint8Array.from(bytes)).replace(/=+$/, '');
  const own = digits.slice(Math.ceil((offset * 4) / 3), bytes.length % 3 === 0 ? undefined : -1);
  const spelling = own.replaceAll('-', '(?:[-+]|%2B)').replaceAll('_', '(?:[_/]|%2F)');
  return `${spelling}(?:[\\w+/-]?(?:=|%3D){1,2})?`;
}

const cuts = /(\[?(?:…|\.{2,}|[*•]{2,})\]?)/;

function withoutPieces(text: string, plain: string): string {
  const parts = text.split(cuts);
  for (let at = 1; at < parts.length; at += 2) {
    const before = parts[at - 1] ?? '';
    const after = parts[at + 1] ?? '';
    const start = longest(leastPiece, before, plain, (length) => before.endsWith(plain.slice(0, length)));
    const end = longest(leastEnd, after, plain, (length) => after.startsWith(plain.slice(-length)));
    if (start + end === 0) continue;
    parts[at - 1] = before.slice(0, before.length - start);
    parts[at] = mask;
    parts[at + 1] = after.slice(end);
  }
  return parts.join('');
}

function longest(least: number, part: string, plain: string, fits: (length: number) => boolean): number {
  for (let length = Math.min(part.length, plain.length); length >= least; length -= 1) if (fits(length)) return length;
  return 0;
}
