import { subjectOf, type Attempt, type AttemptSubject } from '../../core/quota/attempt.ts';
import { slotOf } from '../../core/quota/spending.ts';
import { routesKept, type Route } from '../../core/routing/route.ts';
import type { Change, OwnReservation } from './change.ts';
import type { Connection } from './connection.ts';
import type { Mirror, Recorded } from './mirror.ts';

/** A row that says "taken away" stays until every window must have read it. */
const goneKeptMs = 35 * 86_400_000;
/** Old routes go so many at a time: each time touches pages that have nothing to do with the new one. */
const routesSweptAtOnce = 32;

/** A connection, and the number of this window's row in it. */
export type Opened = { readonly connection: Connection; readonly owner: number };

/**
 * Writes a change inside the running transaction. The function it answers shows the mirror what was
 * written, and is called once the transaction is in the database.
 */
export function writeChange(opened: Opened, mirror: Mirror, change: Change<unknown>, nowMs: number): () => void {
  const writing = new Writing(opened, mirror, nowMs);
  if (change.facts !== undefined) writing.facts(change.facts);
  if (change.reserve !== undefined) writing.reservation(change.reserve);
  if (change.settle !== undefined) writing.settle(change.settle);
  if (change.resolve !== undefined) writing.resolve(change.resolve);
  if (change.deadWindow !== undefined) opened.connection.dropWindow(change.deadWindow);
  if (change.beatOf !== undefined) opened.connection.beat(opened.owner, change.beatOf);
  if (change.routes !== undefined) writing.routes(change.routes);
  return () => writing.show();
}

class Writing {
  readonly #connection: Connection;
  readonly #owner: number;
  readonly #mirror: Mirror;
  readonly #nowMs: number;
  readonly #subjects: { id: number; subject: AttemptSubject }[] = [];
  readonly #attempts: Recorded[] = [];
  #lastAttempt: number;
  #lastSeq: number;

  constructor({ connection, owner }: Opened, mirror: Mirror, nowMs: number) {
    this.#connection = connection;
    this.#owner = owner;
    this.#mirror = mirror;
    this.#nowMs = nowMs;
    this.#lastAttempt = mirror.lastAttempt;
    this.#lastSeq = mirror.lastSeq;
  }

  facts(facts: NonNullable<Change<unknown>['facts']>): void {
    if (facts.length === 0) return;
    this.#lastSeq += 1;
    for (const each of facts) this.#connection.putFact(each, this.#lastSeq, this.#nowMs + goneKeptMs);
  }

  /** Also where another window had freed it, thinking that this one was dead. */
  reservation({ number, ask, sent }: OwnReservation): void {
    this.#connection.putReservation({
      owner: this.#owner,
      number,
      subject: this.#idOf(subjectOf(ask)),
      tokens: ask.tokens,
      promptTokens: ask.promptTokens,
      sent,
      startedAtMs: ask.nowMs,
    });
  }

  settle({ reservation, attempt }: NonNullable<Change<unknown>['settle']>): void {
    if (reservation !== undefined) {
      const held = this.#connection.dropReservation(this.#owner, reservation.number);
      // Another window thought this one dead and has settled it at its estimate: that counts.
      if (!held && reservation.sent) return;
    }
    this.#attempt(attempt);
  }

  resolve(resolved: NonNullable<Change<unknown>['resolve']>): void {
    for (const { held, attempt } of resolved) {
      const still = this.#connection.dropReservation(held.owner, held.number);
      if (still && attempt !== undefined) this.#attempt(attempt);
    }
  }

  /** All count, and the last are kept. */
  routes(routes: readonly Route[]): void {
    for (const route of routes.slice(-routesKept)) {
      const insert = this.#connection.sql('INSERT INTO routes (route) VALUES (?)');
      const id = Number(insert.run(JSON.stringify(route)).lastInsertRowid);
      if (id % routesSweptAtOnce === 0) {
        this.#connection.sql('DELETE FROM routes WHERE id <= ?').run(id - routesKept);
      }
    }
    for (const { atMs, outcome, ms } of routes) {
      this.#connection
        .sql(
          `INSERT INTO route_sums VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE
           SET routes = routes + 1, ms = ms + excluded.ms`,
        )
        .run(slotOf(atMs), outcome, Math.max(0, Math.round(ms)));
    }
  }

  show(): void {
    for (const each of this.#subjects) this.#mirror.learnSubject(each);
    for (const { id, attempt } of this.#attempts) this.#mirror.record(id, attempt);
    this.#mirror.lastAttempt = this.#lastAttempt;
    this.#mirror.lastSeq = this.#lastSeq;
  }

  #attempt(attempt: Attempt): void {
    this.#lastAttempt += 1;
    this.#connection.addAttempt(this.#lastAttempt, this.#idOf(attempt.subject), attempt);
    this.#attempts.push({ id: this.#lastAttempt, attempt });
  }

  #idOf(subject: AttemptSubject): number {
    const known = this.#mirror.idOf(subject);
    if (known !== undefined) return known;
    const id = this.#connection.addSubject(subject);
    this.#subjects.push({ id, subject });
    return id;
  }
}
