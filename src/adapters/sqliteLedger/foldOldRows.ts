import type { Connection } from './connection.ts';

const dayMs = 86_400_000;
/** Longer than the longest month in any zone: no running period reaches back so far. */
const keptDays = 35;
const chunk = 2_000;

/**
 * Attempts older than 35 days go, and sums by quarter hour become sums by UTC day. No sum changes.
 * Call `rollUp` before. Throws what SQLite throws; what was done stays done.
 */
export function foldOldRows(connection: Connection, nowMs: number): void {
  const beforeMs = Math.floor(nowMs / dayMs) * dayMs - keptDays * dayMs;
  while (connection.transaction('BEGIN IMMEDIATE', () => dropAttempts(connection, beforeMs)));
  for (const fold of [foldSums, foldCells, foldLatencies, foldRoutes]) {
    connection.transaction('BEGIN IMMEDIATE', () => fold(connection, beforeMs));
  }
  connection.transaction('BEGIN IMMEDIATE', () => dropEndedFacts(connection, nowMs));
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

function foldSums(connection: Connection, beforeMs: number): void {
  connection
    .sql(
      `INSERT INTO sums SELECT subject, ${day}, sum(requests), sum(tokens) FROM sums WHERE ${old} GROUP BY 1, 2
       ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, tokens = tokens + excluded.tokens`,
    )
    .run(beforeMs);
  connection.sql(`DELETE FROM sums WHERE ${old}`).run(beforeMs);
}

function foldCells(connection: Connection, beforeMs: number): void {
  for (const table of ['cells', 'hour_cells']) {
    connection
      .sql(
        `INSERT INTO ${table} SELECT ${day}, subject, outcome, sum(attempts), sum(requests), sum(tokens)
         FROM ${table} WHERE ${old} GROUP BY 1, 2, 3
         ON CONFLICT DO UPDATE SET attempts = attempts + excluded.attempts,
           requests = requests + excluded.requests, tokens = tokens + excluded.tokens`,
      )
      .run(beforeMs);
    connection.sql(`DELETE FROM ${table} WHERE ${old}`).run(beforeMs);
  }
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

/** A day after they meant anything; the newest stays, by whose number windows know where they are. */
function dropEndedFacts(connection: Connection, nowMs: number): void {
  connection.sql('DELETE FROM facts WHERE until_ms < ? AND seq < (SELECT max(seq) FROM facts)').run(nowMs - dayMs);
}
