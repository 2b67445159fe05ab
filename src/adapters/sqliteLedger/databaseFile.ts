import { mkdirSync, renameSync, rmSync, statSync, type BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Connection } from './connection.ts';
import { createTables, schemaForm } from './schema.ts';
import type { Opened } from './writeChange.ts';

/** A wait inside SQLite stops the whole host: short, with the write queue behind it. */
const busyTimeoutMs = 10;

/**
 * A commit writes every page that it touched, and a request touches ten for some bytes each: a quarter
 * of SQLite's usual size takes a quarter off reserve and settle. Of a new database; others keep theirs.
 */
const pageBytes = 1_024;

/**
 * To write the log back into the database waits for the disk, which would stop the host: the report
 * worker does it, and this window only where the log grows faster than that. Afterwards it is cut to size.
 */
const longestLogBytes = 32_000_000;
const logPragmas = (pages: number): string =>
  `PRAGMA wal_autocheckpoint = ${pages}; PRAGMA journal_size_limit = 1000000`;

export type Sqlite = { readonly DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => DatabaseSync };

export type OpenWish = {
  readonly sqlite: Sqlite;
  readonly path: string;
  readonly pid: number;
  /** This window's number, where it already had one in this database. */
  readonly owner: number | undefined;
  readonly journal: 'WAL' | 'DELETE';
  /** Names the database if it is created now; random. */
  readonly mark: string;
  /** Runs inside the transaction that creates the tables, and only there: of several windows one fills it. */
  readonly fill: (connection: Connection) => void;
};

export type OpenedFile =
  /** `wal` is false where the disk cannot do it; `isFilled` where it was created now. */
  | { readonly kind: 'open'; readonly opened: Opened; readonly wal: boolean; readonly isFilled: boolean }
  /** Another AI Keys made it; untouched. */
  | { readonly kind: 'otherForm'; readonly isNewer: boolean };

/** Opens or creates. Throws what SQLite or the disk throws. */
export function openFile({ sqlite, path, pid, owner, journal, mark, fill }: OpenWish): OpenedFile {
  mkdirSync(dirname(path), { recursive: true });
  const db = new sqlite.DatabaseSync(path);
  try {
    // First, so that the change of journal mode waits for another window's instead of failing.
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA page_size = ${pageBytes}`);
    const wal = db.prepare(`PRAGMA journal_mode = ${journal}`).get()?.['journal_mode'] === 'wal';
    // A power cut may take the last moments in WAL mode, never the file; without WAL only FULL is safe.
    const pages = Math.round(longestLogBytes / Number(db.prepare('PRAGMA page_size').get()?.['page_size']));
    db.exec(wal ? `PRAGMA synchronous = NORMAL; ${logPragmas(pages)}` : 'PRAGMA synchronous = FULL');
    const connection = new Connection(db);
    let isFilled = false;
    const form = createTables(db, () => {
      fill(connection);
      connection.setMeta('mark', mark);
      isFilled = true;
    });
    if (form !== schemaForm) {
      db.close();
      return { kind: 'otherForm', isNewer: form > schemaForm };
    }
    if (owner !== undefined) connection.beat(owner, pid);
    return { kind: 'open', opened: { connection, owner: owner ?? connection.addWindow(pid) }, wal, isFilled };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Moves the file and what belongs to it out of the way; answers where it went. Throws what the disk throws. */
export function setAside(path: string, nowMs: number): string {
  const aside = `${path}.unusable-${new Date(nowMs).toISOString().replaceAll(':', '-').slice(0, 19)}`;
  renameSync(path, aside);
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
  return aside;
}

/** Length of what has not been written back yet, and more. 0 where there is no log, or where the disk does not tell. */
export function logBytes(path: string): number {
  const found = look(`${path}-wal`);
  return found === undefined || found === 'unknown' ? 0 : Number(found.size);
}

/** Another one after the file was deleted or replaced; undefined where there is none, `unknown` where the disk does not tell. */
export function fileIdentity(path: string): string | undefined {
  const found = look(path);
  return found === undefined || found === 'unknown' ? found : `${found.dev}/${found.ino}`;
}

/** `unknown`: the disk does not tell whether there is such a file. */
function look(path: string): BigIntStats | undefined | 'unknown' {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true });
  } catch {
    return 'unknown';
  }
}
