import type { AttemptSubject } from '../../core/quota/attempt.ts';
import type { Snapshot } from '../../core/quota/snapshot.ts';
import { slotOf } from '../../core/quota/spending.ts';
import type { Connection } from './connection.ts';

/** A dashboard of the last day has its attempts; older days have their sums. */
const attemptsCopied = 20_000;
const goneKeptMs = 35 * 86_400_000;

/** Into a new database: what was known when the old one was last seen. */
export function fillFromSnapshot(connection: Connection, { sums, facts, takenAtMs }: Snapshot): void {
  const subjects = new Map<string, number>();
  for (const { account, model, atMs, requests, tokens } of sums) {
    const subject: AttemptSubject = { provider: '', key: 'restored/1', keyId: '', fingerprint: '', account, model };
    const id = subjects.get(`${account}\n${model}`) ?? connection.addSubject(subject);
    subjects.set(`${account}\n${model}`, id);
    connection.addToSum(id, slotOf(atMs), { requests, tokens });
  }
  for (const fact of facts) connection.putFact(fact, 1, takenAtMs + goneKeptMs);
}

const copied = [
  'subjects',
  'sums',
  'facts',
  'windows',
  'reservations',
  'routes',
  'route_sums',
  'cells',
  'latencies',
  'alerts',
  'deliveries',
  'causes',
];

/** Into a new database: the old one, whose file was deleted but which can still be read. */
export function fillFromOld(connection: Connection, old: Connection): void {
  old.transaction('BEGIN IMMEDIATE', () => {
    for (const table of copied) copyRows(connection, old, `SELECT * FROM ${table}`, table);
    const last = lastOf(old);
    copyRows(
      connection,
      old,
      `SELECT * FROM attempts WHERE id > ${last.attempt - attemptsCopied} ORDER BY id`,
      'attempts',
    );
    for (const name of ['rolledUpTo', 'epoch']) {
      const value = old.meta(name);
      if (value !== undefined) connection.setMeta(name, value);
    }
    noteCopied(connection, last);
  });
}

/**
 * Another window has made the new database from the same old one: what was written to the old one
 * since then comes after, once.
 */
export function addLateFrom(connection: Connection, old: Connection): void {
  connection.transaction('BEGIN IMMEDIATE', () => {
    const attemptsFrom = connection.meta('copiedAttempt');
    const factsFrom = connection.meta('copiedSeq');
    if (attemptsFrom === undefined || factsFrom === undefined) return;
    const ids = new Map(connection.subjectsAfter(0).map(({ id, subject }) => [JSON.stringify(subject), id]));
    const oldSubjects = new Map(old.subjectsAfter(0).map(({ id, subject }) => [id, subject]));
    let next = lastOf(connection).attempt;
    for (const { subject, attempt } of old.attemptsAfter(Number(attemptsFrom))) {
      const whose = oldSubjects.get(subject);
      if (whose === undefined) continue;
      const id = ids.get(JSON.stringify(whose)) ?? connection.addSubject(whose);
      ids.set(JSON.stringify(whose), id);
      next += 1;
      connection.addAttempt(next, id, attempt);
    }
    const { facts } = old.factsAfter(Number(factsFrom));
    const seq = lastOf(connection).seq + 1;
    for (const fact of facts) connection.putFact(fact, seq, Number.MAX_SAFE_INTEGER);
    noteCopied(connection, lastOf(old));
  });
}

type Last = { readonly attempt: number; readonly seq: number };

function lastOf(connection: Connection): Last {
  const row = connection
    .sql('SELECT (SELECT max(id) FROM attempts) AS attempt, (SELECT max(seq) FROM facts) AS seq')
    .get();
  return { attempt: Number(row?.['attempt'] ?? 0), seq: Number(row?.['seq'] ?? 0) };
}

function noteCopied(connection: Connection, { attempt, seq }: Last): void {
  connection.setMeta('copiedAttempt', String(attempt));
  connection.setMeta('copiedSeq', String(seq));
}

function copyRows(to: Connection, from: Connection, query: string, table: string): void {
  for (const row of from.sql(query).iterate()) {
    const values = Object.values(row);
    to.sql(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values);
  }
}
