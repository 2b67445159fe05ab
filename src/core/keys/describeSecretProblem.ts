import type { L10n } from '../ports.ts';
import type { SecretProblem } from './secretText.ts';

export function describeSecretProblem(l10n: L10n, problem: SecretProblem): string {
  switch (problem.kind) {
    case 'empty':
      return l10n.t('The key is empty.');
    case 'lineBreak':
      return l10n.t('The key has a line break in it. Copy it again in one piece.');
    case 'whiteSpace':
      return l10n.t('The key has white space in it. Copy it again without the words around it.');
    case 'badCharacter':
      return l10n.t('The key has a character that no key can hold, such as "…" from a shortened copy.');
    case 'tooLong':
      return l10n.t('The key is longer than {0} characters. Is it the key alone?', problem.limit);
  }
}
