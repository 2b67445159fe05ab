import type { LedgerNotice } from './ledgerNotice.ts';
import { sqliteProblemOf, type SqliteProblem } from './sqliteProblem.ts';

export const noticeKinds = {
  full: 'full',
  readOnly: 'readOnly',
  busy: 'locked',
  io: 'unreachable',
  damaged: 'unreachable',
  other: 'unreachable',
} as const satisfies Record<SqliteProblem, LedgerNotice['kind']>;

/** Of SQLite or of the file system (no permission, no space, no such drive). A bug is thrown on. */
export function problemOf(error: unknown): SqliteProblem {
  const problem = sqliteProblemOf(error);
  if (problem !== undefined) return problem;
  if (!(error instanceof Error) || !('syscall' in error)) throw error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return 'full';
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? 'readOnly' : 'io';
}
