// Runs long queries, and the upkeep of old rows, in a thread of its own: the extension host has one
// for everybody.

import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import type { Overview, UsageReport } from '../../core/quota/reports.ts';
import { Connection } from './connection.ts';
import { foldOldRows } from './foldOldRows.ts';
import { overviewFrom, rollUp, usageOf, type UsageAsk } from './reportQueries.ts';
import { sqliteProblemOf } from './sqliteProblem.ts';
import { sweepRows } from './sweepRows.ts';

export type WorkerWork =
  | { readonly do: 'usage'; readonly ask: UsageAsk }
  | { readonly do: 'overview'; readonly fromMs: number; readonly toMs: number }
  | { readonly do: 'fold'; readonly nowMs: number }
  /** Writes the log back into the database, as far as nobody reads from it. */
  | { readonly do: 'checkpoint' };

/** Sent by `SqliteReports` of the same version, in the same process. */
export type WorkerAsk = { readonly id: number; readonly path: string; readonly work: WorkerWork };

export type WorkerAnswer =
  | { readonly kind: 'usage'; readonly usage: UsageReport }
  | { readonly kind: 'overview'; readonly overview: Overview }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

export type WorkerReply = { readonly id: number; readonly answer: WorkerAnswer };

/** Nobody's event loop stands still here. */
const busyTimeoutMs = 5_000;

function answer({ path, work }: WorkerAsk): WorkerAnswer {
  const db = new DatabaseSync(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA synchronous = NORMAL`);
    return answerFrom(new Connection(db), work);
  } finally {
    db.close();
  }
}

function answerFrom(connection: Connection, work: WorkerWork): WorkerAnswer {
  if (work.do === 'checkpoint') {
    connection.sql('PRAGMA wal_checkpoint(PASSIVE)').get();
    return { kind: 'done' };
  }
  keepUp(connection);
  switch (work.do) {
    case 'usage':
      return { kind: 'usage', usage: usageOf(connection, work.ask) };
    case 'overview':
      return { kind: 'overview', overview: overviewFrom(connection, work.fromMs, work.toMs) };
    case 'fold':
      foldOldRows(connection, work.nowMs);
      sweepRows(connection, work.nowMs);
      return { kind: 'done' };
    default:
      return work satisfies never;
  }
}

/** A disk that takes no more still shows what was rolled up before. */
function keepUp(connection: Connection): void {
  try {
    rollUp(connection);
  } catch (error) {
    if (sqliteProblemOf(error) === undefined) throw error;
  }
}

parentPort?.on('message', (ask: WorkerAsk) => {
  const reply = (answer: WorkerAnswer): void => parentPort?.postMessage({ id: ask.id, answer } satisfies WorkerReply);
  try {
    reply(answer(ask));
  } catch (error) {
    reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
