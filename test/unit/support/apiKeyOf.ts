import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import type { KeyDraft } from '../../../src/core/keys/keyBook.ts';

const plain = { provider: 'groq', label: '', limits: {}, enabled: true, origins: [], addedAtMs: 0 } as const;

/** Groq Key 1 unless the test says otherwise; id, fingerprint and priority follow provider and number. */
export function apiKeyOf(change: Partial<ApiKey> = {}): ApiKey {
  const { provider = 'groq', number = 1 } = change;
  const ref = `${provider}/${number}`;
  return { ...plain, id: `id-${ref}`, number, priority: number, fingerprint: `fp-${ref}`, ...change };
}

/** A key that is to be added. */
export const draftOf = (
  id: string,
  { fingerprint = `fp-${id}`, ...change }: Partial<Omit<KeyDraft, 'id'>> = {},
): KeyDraft => ({ ...plain, id, priority: 1, fingerprint, ...change });
