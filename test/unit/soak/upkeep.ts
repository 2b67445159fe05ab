import { DatabaseSync } from 'node:sqlite';
import { Connection } from '../../../src/adapters/sqliteLedger/connection.ts';
import { foldOldRows } from '../../../src/adapters/sqliteLedger/foldOldRows.ts';
import { rollUp } from '../../../src/adapters/sqliteLedger/reportQueries.ts';

/** What the report worker does every hour. */
export function upkeep(path: string, nowMs: number): void {
  withDatabase(path, (db) => {
    const connection = new Connection(db);
    rollUp(connection);
    foldOldRows(connection, nowMs);
  });
}

/** Rows of every table. */
export function rowCounts(path: string): ReadonlyMap<string, number> {
  return withDatabase(path, (db) => {
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all();
    return new Map(
      tables.map(({ name }) => {
        const row = db.prepare(`SELECT count(*) AS rows FROM ${String(name)}`).get();
        return [String(name), Number(row?.['rows'])];
      }),
    );
  });
}

function withDatabase<Answer>(path: string, work: (db: DatabaseSync) => Answer): Answer {
  const db = new DatabaseSync(path);
  try {
    db.exec('PRAGMA busy_timeout = 20; PRAGMA synchronous = OFF');
    return work(db);
  } finally {
    db.close();
  }
}
