import { Accounts, restoredOwner } from '../../core/quota/accounts.ts';
import type { Attempt, AttemptSubject } from '../../core/quota/attempt.ts';
import type { Snapshot, SpentRow } from '../../core/quota/snapshot.ts';
import { slotOf } from '../../core/quota/spending.ts';
import type { Connection } from './connection.ts';
import { foldedTo } from './schema.ts';
import type { Recorded } from './mirror.ts';

/** A dashboard of the last day has its attempts; older days have their sums. */
const attemptsCopied = 20_000;
const goneKeptMs = 35 * 86_400_000;

/** Into a new database: what was known when the old one was last seen. */
export function fillFromSnapshot(connection: Connection, { sums, facts, takenAtMs }: Snapshot): void {
  const subjects = new Map<string, number>();
  for (const row of sums) {
    const subject: AttemptSubject = { ...restoredOwner(row), model: row.model };
    const name = JSON.stringify(subject);
    const id = subjects.get(name) ?? connection.addSubject(subject);
    subjects.set(name, id);
    connection.addToSum(id, slotOf(row.atMs), row);
  }
  for (const fact of facts) connection.putFact(fact, 1, takenAtMs + goneKeptMs);
}

/**
 * The same where the old database can no longer be read, from what this window remembers of it.
 * False where it does not remember enough.
 */
export function addRemembered(connection: Connection, recorded: readonly Recorded[], seen: Seen): boolean {
  return connection.transaction('BEGIN IMMEDIATE', () => {
    const from = connection.meta('copiedAttempt');
    if (from === undefined || connection.meta('copiedFrom') !== seen.mark) return false;
    const late = recorded.filter(({ id }) => id > Number(from));
    if (late.length !== Math.max(0, seen.attempt - Number(from))) return false;
    const add = attemptAdder(connection);
    for (const { attempt } of late) add(attempt.subject, attempt);
    noteCopied(connection, { ...seen, attempt: Math.max(seen.attempt, Number(from)) });
    return true;
  });
}

function attemptAdder(connection: Connection): (whose: AttemptSubject, attempt: Omit<Attempt, 'subject'>) => void {
  const ids = new Map(connection.subjectsAfter(0).map(({ id, subject }) => [JSON.stringify(subject), id]));
  let next = lastOf(connection).attempt;
  return (whose, attempt) => {
    const id = ids.get(JSON.stringify(whose)) ?? connection.addSubject(whose);
    ids.set(JSON.stringify(whose), id);
    next += 1;
    connection.addAttempt(next, id, attempt);
  };
}

/**
 * Into a database that others began without what this window knows: every running period counts at
 * least as much as it does here, and facts that are missing there come. Nothing is lowered.
 */
export function topUp(connection: Connection, known: Snapshot): void {
  connection.transaction('BEGIN IMMEDIATE', () => {
    const seq = lastOf(connection).seq + 1;
    for (const fact of known.facts) {
      if (!connection.hasFact(fact)) connection.putFact(fact, seq, known.takenAtMs + goneKeptMs);
    }
    const accounts = accountsIn(connection);
    const subjects = known.sums.map((row): Restored => ({ row, subject: { ...restoredOwner(row), model: row.model } }));
    // Each key's own first: what is missing of a pool after that was nobody's that is known.
    const ofKey = ({ fingerprint, model }: AttemptSubject): string => `${fingerprint}\n${model}`;
    const ofAccount = (subject: AttemptSubject): string => `${accounts.of(subject)}\n${subject.model}`;
    const named = subjects.filter(({ subject }) => subject.fingerprint !== '');
    for (const group of Map.groupBy(named, ({ subject }) => ofKey(subject)).values()) {
      topUpSubject(connection, ofKey, ({ subject }) => subject, group);
    }
    const nobodys = ({ subject }: Restored): AttemptSubject => ({
      ...restoredOwner({ account: accounts.of(subject) }),
      model: subject.model,
    });
    for (const group of Map.groupBy(subjects, ({ subject }) => ofAccount(subject)).values()) {
      topUpSubject(connection, ofAccount, nobodys, group);
    }
    // The sums changed without an attempt: others count anew.
    connection.setMeta('epoch', `${connection.meta('epoch') ?? ''}+${seq}`);
  });
}

