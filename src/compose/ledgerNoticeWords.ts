import type { LedgerNotice } from '../adapters/sqliteLedger/ledgerNotice.ts';
import type { L10n } from '../core/ports.ts';
import { forever } from '../core/quota/ledger.ts';

/** What happened to the ledger, and what it means for the user. */
export function ledgerNoticeWords(l10n: L10n, notice: LedgerNotice): string {
  switch (notice.kind) {
    case 'damaged':
      return l10n.t(
        'The usage database could not be read. It was set aside as {0}; today’s usage and your keys were restored from the copy, older usage is only in that file.',
        notice.path,
      );
    case 'newer':
      return l10n.t(
        'A newer AI Keys made the usage database. This version counts in a file of its own: update to see both together.',
      );
    case 'full':
      return l10n.t('The disk is full: usage is counted in memory and written when there is room again.');
    case 'readOnly':
      return l10n.t(
        'The usage database cannot be written ({0}): usage is counted in memory until it can.',
        notice.path,
      );
    case 'locked':
      return l10n.t('Another program holds the usage database: usage is counted in memory and written later.');
    case 'unreachable':
      return l10n.t(
        'The folder of the usage database cannot be reached ({0}): usage is counted in memory until it can.',
        notice.path,
      );
    case 'withoutWal':
      return l10n.t('The usage database is on a disk that windows cannot share well: counting is exact, but slower.');
    case 'noSqlite':
      return l10n.t(
        'This VS Code brings no SQLite: usage is counted in memory, keys are kept in a copy, and one window does not see the other’s.',
      );
    case 'recreated':
      return l10n.t(
        'The usage database was deleted while in use. It was written again with today’s usage and your keys.',
      );
    default:
      return notice satisfies never;
  }
}

const minuteMs = 60_000;

/**
 * Until when nobody has to hear it again: how a disk or this VS Code is, is said once; what happened is
 * said by one window, not by each that noticed.
 */
export function toldUntilMs({ kind }: LedgerNotice, nowMs: number): number {
  return kind === 'withoutWal' || kind === 'noSqlite' || kind === 'newer' ? forever : nowMs + minuteMs;
}
