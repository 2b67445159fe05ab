import type { L10n } from '../ports.ts';

/** Why a file was not written. What was there before is still there. */
export type WriteProblem =
  | { readonly kind: 'notAllowed' | 'noSpace' | 'noFolder' | 'isFolder' }
  /** What the system said. */
  | { readonly kind: 'other'; readonly reason: string };

export type Written = { readonly ok: true } | { readonly ok: false; readonly problem: WriteProblem };

export function describeWriteProblem(l10n: L10n, problem: WriteProblem): string {
  switch (problem.kind) {
    case 'notAllowed':
      return l10n.t('you may not write there.');
    case 'noSpace':
      return l10n.t('there is no space left.');
    case 'noFolder':
      return l10n.t('there is no such folder.');
    case 'isFolder':
      return l10n.t('a folder has that name.');
    case 'other':
      return problem.reason;
  }
}
