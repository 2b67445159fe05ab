import type { Account } from '../../core/keys/apiKey.ts';
import type { Cancel } from '../../core/ports.ts';
import type { Scope } from '../../core/quota/ledger.ts';
import type { LedgerState } from '../../core/quota/ledgerState.ts';
import type { Sum } from '../../core/quota/slidingSum.ts';
import { extendSnapshot, snapshotOf, type Snapshot, type Spender } from '../../core/quota/snapshot.ts';
import type { Route } from '../../core/routing/route.ts';
import { ChangeListeners } from '../changeListeners.ts';
import { placeOf, type Change, type OwnReservation } from './change.ts';
import { Mirror } from './mirror.ts';
import { sqliteProblemOf, type SqliteProblem } from './sqliteProblem.ts';
import type { StoreOptions } from './storeOptions.ts';
import { StoredRoutes } from './storedRoute.ts';
import { Unwritten } from './unwritten.ts';
import { writeChange, type Opened } from './writeChange.ts';
import { WriteQueue, type Tried } from './writeQueue.ts';

/** More changes than any account sees in the life of a window. */
const changesPerMirror = 1e9;

/**
 * The shared database and its mirror in memory. Without a database it goes on in memory and keeps
 * what it could not write.
 */
export class SqliteStore {
  readonly #options: StoreOptions;
  readonly #queue: WriteQueue;
  readonly #listeners = new ChangeListeners();
  readonly #foreignListeners = new ChangeListeners();
  /** Reservations of this window, by number. */
  readonly own: ReadonlyMap<number, OwnReservation>;
  readonly #own = new Map<number, OwnReservation>();
  #opened: Opened | undefined;
  #mirror: Mirror;
  #mirrors = 0;
  #inTransaction = false;
  readonly #unwritten = new Unwritten();
  readonly #routes = new StoredRoutes();
  #snapshot: Snapshot | undefined;
  #readFailures = 0;
  /** Something has been opened, or counts in memory. */
  #counts = false;

  /** Goes on with what was read when the database was opened; true once nothing is left. */
  readonly digest = (enough: () => boolean): boolean => this.#mirror.digest(enough);
  readonly onDidChange = (listener: () => void): Cancel => this.#listeners.add(listener);
  /** After commits of other windows alone. */
  readonly onForeignChange = (listener: () => void): Cancel => this.#foreignListeners.add(listener);

  constructor(options: StoreOptions) {
    this.#options = options;
    this.own = this.#own;
    this.#queue = new WriteQueue(options.clock, options.random);
    this.#mirror = this.#newMirror();
  }

  get state(): LedgerState {
    return this.mirror.state;
  }

  /** Whoever asks first has the rest of it digested: before a transaction, not while others wait for its lock. */
  get mirror(): Mirror {
    this.#mirror.digest();
    return this.#mirror;
  }

  get opened(): Opened | undefined {
    return this.#opened;
  }

