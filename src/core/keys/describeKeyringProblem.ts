import type { L10n } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import { describeSecretProblem } from './describeSecretProblem.ts';
import { displayNameOf, keyName } from './keyName.ts';
import { parseKeyRef, type KeyRef } from './keyRef.ts';
import type { KeyringProblem } from './keyringProblem.ts';

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
    case 'bookAway':
      return l10n.t('AI Keys cannot reach its database right now. Nothing was changed.');
    case 'cancelled':
      return l10n.t('Cancelled; nothing was changed.');
  }
}
