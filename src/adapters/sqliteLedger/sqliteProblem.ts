/** What SQLite could not do, as far as the ledger acts on it. */
export type SqliteProblem = 'busy' | 'readOnly' | 'full' | 'damaged' | 'io' | 'other';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const problems: Readonly<Record<number, SqliteProblem>> = {
  5: 'busy',
  6: 'busy',
  8: 'readOnly',
  10: 'io',
  11: 'damaged',
  13: 'full',
  14: 'io',
  15: 'busy',
  26: 'damaged',
};

/** Undefined where the error does not come from SQLite: then it is a bug and stays one. */
export function sqliteProblemOf(error: unknown): SqliteProblem | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return problems[error.errcode & 0xff] ?? 'other';
}
