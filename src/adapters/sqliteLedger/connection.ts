import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { isOutcome, type Attempt, type AttemptSubject } from '../../core/quota/attempt.ts';
import { fact as factSchema, type Fact } from '../../core/quota/fact.ts';
import { forever } from '../../core/quota/ledger.ts';
import { drainMs, limitShapes } from '../../core/quota/limits.ts';
import type { Sum } from '../../core/quota/slidingSum.ts';
import { slotOf } from '../../core/quota/spending.ts';

export type Row = Record<string, SQLOutputValue>;
export type StoredAttempt = {
  readonly id: number;
  readonly subject: number;
  readonly attempt: Omit<Attempt, 'subject'>;
};
export type StoredSubject = { readonly id: number; readonly subject: AttemptSubject };
export type StoredReservation = {
  readonly owner: number;
  readonly number: number;
  readonly subject: number;
  readonly tokens: number;
  readonly promptTokens: number;
  readonly sent: boolean;
  readonly startedAtMs: number;
};

export const number = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);
export const text = (row: Row | undefined, column: string): string => String(row?.[column] ?? '');

/** The statements of one open database, each prepared once. Everything throws what SQLite throws. */
export class Connection {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** One transaction; `BEGIN` for reads that must fit together, `BEGIN IMMEDIATE` to write. */
  transaction<Answer>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => Answer): Answer {
    this.sql(begin).run();
    try {
      const answer = work();
      this.sql('COMMIT').run();
      return answer;
    } catch (error) {
      // Some failures (a full disk) have ended the transaction by themselves.
      if (this.db.isTransaction) this.sql('ROLLBACK').run();
      throw error;
    }
  }

  /** Another number after a commit of another connection. */
  dataVersion(): number {
    return number(this.sql('PRAGMA data_version').get(), 'data_version');
  }

  meta(name: string): string | undefined {
    const row = this.sql('SELECT value FROM meta WHERE name = ?').get(name);
    return row === undefined ? undefined : text(row, 'value');
  }

  setMeta(name: string, value: string): void {
    this.sql('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
  }

  subjectRowsAfter(id: number): readonly Row[] {
    return this.sql('SELECT * FROM subjects WHERE id > ? ORDER BY id').all(id);
  }

  subjectsAfter(id: number): readonly StoredSubject[] {
    return this.subjectRowsAfter(id).map(subjectOfRow);
  }

  addSubject(subject: AttemptSubject): number {
    const { provider, key, keyId, fingerprint, account, model } = subject;
    const statement = this.sql(
      'INSERT INTO subjects (provider, key, key_id, fingerprint, account, model) VALUES (?, ?, ?, ?, ?, ?)',
    );
    return Number(statement.run(provider, key, keyId, fingerprint, account, model).lastInsertRowid);
  }

  attemptsAfter(id: number): readonly StoredAttempt[] {
    return this.sql('SELECT * FROM attempts WHERE id > ? ORDER BY id').all(id).map(attemptOfRow);
  }

  /** Newest first, a page of `limit`. */
  attemptRowsBefore(id: number, limit: number): readonly Row[] {
    return this.sql('SELECT * FROM attempts WHERE id < ? ORDER BY id DESC LIMIT ?').all(id, limit);
  }

  /** The attempt and its place in the sums. */
  addAttempt(id: number, subject: number, attempt: Omit<Attempt, 'subject'>): void {
    const { atMs, startedAtMs, outcome, prompt, completion, total, estimated, requests, latencyMs } = attempt;
    this.sql('INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      atMs,
      startedAtMs,
      subject,
      outcome,
      prompt,
      completion,
      total,
      estimated ? 1 : 0,
      requests,
      latencyMs,
    );
    if (requests > 0 || total > 0) this.addToSum(subject, slotOf(atMs), { requests, tokens: total });
  }

  addToSum(subject: number, slot: number, { requests, tokens }: Sum): void {
    this.sql(
      `INSERT INTO sums VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET requests = requests + excluded.requests, tokens = tokens + excluded.tokens`,
    ).run(subject, slot, requests, tokens);
  }

  sumSince(subject: number, sinceMs: number): Sum {
    const row = this.sql(
      'SELECT sum(requests) AS requests, sum(tokens) AS tokens FROM sums WHERE subject = ? AND slot >= ?',
    ).get(subject, sinceMs);
    return { requests: number(row, 'requests'), tokens: number(row, 'tokens') };
  }

  factRowsAfter(seq: number): readonly Row[] {
    return this.sql('SELECT * FROM facts WHERE seq > ?').all(seq);
  }

  factsAfter(seq: number): readonly Fact[] {
    return factsOfRows(this.factRowsAfter(seq));
  }

  /** Also one that says "taken away". */
  hasFact({ kind, subject, scope, name }: Fact): boolean {
    const statement = this.sql('SELECT 1 FROM facts WHERE kind = ? AND subject = ? AND scope = ? AND name = ?');
    return statement.get(kind, subject, scope, name) !== undefined;
  }

  putFact(fact: Fact, seq: number, goneUntilMs: number): void {
    const { kind, subject, scope, name, value } = fact;
    const untilMs = value === null ? goneUntilMs : endOf(fact);
    const json = JSON.stringify(value);
    this.sql(
      `INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET value = excluded.value, seq = excluded.seq, until_ms = excluded.until_ms`,
    ).run(kind, subject, scope, name, json, seq, untilMs);
  }

  reservationsBeside(owner: number): readonly StoredReservation[] {
    return this.sql('SELECT * FROM reservations WHERE owner <> ?').all(owner).map(reservationOfRow);
  }

  reservationsOf(owner: number): readonly StoredReservation[] {
    return this.sql('SELECT * FROM reservations WHERE owner = ?').all(owner).map(reservationOfRow);
  }

  putReservation(reservation: StoredReservation): void {
    const { owner, number: place, subject, tokens, promptTokens, sent, startedAtMs } = reservation;
    this.sql('INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      owner,
      place,
      subject,
      tokens,
      promptTokens,
      sent ? 1 : 0,
      startedAtMs,
    );
  }

  window(id: number): { readonly pid: number; readonly beat: number } | undefined {
    const row = this.sql('SELECT pid, beat FROM windows WHERE id = ?').get(id);
    return row === undefined ? undefined : { pid: number(row, 'pid'), beat: number(row, 'beat') };
  }

  addWindow(pid: number): number {
    return Number(this.sql('INSERT INTO windows (pid, beat) VALUES (?, 0)').run(pid).lastInsertRowid);
  }

  /** Shows the others that this window lives. */
  beat(id: number, pid: number): void {
    this.sql('INSERT INTO windows VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET beat = beat + 1').run(id, pid);
  }

  dropWindow(id: number): void {
    this.sql('DELETE FROM windows WHERE id = ?').run(id);
  }

  /** False where it was not there. */
  dropReservation(owner: number, place: number): boolean {
    return Number(this.sql('DELETE FROM reservations WHERE owner = ? AND number = ?').run(owner, place).changes) > 0;
  }
}

