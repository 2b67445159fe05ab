import type { CheckResult } from '../../core/keys/keyCheck.ts';
import type { L10n } from '../../core/ports.ts';
import type { Failure } from '../../core/providers/failure.ts';
import { plainText } from '../plainText.ts';

/** What a zero-token check found, as one sentence about `name` ("Groq Key 1"). */
export function checkWords(l10n: L10n, name: string, checked: CheckResult): string {
  switch (checked.kind) {
    case 'ok':
      return checked.warning === undefined
        ? l10n.t('{0} works.', name)
        : l10n.t('{0} works, with one remark: {1}', name, checked.warning);
    case 'refused':
      return l10n.t('{0} was refused: {1}.', name, failureWords(l10n, checked.failure));
    case 'couldNotRun':
      return l10n.t('{0} could not be checked: {1}.', name, failureWords(l10n, checked.failure));
  }
}

/** What the provider said, behind what it means. */
export function failureWords(l10n: L10n, failure: Failure): string {
  const meaning = meaningOf(l10n, failure);
  const said = plainText(failure.said, 200);
  return said === '' ? meaning : l10n.t('{0} (“{1}”)', meaning, said);
}

function meaningOf(l10n: L10n, failure: Failure): string {
  switch (failure.kind) {
    case 'authInvalid':
      return l10n.t('the provider does not know this key');
    case 'authBlocked':
      return l10n.t('the provider has blocked this key, or it lacks a permission');
    case 'networkBlocked':
      return l10n.t('the provider cannot be used from this network or region');
    case 'noCredit':
      return l10n.t('its account has no credit left');
    case 'quotaDay':
      return l10n.t('its quota of today is used up');
    case 'rateMinute':
      return l10n.t('it is rate limited at the moment');
    case 'overloaded':
      return l10n.t('the provider is overloaded');
    case 'timeout':
      return l10n.t('the provider did not answer in time');
    case 'network':
      return failure.cause === 'dns' || failure.cause === 'other'
        ? l10n.t('the provider could not be reached, perhaps this machine is offline')
        : failure.cause === 'certificate'
          ? l10n.t('the provider’s certificate is not trusted here')
          : failure.cause === 'proxy'
            ? l10n.t('the proxy refused the connection')
            : l10n.t('the connection was refused or broke');
    case 'badReply':
      return l10n.t('what came back was not an answer of this provider');
    case 'tooLarge':
    case 'modelGone':
    case 'badRequest':
    case 'noContent':
    case 'cutOff':
      return l10n.t('the provider did not accept the check itself');
    case 'cancelled':
      return l10n.t('the check was cancelled');
  }
}