  /** From here on this database counts; `isFilled` from what this window knew. Throws what SQLite throws, and then nothing has changed. */
  use(opened: Opened, isFilled = false): void {
    const { connection, owner } = opened;
    const mirror = this.#newMirror();
    const nowMs = this.#options.clock.now();
    const show = connection.transaction('BEGIN IMMEDIATE', () => {
      mirror.load(connection, owner, nowMs);
      if (this.#own.size > 0) mirror.digest();
      // What this window settled while it had no database is no longer held.
      connection.sql('DELETE FROM reservations WHERE owner = ?').run(owner);
      const again = (reserve: OwnReservation) => writeChange(opened, mirror, { answer: undefined, reserve }, nowMs);
      return [...this.#own.values()].map(again);
    });
    for (const each of show) each();
    this.#take(mirror, opened);
    for (const change of this.#unwritten.takeAll(isFilled)) void this.perform(() => change);
  }

  /** From here on counted in memory, from what is known. */
  useMemory(known: Snapshot): void {
    this.#unwritten.countFrom(known.sums);
    const mirror = this.#newMirror();
    mirror.applyAll(known.facts);
    this.#take(mirror, undefined);
  }

  /** One transaction: decides by what stands inside it, writes it, and only then shows it. */
  perform<Answer>(decide: () => Change<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const run = (): Tried => {
        try {
          const done = this.#opened === undefined ? this.#inMemory(decide) : this.#onDisk(this.#opened, decide);
          if (done === 'busy') return 'busy';
          resolve(done.answer);
          return 'done';
        } catch (error) {
          const problem = sqliteProblemOf(error);
          if (problem === undefined || this.#opened === undefined) {
            reject(error instanceof Error ? error : new Error(String(error)));
            return 'done';
          }
          this.fail(problem);
          return run();
        }
      };
      this.#queue.add(run, () => {
        this.fail('busy');
        run();
      });
    });
  }

  /** The database cannot be used any more: another one, or memory, takes its place. */
  fail(problem: SqliteProblem): void {
    if (this.#opened === undefined) return;
    const known = this.known();
    this.#close();
    const next = this.#options.onFailure(problem, known);
    if (next !== undefined) {
      try {
        this.use(next);
        return;
      } catch (error) {
        if (sqliteProblemOf(error) === undefined) throw error;
      }
    }
    this.useMemory(known);
  }

  /** Notices what other windows wrote. True when something changed. */
  refresh(): boolean {
    // Most looks find nothing new, and need no transaction for that.
    if (this.#opened !== undefined && this.mirror.isCurrent(this.#opened.connection)) return false;
    return this.read((opened) => this.#catchUp(this.mirror, opened)) ?? false;
  }

  /** One consistent look at the database; undefined where there is none or it could not be read. */
  read<Answer>(look: (opened: Opened) => Answer): Answer | undefined {
    const opened = this.#opened;
    if (opened === undefined) return undefined;
    if (this.#inTransaction) return look(opened);
    try {
      return this.#inside(opened, 'BEGIN', () => look(opened));
    } catch (error) {
      const problem = sqliteProblemOf(error);
      if (problem === undefined) throw error;
      this.#readFailures += 1;
      this.mirror.distrustCounters();
      // Not here, in the middle of somebody's read.
      if (problem === 'damaged') void Promise.resolve().then(() => this.#opened === opened && this.fail(problem));
      return undefined;
    }
  }

  /** Counted in memory while there is no database. */
  get unwritten(): Pick<Unwritten, 'attempts'> {
    return this.#unwritten;
  }

  /** Newest first. */
  routes(): readonly Route[] {
    const stored = this.read(({ connection }) => this.#routes.read(connection)) ?? [];
    return [...this.#unwritten.routes().toReversed(), ...stored];
  }

  /** The newest that could be read completely. */
  takeSnapshot(): Snapshot {
    const nowMs = this.#options.clock.now();
    const failures = this.#readFailures;
    const snapshot = snapshotOf(this.state, this.#spenders(), this.#options.periodStartsMs(nowMs), nowMs);
    if (this.#readFailures !== failures) return this.#snapshot ?? this.#options.snapshot();
    this.mirror.recorded = [];
    this.#snapshot = snapshot;
    return snapshot;
  }

  dispose(): void {
    this.#queue.dispose();
    this.#listeners.clear();
    this.#foreignListeners.clear();
    this.#close();
  }

  #onDisk<Answer>(opened: Opened, decide: () => Change<Answer>): Change<Answer> | 'busy' {
    const { mirror } = this;
    let done: { change: Change<Answer>; show: () => void };
    try {
      done = this.#inside(opened, 'BEGIN IMMEDIATE', () => {
        this.#catchUp(mirror, opened);
        const change = decide();
        return { change, show: writeChange(opened, mirror, change, this.#options.clock.now()) };
      });
    } catch (error) {
      if (sqliteProblemOf(error) === 'busy') return 'busy';
      throw error;
    }
    done.show();
    this.#show(done.change);
    return done.change;
  }

  #inMemory<Answer>(decide: () => Change<Answer>): Change<Answer> {
    const change = decide();
    this.#unwritten.add(change);
    if (change.settle !== undefined && change.isLate !== true) this.mirror.record(0, change.settle.attempt);
    this.#show(change);
    return change;
  }

  /** What both ways have in common: facts, and what this window holds. */
  #show({ facts, reserve, settle, resolve }: Change<unknown>): void {
    if (facts !== undefined) this.mirror.applyAll(facts);
    if (reserve !== undefined) {
      this.#own.set(reserve.number, reserve);
      this.state.hold(placeOf(reserve), reserve.ask);
    }
    const settled = settle?.reservation;
    if (settled !== undefined && this.#own.delete(settled.number)) {
      this.state.release(placeOf(settled));
    }
    if (resolve !== undefined) this.mirror.dropHeld(resolve.map(({ held }) => held));
    this.#listeners.changed();
  }

  #inside<Answer>({ connection }: Opened, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => Answer): Answer {
    return connection.transaction(begin, () => {
      this.#inTransaction = true;
      try {
        return work();
      } finally {
        this.#inTransaction = false;
      }
    });
  }

  #catchUp(mirror: Mirror, { connection, owner }: Opened): boolean {
    if (!mirror.catchUp(connection, owner)) return false;
    this.#listeners.changed();
    this.#foreignListeners.changed();
    return true;
  }

  #take(mirror: Mirror, opened: Opened | undefined): void {
    // The next failure may come before the next snapshot.
    if (this.#counts) this.#snapshot = this.known();
    this.#counts = true;
    this.#mirror = mirror;
    this.#opened = opened;
    for (const each of this.#own.values()) mirror.state.hold(placeOf(each), each.ask);
    this.#listeners.changed();
  }

  #newMirror(): Mirror {
    this.#mirrors += 1;
    const mirror: Mirror = new Mirror(
      (account, scope, sinceMs) => this.#sumSince(mirror, account, scope, sinceMs),
      this.#mirrors * changesPerMirror,
    );
    return mirror;
  }

  #sumSince(mirror: Mirror, account: Account, scope: Scope, sinceMs: number): Sum {
    const { accounts } = mirror.state.facts;
    if (this.#opened === undefined) return this.#unwritten.sums.since(accounts, account, scope, sinceMs);
    const sum = this.read((opened) => {
      this.#catchUp(mirror, opened);
      return mirror.sumSince(opened.connection, account, scope, sinceMs);
    });
    return sum ?? { requests: 0, tokens: 0 };
  }

  /** All that counts now, without touching the database. */
  known(): Snapshot {
    const recorded = this.mirror.recorded.map(({ attempt }) => attempt);
    return extendSnapshot(this.#snapshot ?? this.#options.snapshot(), recorded, this.state.facts);
  }

  *#spenders(): Generator<Spender> {
    yield* this.mirror.subjects();
    if (this.#opened === undefined) yield* this.#unwritten.sums.spenders();
  }

  #close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened?.connection.db.isOpen === true) opened.connection.db.close();
  }
}
