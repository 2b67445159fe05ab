import type { Account } from '../../core/keys/apiKey.ts';
import type { Attempt, AttemptSubject } from '../../core/quota/attempt.ts';
import type { Fact } from '../../core/quota/fact.ts';
import { LedgerState } from '../../core/quota/ledgerState.ts';
import type { Scope } from '../../core/quota/ledger.ts';
import { keptMs, type Sum } from '../../core/quota/slidingSum.ts';
import {
  attemptOfRow,
  factsOfRows,
  number,
  subjectOfRow,
  type Connection,
  type Row,
  type StoredAttempt,
  type StoredReservation,
  type StoredSubject,
} from './connection.ts';

/** So many latest attempts give the medians of the strategy `fastest` after a restart. */
const attemptsLoaded = 1_000;
/** A part of the digestion: well under a millisecond. */
const rowsPerPart = 25;

type Loaded = {
  readonly subjects: readonly Row[];
  readonly facts: readonly Row[];
  readonly held: readonly StoredReservation[];
  /** Oldest first. */
  readonly attempts: readonly Row[];
};

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
  #undigested: Generator<void> | undefined;
  #dataVersion = -1;
  lastAttempt = 0;
  lastSeq = 0;
  /** Attempts noticed since somebody took them from here. */
  recorded: Recorded[] = [];
  /** Names the database that this mirrors. */
  mark = '';

  constructor(sumSince: (account: Account, scope: Scope, sinceMs: number) => Sum, firstChange: number) {
    this.state = new LedgerState(sumSince, firstChange);
  }

  /**
   * Inside a transaction. `owner` names this window: what it holds itself is not among the others'.
   * Only read here: what it means is made of it by `digest`, without which nothing else here is true.
   */
  load(connection: Connection, owner: number, nowMs: number): void {
    this.#dataVersion = connection.dataVersion();
    this.#epoch = connection.meta('epoch');
    this.mark = connection.meta('mark') ?? '';
    this.#undigested = this.#parts({
      subjects: connection.subjectRowsAfter(0),
      facts: connection.factRowsAfter(0),
      held: connection.reservationsBeside(owner),
      attempts: latestAttempts(connection, nowMs - keptMs),
    });
  }

  /** All that is left of it, or until `enough`; true once nothing is left. */
  digest(enough: () => boolean = () => false): boolean {
    while (this.#undigested !== undefined && !enough()) {
      if (this.#undigested.next().done === true) this.#undigested = undefined;
    }
    return this.#undigested === undefined;
  }

  /** Outside transactions. False also where that cannot be read: whoever looks closer learns why. */
  isCurrent(connection: Connection): boolean {
    try {
      return connection.dataVersion() === this.#dataVersion;
    } catch {
      return false;
    }
  }

  /** Inside a transaction. True when another connection had written. */
  catchUp(connection: Connection, owner: number): boolean {
    const version = connection.dataVersion();
    if (version === this.#dataVersion) return false;
    for (const stored of connection.subjectsAfter(this.#lastSubject)) this.learnSubject(stored);
    for (const stored of connection.attemptsAfter(this.lastAttempt)) this.#record(stored);
    this.#applyRows(connection.factRowsAfter(this.lastSeq));
    this.#hold(connection.reservationsBeside(owner));
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

  learnSubject({ id, subject }: StoredSubject): void {
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
    for (const account of this.state.facts.accounts.countedOn(subject)) {
      const ids = groups.get(account) ?? [];
      ids.push(id);
      groups.set(account, ids);
    }
  }

  #applyRows(rows: readonly Row[]): void {
    this.state.applyAll(factsOfRows(rows));
    for (const row of rows) this.lastSeq = Math.max(this.lastSeq, number(row, 'seq'));
  }

  *#parts({ subjects, facts, held, attempts }: Loaded): Generator<void> {
    for (const rows of inParts(subjects)) {
      for (const row of rows) this.learnSubject(subjectOfRow(row));
      yield;
    }
    for (const rows of inParts(facts)) {
      this.#applyRows(rows);
      yield;
    }
    this.#hold(held);
    for (const rows of inParts(attempts)) {
      for (const row of rows) this.#record(attemptOfRow(row));
      yield;
    }
    this.recorded = [];
  }

  /** What is no longer held is released, what is new is held; the rest is not touched. */
  #hold(next: readonly StoredReservation[]): void {
    const before = new Map(this.#held.map((each) => [placeOf(each), each]));
    for (const each of next) {
      if (before.delete(placeOf(each))) continue;
      const subject = this.#subjects.get(each.subject);
      if (subject !== undefined)
        this.state.hold(placeOf(each), { ...subject, tokens: each.tokens, nowMs: each.startedAtMs });
    }
    for (const place of before.keys()) this.state.release(place);
    this.#held = next;
  }

  #record({ id, subject: subjectId, attempt }: StoredAttempt): void {
    const subject = this.#subjects.get(subjectId);
    if (subject !== undefined) this.record(id, { ...attempt, subject });
    this.lastAttempt = id;
  }
}

/** Oldest first; back to that moment at least. */
function latestAttempts(connection: Connection, fromMs: number): readonly Row[] {
  const latest: Row[] = [];
  let page = connection.attemptRowsBefore(Number.MAX_SAFE_INTEGER, attemptsLoaded);
  latest.push(...page);
  while (page.length === attemptsLoaded && number(page.at(-1), 'at_ms') >= fromMs) {
    page = connection.attemptRowsBefore(number(page.at(-1), 'id'), attemptsLoaded);
    latest.push(...page);
  }
  return latest.toReversed();
}

function* inParts(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += rowsPerPart) yield rows.slice(from, from + rowsPerPart);
}

const placeOf = ({ owner, number }: StoredReservation): string => `${owner}/${number}`;

const nameOf = ({ provider, key, keyId, fingerprint, account, model }: AttemptSubject): string =>
  `${provider}\n${key}\n${keyId}\n${fingerprint}\n${account}\n${model}`;
