import { DatabaseSync } from 'node:sqlite';
import { Connection } from '../../../src/adapters/sqliteLedger/connection.ts';
import { foldOldRows } from '../../../src/adapters/sqliteLedger/foldOldRows.ts';
import { rollUp } from '../../../src/adapters/sqliteLedger/reportQueries.ts';
import { foldedTo } from '../../../src/adapters/sqliteLedger/schema.ts';
import { sweepRows } from '../../../src/adapters/sqliteLedger/sweepRows.ts';

const dayMs = 86_400_000;
/** "Everything" in a report is everything: of old days these keep one row a day of each kind. */
const keepDays: readonly string[] = ['hour_cells', 'latencies', 'route_sums'];

/** What the report worker does every hour. */
export function upkeep(path: string, nowMs: number): void {
  withDatabase(path, (db) => {
    const connection = new Connection(db);
    rollUp(connection);
    foldOldRows(connection, nowMs);
    sweepRows(connection, nowMs);
  });
}

/** Rows of every table, but for what reports keep of old days. */
export function rowCounts(path: string): ReadonlyMap<string, number> {
  return withDatabase(path, (db) => {
    const foldedToMs = Number(new Connection(db).meta(foldedTo) ?? 0);
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).all();
    return new Map(
      tables.map(({ name }) => {
        const counted = keepDays.includes(String(name)) ? `slot >= ${foldedToMs} OR slot % ${dayMs} <> 0` : 'true';
        const row = db.prepare(`SELECT count(*) AS rows FROM ${String(name)} WHERE ${counted}`).get();
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
