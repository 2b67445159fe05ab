import type { Random } from '../ports.ts';

/** Names a key's SecretStorage entry for good; says nothing about the key. */
export const newKeyId = (random: Random): string =>
  Array.from(random.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
