import type { L10n } from '../ports.ts';
import type { FailureKind } from '../providers/failure.ts';

/** A kind of failure in two or three words, as a heading of its count. */
export function failureWords(l10n: L10n, kind: FailureKind): string {
  switch (kind) {
    case 'authInvalid':
      return l10n.t('Key refused');
    case 'authBlocked':
      return l10n.t('Key blocked');
    case 'networkBlocked':
      return l10n.t('Network or country blocked');
    case 'noCredit':
      return l10n.t('Out of credit');
    case 'quotaDay':
      return l10n.t('Daily quota used up');
    case 'rateMinute':
      return l10n.t('Rate limited');
    case 'tooLarge':
      return l10n.t('Request too large');
    case 'modelGone':
      return l10n.t('Model gone');
    case 'badRequest':
      return l10n.t('Request not accepted');
    case 'overloaded':
      return l10n.t('Provider overloaded');
    case 'timeout':
      return l10n.t('No answer in time');
    case 'network':
      return l10n.t('No connection');
    case 'badReply':
      return l10n.t('Unreadable reply');
    case 'noContent':
      return l10n.t('Empty answer');
    case 'cutOff':
      return l10n.t('Answer cut off');
    case 'cancelled':
      return l10n.t('Cancelled');
  }
}
