import type { Connection } from './connection.ts';
import { foldedTo } from './schema.ts';

const dayMs = 86_400_000;
/** Longer than the longest month in any zone: no running period reaches back so far. */
const keptDays = 35;
const chunk = 2_000;

/**
 * Attempts and the ledger's own sums older than 35 days go, and the reports' sums by quarter hour and
 * hour become one by UTC day. No report changes.
 * Call `rollUp` before. Throws what SQLite throws; what was done stays done.
 */
export function foldOldRows(connection: Connection, nowMs: number): void {
  const beforeMs = Math.floor(nowMs / dayMs) * dayMs - keptDays * dayMs;
  while (connection.transaction('BEGIN IMMEDIATE', () => dropAttempts(connection, beforeMs)));
  for (const fold of [dropSums, foldCells, foldLatencies, foldRoutes]) {
    connection.transaction('BEGIN IMMEDIATE', () => fold(connection, beforeMs));
  }
}

/** Only what the reports have counted; and never the newest, by whose id windows know where they are. */
function dropAttempts(connection: Connection, beforeMs: number): boolean {
  const dropped = connection
    .sql(
      `DELETE FROM attempts WHERE id IN (SELECT id FROM attempts ORDER BY id LIMIT ${chunk}) AND at_ms < ?
       AND id < (SELECT max(id) FROM attempts)
       AND id <= (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'rolledUpTo')`,
    )
    .run(beforeMs);
  return Number(dropped.changes) === chunk;
}

const day = `slot - slot % ${dayMs}`;
const old = `slot < ? AND slot % ${dayMs} <> 0`;

/** No running period reaches back so far, and nothing else asks for them. */
function dropSums(connection: Connection, beforeMs: number): void {
  connection.sql('DELETE FROM sums WHERE slot < ?').run(beforeMs);
}

/** By day both tables would have the same rows: one has them. */
function foldCells(connection: Connection, beforeMs: number): void {
  connection
    .sql(
      `INSERT INTO hour_cells SELECT ${day}, subject, outcome, sum(attempts), sum(requests), sum(tokens)
       FROM hour_cells WHERE ${old} GROUP BY 1, 2, 3
       ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts,
         requests = requests + excluded.requests, tokens = tokens + excluded.tokens`,
    )
    .run(beforeMs);
  connection.sql(`DELETE FROM hour_cells WHERE ${old}`).run(beforeMs);
  connection.sql('DELETE FROM cells WHERE slot < ?').run(beforeMs);
  connection.setMeta(foldedTo, String(beforeMs));
}

function foldLatencies(connection: Connection, beforeMs: number): void {
  connection
    .sql(
      `INSERT INTO latencies SELECT ${day}, provider, bucket, sum(attempts) FROM latencies WHERE ${old} GROUP BY 1, 2, 3
       ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts`,
    )
    .run(beforeMs);
  connection.sql(`DELETE FROM latencies WHERE ${old}`).run(beforeMs);
}

function foldRoutes(connection: Connection, beforeMs: number): void {
  connection
    .sql(
      `INSERT INTO route_sums SELECT ${day}, outcome, sum(routes), sum(ms) FROM route_sums WHERE ${old} GROUP BY 1, 2
       ON CONFLICT DO UPDATE SET routes = routes + excluded.routes, ms = ms + excluded.ms`,
    )
    .run(beforeMs);
  connection.sql(`DELETE FROM route_sums WHERE ${old}`).run(beforeMs);
}
