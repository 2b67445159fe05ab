import type { ApiKey } from './apiKey.ts';
import type { KeyRef } from './keyRef.ts';
import type { Secret } from './secret.ts';
import { withoutSecret } from './withoutSecret.ts';
import type { SecretProblem } from './secretText.ts';

/** Why the keyring did not do what it was asked. Nothing was changed then. */
export type KeyringProblem =
  | { readonly kind: 'unknownProvider'; readonly provider: string }
  | { readonly kind: 'unknownKey' | 'secretMissing'; readonly key: KeyRef }
  | { readonly kind: 'badSecret'; readonly problem: SecretProblem }
  /** The secret is already this key's. */
  | { readonly kind: 'duplicate'; readonly of: ApiKey }
  | { readonly kind: 'numberTaken'; readonly by: ApiKey }
  /** The provider's settings name origins that the user has not confirmed for this key. */
  | { readonly kind: 'originNotConfirmed'; readonly key: KeyRef; readonly origins: readonly string[] }
  /** The database that other windows write too cannot be reached now. */
  | { readonly kind: 'bookAway' }
  /** What the system said, secrets taken out, bounded. */
  | { readonly kind: 'vaultFailed' | 'bookFailed'; readonly reason: string }
  | { readonly kind: 'cancelled' };

const longestReason = 200;

/** What an error says, without the secrets that were under way. */
export function reasonOf(error: unknown, secrets: readonly Secret[]): string {
  const said = error instanceof Error ? error.message : String(error);
  return secrets.reduce(withoutSecret, said).slice(0, longestReason);
}
