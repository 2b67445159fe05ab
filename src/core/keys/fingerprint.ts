import { createHmac } from 'node:crypto';
import type { Secret } from './secret.ts';

const hexDigits = 32;

/** Tells which key of its provider a secret is. */
export type FingerprintOf = (secret: Secret, provider: string) => string;

export type Salt = {
  readonly bytes: Uint8Array;
  /** False: it is this window's alone, since the one that keys have their fingerprints by could not be read. */
  readonly isKept: boolean;
};

/**
 * Tells whether two secrets of one provider are the same without keeping either: the provider and
 * HMAC-SHA256 under this installation's salt, its first 128 bits as 32 hex digits. The same secret
 * at two providers is two accounts, so it has two fingerprints: `groq/0f3a…` and `gemini/0f3a…`.
 */
export const fingerprintOf = (salt: Uint8Array, secret: Secret, provider: string): string =>
  `${provider}/${createHmac('sha256', salt).update(secret.reveal()).digest('hex').slice(0, hexDigits)}`;