/** When a fact means nothing any more, so that its row can go. */
function endOf({ kind, value }: Fact): number {
  // A bucket is empty after its window, and then no level is what one of 0 is.
  if (kind === 'levels' && value !== null) {
    return Math.max(...limitShapes.map(({ name, window }) => (value[name]?.atMs ?? 0) + drainMs[window]));
  }
  if (typeof value === 'object' && value !== null && 'untilMs' in value) return value.untilMs;
  return forever;
}

export function subjectOfRow(row: Row): StoredSubject {
  const account = text(row, 'account');
  const keyText = text(row, 'key');
  const slash = keyText.lastIndexOf('/');
  const subject: AttemptSubject = {
    provider: text(row, 'provider'),
    key: `${keyText.slice(0, slash)}/${Number(keyText.slice(slash + 1))}`,
    keyId: text(row, 'key_id'),
    fingerprint: text(row, 'fingerprint'),
    account: account.startsWith('pool:') ? `pool:${account.slice(5)}` : `secret:${account.slice(7)}`,
    model: text(row, 'model'),
  };
  return { id: number(row, 'id'), subject };
}

export function attemptOfRow(row: Row): StoredAttempt {
  const outcome = text(row, 'outcome');
  return {
    id: number(row, 'id'),
    subject: number(row, 'subject'),
    attempt: {
      atMs: number(row, 'at_ms'),
      startedAtMs: number(row, 'started_at_ms'),
      // Only a later version can have written another one: that it failed is all that is known.
      outcome: isOutcome(outcome) ? outcome : 'badReply',
      prompt: number(row, 'prompt'),
      completion: number(row, 'completion'),
      total: number(row, 'total'),
      estimated: number(row, 'estimated') === 1,
      requests: number(row, 'requests') === 1 ? 1 : 0,
      latencyMs: number(row, 'latency_ms'),
    },
  };
}

function reservationOfRow(row: Row): StoredReservation {
  return {
    owner: number(row, 'owner'),
    number: number(row, 'number'),
    subject: number(row, 'subject'),
    tokens: number(row, 'tokens'),
    promptTokens: number(row, 'prompt_tokens'),
    sent: number(row, 'sent') === 1,
    startedAtMs: number(row, 'started_at_ms'),
  };
}

export function factsOfRows(rows: readonly Row[]): readonly Fact[] {
  return rows.flatMap(({ kind, subject, scope, name, value }) => {
    const parsed = factSchema.safeParse({ kind, subject, scope, name, value: jsonOf(value) });
    // What another version wrote and this one cannot read is left alone.
    return parsed.success ? [parsed.data] : [];
  });
}

function jsonOf(value: SQLOutputValue | undefined): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}
