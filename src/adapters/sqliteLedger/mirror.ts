import type { Account } from '../../core/keys/apiKey.ts';
import type { Attempt, AttemptSubject } from '../../core/quota/attempt.ts';
import type { Fact } from '../../core/quota/fact.ts';
import { LedgerState } from '../../core/quota/ledgerState.ts';
import type { Scope } from '../../core/quota/ledger.ts';
import { keptMs, type Sum } from '../../core/quota/slidingSum.ts';
import type { Connection, StoredReservation } from './connection.ts';

/** So many latest attempts give the medians of the strategy `fastest` after a restart. */
const attemptsLoaded = 1_000;

/** `id`: in the database that it was read from or written to; 0 where there was none. */
export type Recorded = { readonly id: number; readonly attempt: Attempt };

/**
 * The database as last seen, in memory. It follows by what was added (attempts, subjects and facts
 * only grow in id or sequence), so catching up costs what others wrote, not what there is.
 */
export class Mirror {
  readonly state: LedgerState;
  readonly #subjects = new Map<number, AttemptSubject>();
  readonly #ids = new Map<string, number>();
  /** Undefined until a sum is asked for after a key's account changed. */
  #idsOfAccount: Map<Account, number[]> | undefined;
  #groupedAt = 0;
  #held: readonly StoredReservation[] = [];
  #lastSubject = 0;
  #epoch: string | undefined;
  #dataVersion = -1;
  lastAttempt = 0;
  lastSeq = 0;
  /** Attempts noticed since somebody took them from here. */
  recorded: Recorded[] = [];
  /** Names the database that this mirrors. */
  mark = '';

  constructor(sumSince: (account: Account, scope: Scope, sinceMs: number) => Sum, nowMs: number, firstChange: number) {
    this.state = new LedgerState(sumSince, nowMs - keptMs, firstChange);
  }

  /** Inside a transaction. `owner` names this window: what it holds itself is not among the others'. */
  load(connection: Connection, owner: number, nowMs: number): void {
    this.#dataVersion = connection.dataVersion();
    this.#loadSubjects(connection);
    this.#loadFacts(connection);
    this.#loadReservations(connection, owner);
    this.#epoch = connection.meta('epoch');
    this.mark = connection.meta('mark') ?? '';
    const latest = [];
    for (const stored of connection.latestAttempts()) {
      if (latest.length >= attemptsLoaded && stored.attempt.atMs < nowMs - keptMs) break;
      latest.push(stored);
    }
    this.lastAttempt = latest[0]?.id ?? 0;
    for (const { id, subject, attempt } of latest.toReversed()) this.#record(id, subject, attempt);
    this.recorded = [];
  }

  /** Inside a transaction. True when another connection had written. */
  catchUp(connection: Connection, owner: number): boolean {
    const version = connection.dataVersion();
    if (version === this.#dataVersion) return false;
    this.#loadSubjects(connection);
    for (const { id, subject, attempt } of connection.attemptsAfter(this.lastAttempt)) {
      this.#record(id, subject, attempt);
      this.lastAttempt = id;
    }
    this.#loadFacts(connection);
    this.#loadReservations(connection, owner);
    const epoch = connection.meta('epoch');
    if (epoch !== this.#epoch) this.state.spending.forgetCounters();
    this.#epoch = epoch;
    this.#dataVersion = version;
    return true;
  }

  /** A count could not be read: whatever was made of it is counted anew. */
  distrustCounters(): void {
    this.#epoch = undefined;
    this.#dataVersion = -1;
  }

  idOf(subject: AttemptSubject): number | undefined {
    return this.#ids.get(nameOf(subject));
  }

  learnSubject(id: number, subject: AttemptSubject): void {
    if (this.#subjects.has(id)) return;
    this.#subjects.set(id, subject);
    this.#ids.set(nameOf(subject), id);
    if (this.#idsOfAccount !== undefined) this.#group(this.#idsOfAccount, id, subject);
    this.#lastSubject = Math.max(this.#lastSubject, id);
  }

  subject(id: number): AttemptSubject | undefined {
    return this.#subjects.get(id);
  }

  /** From the database; inside a transaction that has caught up. */
  sumSince(connection: Connection, account: Account, scope: Scope, sinceMs: number): Sum {
    let requests = 0;
    let tokens = 0;
    for (const id of this.#idsOf(account)) {
      if (scope !== '*' && this.#subjects.get(id)?.model !== scope) continue;
      const sum = connection.sumSince(id, sinceMs);
      requests += sum.requests;
      tokens += sum.tokens;
    }
    return { requests, tokens };
  }

  applyAll(facts: readonly Fact[]): void {
    this.state.applyAll(facts);
  }

  record(id: number, attempt: Attempt): void {
    this.state.record(attempt);
    this.recorded.push({ id, attempt });
  }

  subjects(): Iterable<AttemptSubject> {
    return this.#subjects.values();
  }

  /** Reservations of other windows that a transaction here has resolved. */
  dropHeld(resolved: readonly StoredReservation[]): void {
    const gone = new Set(resolved.map(placeOf));
    this.#hold(this.#held.filter((each) => !gone.has(placeOf(each))));
  }

  /** What other windows hold. */
  get held(): readonly StoredReservation[] {
    return this.#held;
  }

  #idsOf(account: Account): readonly number[] {
    const { changes } = this.state.facts.accounts;
    let groups = this.#groupedAt === changes ? this.#idsOfAccount : undefined;
    if (groups === undefined) {
      groups = new Map();
      for (const [id, subject] of this.#subjects) this.#group(groups, id, subject);
      this.#idsOfAccount = groups;
      this.#groupedAt = changes;
    }
    return groups.get(account) ?? [];
  }

  #group(groups: Map<Account, number[]>, id: number, subject: AttemptSubject): void {
    const account = this.state.facts.accounts.of(subject);
    const ids = groups.get(account) ?? [];
    ids.push(id);
    groups.set(account, ids);
  }

  #loadSubjects(connection: Connection): void {
    for (const { id, subject } of connection.subjectsAfter(this.#lastSubject)) this.learnSubject(id, subject);
  }

  #loadFacts(connection: Connection): void {
    const { facts, seq } = connection.factsAfter(this.lastSeq);
    this.state.applyAll(facts);
    this.lastSeq = seq;
  }

  #loadReservations(connection: Connection, owner: number): void {
    this.#hold(connection.reservationsBeside(owner));
  }

  /** What is no longer held is released, what is new is held; the rest is not touched. */
  #hold(next: readonly StoredReservation[]): void {
    const before = new Map(this.#held.map((each) => [placeOf(each), each]));
    for (const each of next) {
      if (before.delete(placeOf(each))) continue;
      const subject = this.#subjects.get(each.subject);
      if (subject !== undefined) this.state.hold(subject.account, subject.model, each.tokens);
    }
    for (const each of before.values()) {
      const subject = this.#subjects.get(each.subject);
      if (subject !== undefined) this.state.release(subject.account, subject.model, each.tokens);
    }
    this.#held = next;
  }

  #record(id: number, subjectId: number, attempt: Omit<Attempt, 'subject'>): void {
    const subject = this.#subjects.get(subjectId);
    if (subject !== undefined) this.record(id, { ...attempt, subject });
  }
}

const placeOf = ({ owner, number }: StoredReservation): string => `${owner}/${number}`;

const nameOf = ({ provider, key, keyId, fingerprint, account, model }: AttemptSubject): string =>
  `${provider}\n${key}\n${keyId}\n${fingerprint}\n${account}\n${model}`;
