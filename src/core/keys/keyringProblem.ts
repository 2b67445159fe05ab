import type { L10n } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import type { ApiKey } from './apiKey.ts';
import { displayNameOf, keyName } from './keyName.ts';
import { parseKeyRef, type KeyRef } from './keyRef.ts';
import type { Secret } from './secret.ts';
import { withoutSecret } from './withoutSecret.ts';
import { describeSecretProblem, type SecretProblem } from './secretText.ts';

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
  /** What the system said, secrets taken out, bounded. */
  | { readonly kind: 'vaultFailed' | 'bookFailed'; readonly reason: string }
  | { readonly kind: 'cancelled' };

export function describeKeyringProblem(l10n: L10n, providers: readonly Provider[], problem: KeyringProblem): string {
  const nameOf = (provider: string, number: number): string =>
    keyName(l10n, displayNameOf(providers, provider), number);
  const refName = (ref: KeyRef): string => {
    const parsed = parseKeyRef(ref);
    return parsed === undefined ? ref : nameOf(parsed.provider, parsed.number);
  };
  switch (problem.kind) {
    case 'unknownProvider':
      return l10n.t('No provider is called "{0}".', problem.provider);
    case 'unknownKey':
      return l10n.t('{0} is no longer there.', refName(problem.key));
    case 'secretMissing':
      return l10n.t(
        'VS Code’s secret storage has no secret of {0} or did not answer. Enter it again, or unlock the keyring.',
        refName(problem.key),
      );
    case 'badSecret':
      return describeSecretProblem(l10n, problem.problem);
    case 'duplicate':
      return l10n.t('This is already {0}.', nameOf(problem.of.provider, problem.of.number));
    case 'numberTaken':
      return l10n.t('There is already a {0} with another secret.', nameOf(problem.by.provider, problem.by.number));
    case 'originNotConfirmed':
      return l10n.t(
        '{0} is held: the settings send it to {1}, which you have not confirmed.',
        refName(problem.key),
        problem.origins.join(', '),
      );
    case 'vaultFailed':
      return l10n.t('The system could not store the secret: {0}', problem.reason);
    case 'bookFailed':
      return l10n.t('The keys could not be saved: {0}', problem.reason);
    case 'cancelled':
      return l10n.t('Cancelled; nothing was changed.');
  }
}

const longestReason = 200;

/** What an error says, without the secrets that were under way. */
export function reasonOf(error: unknown, secrets: readonly Secret[]): string {
  const said = error instanceof Error ? error.message : String(error);
  return secrets.reduce(withoutSecret, said).slice(0, longestReason);
}
