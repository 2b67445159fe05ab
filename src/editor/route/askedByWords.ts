import type { L10n } from '../../core/ports.ts';
import { plainText } from '../plainText.ts';

/** Who asked, as people know it. */
export function askedByWords(l10n: L10n, askedBy: string): string {
  switch (askedBy) {
    case 'analyzeError':
      return l10n.t('Analyze Error');
    case 'ask':
      return l10n.t('Question');
    case 'api':
      return l10n.t('Another extension');
    default:
      return plainText(askedBy);
  }
}