function accountsIn(connection: Connection): Accounts {
  const accounts = new Accounts();
  for (const { kind, subject, value } of connection.factsAfter(0)) {
    if (kind === 'drawsOn' && value !== null) accounts.set(subject, value);
  }
  return accounts;
}

type Restored = { readonly row: SpentRow; readonly subject: AttemptSubject };

/** `whose` tells which of the database's subjects are the same as these. */
function topUpSubject(
  connection: Connection,
  whose: (subject: AttemptSubject) => string,
  addedTo: (first: Restored) => AttemptSubject,
  rows: readonly Restored[],
): void {
  const [first] = rows;
  if (first === undefined) return;
  const { subject } = first;
  const ids = connection.subjectsAfter(0).flatMap((each) => (whose(each.subject) === whose(subject) ? [each.id] : []));
  let known = { requests: 0, tokens: 0 };
  let added: number | undefined;
  for (const { row } of rows.toSorted((a, b) => b.row.atMs - a.row.atMs)) {
    known = { requests: known.requests + row.requests, tokens: known.tokens + row.tokens };
    const there = ids.map((each) => connection.sumSince(each, slotOf(row.atMs)));
    const missing = {
      requests: Math.max(0, known.requests - there.reduce((sum, each) => sum + each.requests, 0)),
      tokens: Math.max(0, known.tokens - there.reduce((sum, each) => sum + each.tokens, 0)),
    };
    if (missing.requests === 0 && missing.tokens === 0) continue;
    if (added === undefined) ids.push((added = connection.addSubject(addedTo(first))));
    connection.addToSum(added, slotOf(row.atMs), missing);
  }
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
  'hour_cells',
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
    for (const name of ['rolledUpTo', 'epoch', foldedTo]) {
      const value = old.meta(name);
      if (value !== undefined) connection.setMeta(name, value);
    }
    noteCopied(connection, seenOf(old));
  });
}

/**
 * Another window has made the new database from the same old one: what was written to the old one
 * since then comes after, once. False where the new one was not made from the old.
 */
export function addLateFrom(connection: Connection, old: Connection): boolean {
  return connection.transaction('BEGIN IMMEDIATE', () => {
    const attemptsFrom = connection.meta('copiedAttempt');
    const factsFrom = connection.meta('copiedSeq');
    if (attemptsFrom === undefined || factsFrom === undefined || connection.meta('copiedFrom') !== markOf(old))
      return false;
    const oldSubjects = new Map(old.subjectsAfter(0).map(({ id, subject }) => [id, subject]));
    const add = attemptAdder(connection);
    for (const { subject, attempt } of old.attemptsAfter(Number(attemptsFrom))) {
      const whose = oldSubjects.get(subject);
      if (whose !== undefined) add(whose, attempt);
    }
    const facts = old.factsAfter(Number(factsFrom));
    const seq = lastOf(connection).seq + 1;
    for (const fact of facts) connection.putFact(fact, seq, Number.MAX_SAFE_INTEGER);
    noteCopied(connection, seenOf(old));
    return true;
  });
}

type Last = { readonly attempt: number; readonly seq: number };

function lastOf(connection: Connection): Last {
  const row = connection
    .sql('SELECT (SELECT max(id) FROM attempts) AS attempt, (SELECT max(seq) FROM facts) AS seq')
    .get();
  return { attempt: Number(row?.['attempt'] ?? 0), seq: Number(row?.['seq'] ?? 0) };
}

const markOf = (connection: Connection): string => connection.meta('mark') ?? '';

const seenOf = (connection: Connection): Seen => ({ mark: markOf(connection), ...lastOf(connection) });

/** How far the database of that name had been read when this one was made from what was read. */
export type Seen = { readonly mark: string } & Last;

export function noteCopied(connection: Connection, { mark, attempt, seq }: Seen): void {
  connection.setMeta('copiedFrom', mark);
  connection.setMeta('copiedAttempt', String(attempt));
  connection.setMeta('copiedSeq', String(seq));
}

function copyRows(to: Connection, from: Connection, query: string, table: string): void {
  for (const row of from.sql(query).iterate()) {
    const values = Object.values(row);
    to.sql(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values);
  }
}
