/**
 * What the user is told, once, when the ledger is not as it should be. Requests are served all the
 * same; `path` is where the unusable file went.
 */
export type LedgerNotice =
  /** The file could not be read: set aside, a new one begun with the sums of the last snapshot. */
  | { readonly kind: 'damaged'; readonly path: string }
  /** A later AI Keys made it: this version counts in a file of its own beside it. */
  | { readonly kind: 'newer'; readonly path: string }
  /** Counted in memory and written when the disk takes it again. */
  | { readonly kind: 'full' | 'readOnly' | 'locked' | 'unreachable'; readonly path: string }
  /** This disk cannot share memory between processes (a network home): slower, still exact. */
  | { readonly kind: 'withoutWal'; readonly path: string }
  /** This VS Code brings no SQLite: counted in memory, one window does not see the other. */
  | { readonly kind: 'noSqlite' }
  /** The file went away while in use and was written again. */
  | { readonly kind: 'recreated'; readonly path: string };
