import type { Secret } from '../keys/secret.ts';
import { withoutSecret } from '../keys/withoutSecret.ts';

const mask = '[…]';

const keyLike: readonly RegExp[] = [
  // Prefixes of the known vendors, whatever the length.
  /\b(?:gsk_|hf_|api_org_|sk-|csk-|nvapi-|xai-|ghp_|github_pat_|AIza|AQ\.)[A-Za-z0-9_.-]{6,}/g,
  /\b(?:bearer|basic)\s+[A-Za-z0-9+/_.=-]{6,}/gi,
  // "Incorrect API key provided: abc", "api_key:123", "token=abc"
  /\b(?:api[ _-]?key|token|secret|password)(?: provided)?["']?\s*[:=]\s*["'`]?[^\s"'`,;]{6,}/gi,
  // No prefix at all (Mistral's 32): a long run with a digit in it. Words and model names have none so long.
  /\b(?=[A-Za-z]*\d)[A-Za-z0-9]{28,}\b/g,
];

/** What a provider said, with neither the key that it was asked with nor anything that looks like one. */
export function maskSaid(text: string, asked?: Secret): string {
  let masked = asked === undefined ? text : withoutSecret(text, asked);
  for (const pattern of keyLike) masked = masked.replace(pattern, mask);
  return masked;
}

/** Masked words, fit to be shown and logged: one line, 500 characters. */
export function lineSaid(masked: string): string {
  const line = masked.slice(0, 2_000).replace(control, ' ').replace(/ {2,}/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}

const control = /[\p{Cc}\p{Cf}\u2028\u2029\uFFFD]+/gu;
