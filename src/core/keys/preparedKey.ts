import type { Provider } from '../providers/provider.ts';
import type { ApiKey } from './apiKey.ts';
import type { FingerprintOf } from './fingerprint.ts';
import { failed, type Failed, type PreparedKey, type PreparedSecret } from './keyringResult.ts';
import { cleanSecretText, shapeHint } from './secretText.ts';

export type PrepareContext = {
  readonly keys: readonly ApiKey[];
  readonly providers: readonly Provider[];
  readonly fingerprintOf: FingerprintOf;
};

/** Looks at a text that shall become a key. */
export function prepareKey(context: PrepareContext, providerId: string, text: string): PreparedKey | Failed {
  const provider = context.providers.find(({ id }) => id === providerId);
  if (provider === undefined) return failed({ kind: 'unknownProvider', provider: providerId });
  const cleaned = cleanSecretText(text);
  if (!cleaned.ok) return failed({ kind: 'badSecret', problem: cleaned.problem });
  const { secret } = cleaned;
  const fingerprint = context.fingerprintOf(secret, providerId);
  const twin = context.keys.find((key) => key.provider === providerId && key.fingerprint === fingerprint);
  if (twin !== undefined) return failed({ kind: 'duplicate', of: twin });
  return { ok: true, provider, secret, fingerprint, hint: shapeHint(secret, provider, context.providers) };
}

/** The same for a new secret of a key that is there; its own old one is no duplicate. */
export function prepareSecret(context: PrepareContext, existing: ApiKey, text: string): PreparedSecret | Failed {
  const keys = context.keys.filter((key) => key.id !== existing.id);
  const prepared = prepareKey({ ...context, keys }, existing.provider, text);
  return prepared.ok ? { ...prepared, existing } : prepared;
}
