import { createHmac } from 'node:crypto';
import type { Secret } from './secret.ts';

const hexDigits = 32;

/**
 * Keyed hash that tells whether two secrets are the same without keeping either: HMAC-SHA256 under
 * this installation's salt, its first 128 bits as 32 hex digits.
 */
export const fingerprintOf = (salt: Uint8Array, secret: Secret): string =>
  createHmac('sha256', salt).update(secret.reveal()).digest('hex').slice(0, hexDigits);
