import type { DatabaseSync } from 'node:sqlite';
import { outboxTables } from './outboxTables.ts';

/**
 * Times are epoch milliseconds. No table holds a secret: a fingerprint is a keyed hash. What is said of
 * the tables stands here because a comment in the SQL would be loaded at every activation.
 *
 * - `subjects`: who asked whom: what many attempts have in common.
 * - `attempts`: ids only grow: a window reads what others added from the last id it has seen.
 * - `sums`: by quarter hour, since every midnight of every zone falls on one.
 * - `facts`: health, waits, learned limits, keys' metadata, marks. A value of null: taken away. With row ids: a
 *   row of an index page may be 230 bytes long, and what is longer touches three pages with every change.
 * - `cells`, `hour_cells`, `latencies`: for reports; the report worker brings them up to attempts.id =
 *   meta 'rolledUpTo'. `hour_cells` has the same as `cells` by hour: a quarter of the rows for a week's chart.
 */
const tables = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE subjects (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL, key TEXT NOT NULL, key_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
    account TEXT NOT NULL, model TEXT NOT NULL
  );

  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL, started_at_ms INTEGER NOT NULL, subject INTEGER NOT NULL, outcome TEXT NOT NULL,
    prompt INTEGER NOT NULL, completion INTEGER NOT NULL, total INTEGER NOT NULL,
    estimated INTEGER NOT NULL, requests INTEGER NOT NULL, latency_ms INTEGER NOT NULL
  );

  CREATE TABLE sums (
    subject INTEGER NOT NULL, slot INTEGER NOT NULL,
    requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
    PRIMARY KEY (subject, slot)
  ) WITHOUT ROWID;

  CREATE TABLE windows (id INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL, beat INTEGER NOT NULL);

  CREATE TABLE reservations (
    owner INTEGER NOT NULL, number INTEGER NOT NULL, subject INTEGER NOT NULL,
    tokens INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, sent INTEGER NOT NULL, started_at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner, number)
  ) WITHOUT ROWID;

  CREATE TABLE facts (
    kind TEXT NOT NULL, subject TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL,
    value TEXT NOT NULL, seq INTEGER NOT NULL, until_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, scope, name)
  );

  CREATE TABLE routes (id INTEGER PRIMARY KEY, route TEXT NOT NULL);
  CREATE TABLE route_sums (
    slot INTEGER NOT NULL, outcome TEXT NOT NULL, routes INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (slot, outcome)
  ) WITHOUT ROWID;

  CREATE TABLE cells (
    slot INTEGER NOT NULL, subject INTEGER NOT NULL, outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
    PRIMARY KEY (slot, subject, outcome)
  ) WITHOUT ROWID;
  CREATE TABLE hour_cells (
    slot INTEGER NOT NULL, subject INTEGER NOT NULL, outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
    PRIMARY KEY (slot, subject, outcome)
  ) WITHOUT ROWID;
  CREATE TABLE latencies (
    slot INTEGER NOT NULL, provider TEXT NOT NULL, bucket INTEGER NOT NULL, attempts INTEGER NOT NULL,
    PRIMARY KEY (slot, provider, bucket)
  ) WITHOUT ROWID;
  ${outboxTables}
`;

/** Meta: until when `hour_cells` alone has the reports' sums. */
export const foldedTo = 'foldedTo';

/** Another number for each form that the tables have had. A file of another form is left as it is. */
export const schemaForm = 5;

/**
 * Creates the tables where there are none; `fill` runs in the same transaction. Answers the form
 * that the database has. Throws what SQLite throws.
 */
export function createTables(db: DatabaseSync, fill: () => void): number {
  if (formOf(db) !== 0) return formOf(db);
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another window may have done it while this one waited.
    if (formOf(db) === 0) {
      db.exec(tables);
      fill();
      db.exec(`PRAGMA user_version = ${schemaForm}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  return formOf(db);
}

function formOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
