import type { Runbook } from '../core/alerts/alert.ts';
import type { L10n } from '../core/ports.ts';
import type { FailureKind } from '../core/providers/failure.ts';
import type { Route } from '../core/routing/route.ts';

/** What happened, as the runbook's own heading has it. */
export function runbookTitle(l10n: L10n, runbook: Runbook): string {
  switch (runbook) {
    case 'key-rotated':
      return l10n.t('A key was refused');
    case 'quota-exceeded':
      return l10n.t('A quota is used up, or nearly');
    case 'all-keys-failed':
      return l10n.t('Every key failed');
  }
}

const runbookOfFailure: Partial<Record<FailureKind, Runbook>> = {
  authInvalid: 'key-rotated',
  authBlocked: 'key-rotated',
  noCredit: 'quota-exceeded',
  quotaDay: 'quota-exceeded',
};

/** What to read about one request's way, the worst first. */
export function runbooksOf({ outcome, attempts, passedOver }: Route): readonly Runbook[] {
  const failed = attempts.flatMap(({ outcome: kind }) => (kind === 'ok' ? [] : (runbookOfFailure[kind] ?? [])));
  const spent = passedOver.some(({ reason }) => reason === 'exhausted') ? (['quota-exceeded'] as const) : [];
  const nobody = outcome === 'degraded' ? (['all-keys-failed'] as const) : [];
  return [...new Set<Runbook>([...nobody, ...failed, ...spent])];
}
