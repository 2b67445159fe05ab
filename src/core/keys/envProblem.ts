import type { L10n } from '../ports.ts';
import type { MalformedLine } from './envLines.ts';
import { describeFieldProblem, type FieldProblem } from './keyFields.ts';
import { describeSecretProblem } from './describeSecretProblem.ts';
import type { SecretProblem } from './secretText.ts';

/** What was not taken from a `.env`, and why. Names variables, never values. */
export type EnvProblem =
  | MalformedLine
  | (Named & { readonly kind: 'badSecret'; readonly problem: SecretProblem })
  | (Named & { readonly kind: 'badField'; readonly problem: FieldProblem })
  /** `reference`: the value is another variable. `keyMissing`: it describes a key that the file does not hold. */
  | (Named & { readonly kind: 'reference' | 'zeroNumber' | 'keyMissing' | 'badChatId' | 'badEmail' })
  /** The same variable, or the same key under another of its names, comes again; the later one counts. */
  | (Named & { readonly kind: 'repeated'; readonly again: string });

type Named = { readonly line?: number; readonly name: string };

export function describeEnvProblem(l10n: L10n, problem: EnvProblem): string {
  const reason = reasonFor(l10n, problem);
  const name = 'name' in problem ? problem.name : undefined;
  if (problem.line === undefined) return name === undefined ? reason : l10n.t('{0}: {1}', name, reason);
  return name === undefined
    ? l10n.t('Line {0}: {1}', problem.line, reason)
    : l10n.t('Line {0}, {1}: {2}', problem.line, name, reason);
}

function reasonFor(l10n: L10n, problem: EnvProblem): string {
  switch (problem.kind) {
    case 'noEquals':
      return l10n.t('there is no "=" in it.');
    case 'badName':
      return l10n.t('what stands before the "=" is not a name of letters, digits and "_".');
    case 'unclosedQuote':
      return l10n.t('its quote is never closed.');
    case 'afterQuote':
      return l10n.t('something follows the closing quote.');
    case 'valueTooLong':
      return l10n.t('its value is too long.');
    case 'badSecret':
      return describeSecretProblem(l10n, problem.problem);
    case 'badField':
      return describeFieldProblem(l10n, problem.problem);
    case 'reference':
      return l10n.t('it refers to another variable. Write the value itself.');
    case 'zeroNumber':
      return l10n.t('keys are numbered from 1.');
    case 'keyMissing':
      return l10n.t('the key that it describes is not in the file.');
    case 'badChatId':
      return l10n.t('a chat id is a number, or a name that begins with "@".');
    case 'badEmail':
      return l10n.t('this is not an email address.');
    case 'repeated':
      return l10n.t('{0} below is the same; that one counts.', problem.again);
  }
}
