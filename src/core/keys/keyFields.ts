import type { L10n } from '../ports.ts';

export type FieldProblem =
  | { readonly kind: 'tooLong'; readonly limit: number }
  | { readonly kind: 'lineBreak' }
  | { readonly kind: 'notAWholeNumber'; readonly least: number; readonly most: number };

export type FieldReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FieldProblem };

export const longestLabel = 60;
export const largestPriority = 9_999;
export const largestLimit = 1_000_000_000_000;
export const largestConcurrent = 1_000;

/** A label or a pool's name. */
export function readLabel(text: string): FieldReading<string> {
  const label = text.trim();
  if (/[\r\n\u2028\u2029\p{Cc}]/u.test(label)) return { ok: false, problem: { kind: 'lineBreak' } };
  if (label.length > longestLabel) return { ok: false, problem: { kind: 'tooLong', limit: longestLabel } };
  return { ok: true, value: label };
}

export const readPriority = (text: string): FieldReading<number> => readWhole(text, largestPriority);

/** `14400`, `14,400` and `14_400` are the same; empty is undefined: not the user's own number. */
export const readLimit = (text: string): FieldReading<number | undefined> =>
  text.trim() === '' ? { ok: true, value: undefined } : readWhole(text, largestLimit);

/** Empty is undefined: the provider's holds. */
export const readConcurrent = (text: string): FieldReading<number | undefined> =>
  text.trim() === '' ? { ok: true, value: undefined } : readWhole(text, largestConcurrent);

function readWhole(text: string, most: number): FieldReading<number> {
  const plain = text.trim().replace(/(?<=\d)[,_' \u00a0\u202f](?=\d{3}(?!\d))/g, '');
  const value = /^\d{1,15}$/.test(plain) ? Number(plain) : 0;
  if (value < 1 || value > most) return { ok: false, problem: { kind: 'notAWholeNumber', least: 1, most } };
  return { ok: true, value };
}

export function describeFieldProblem(l10n: L10n, problem: FieldProblem): string {
  switch (problem.kind) {
    case 'tooLong':
      return l10n.t('At most {0} characters.', problem.limit);
    case 'lineBreak':
      return l10n.t('One line only.');
    case 'notAWholeNumber':
      return l10n.t('A whole number from {0} to {1}.', problem.least, problem.most);
  }
}
