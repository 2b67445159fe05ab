import type { Account } from '../../core/keys/apiKey.ts';
import type { Cancel } from '../../core/ports.ts';
import type { Scope } from '../../core/quota/ledger.ts';
import type { LedgerState } from '../../core/quota/ledgerState.ts';
import type { Sum } from '../../core/quota/slidingSum.ts';
import { extendSnapshot, snapshotOf, type Snapshot, type Spender } from '../../core/quota/snapshot.ts';
import { ChangeListeners } from '../changeListeners.ts';
import { placeOf, type Change, type Decide, type OwnReservation } from './change.ts';
import { CurrentDatabase } from './currentDatabase.ts';
import { Mirror } from './mirror.ts';
import { sqliteProblemOf, type SqliteProblem } from './sqliteProblem.ts';
import type { StoreOptions } from './storeOptions.ts';
import { Unwritten } from './unwritten.ts';
import { writeChange, type Opened } from './writeChange.ts';
import { writeLate } from './writeLate.ts';
import { WriteQueue, type Tried } from './writeQueue.ts';

/** More changes than any account sees in the life of a window. */
const changesPerMirror = 1e9;

/**
 * The shared database and its mirror in memory. Without a database it goes on in memory and keeps
 * what it could not write: attempts, and how to take its decisions again.
 */
export class SqliteStore {
  readonly #options: StoreOptions;
  readonly #queue: WriteQueue;
  readonly #listeners = new ChangeListeners();
  readonly #foreignListeners = new ChangeListeners();
  /** Reservations of this window, by number. */
  readonly own: ReadonlyMap<number, OwnReservation>;
  readonly #own = new Map<number, OwnReservation>();
  /** Names the database used last, and this window in it. */
  #usedLast = '';
  #mirror: Mirror;
  #mirrors = 0;
  readonly #database: CurrentDatabase;
  readonly #unwritten = new Unwritten();
  #snapshot: Snapshot | undefined;
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
    this.#database = new CurrentDatabase((problem, opened) => {
      this.mirror.distrustCounters();
      // Not here, in the middle of somebody's read.
      if (problem === 'damaged') void Promise.resolve().then(() => this.opened === opened && this.fail(problem));
    });
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
    return this.#database.opened;
  }

  /** Other windows may be writing a database that this one cannot reach. */
  get isAway(): boolean {
    return this.opened === undefined && this.#options.mayReturn;
  }

  /** Looks for the database before the next look is due. */
  reach(): void {
    if (this.isAway) this.#options.onWanted();
  }

  /** From here on this database counts. Throws what SQLite throws, and then nothing has changed. */
  use(opened: Opened): void {
    const nowMs = this.#options.clock.now();
    const mirror = this.#newMirror();
    const before = { opened: this.opened, mirror: this.#mirror };
    const known = this.#counts ? this.known() : undefined;
    const wasAway = known !== undefined && before.opened === undefined;
    try {
      const held = this.#database.inside(opened, 'BEGIN IMMEDIATE', () => {
        mirror.load(opened.connection, opened.owner, nowMs);
        if (this.#own.size > 0 || wasAway) mirror.digest();
        // What is decided again is decided by what stands there.
        this.#goOn(mirror, opened);
        const isSame = nameOf(opened, mirror) === this.#usedLast;
        return writeLate({ opened, mirror, unwritten: this.#unwritten, own: this.#own, isSame, nowMs });
      });
      for (const each of held) if (this.#own.has(each.number)) this.#own.set(each.number, each);
    } catch (error) {
      this.#database.opened = before.opened;
      this.#mirror = before.mirror;
      throw error;
    }
    this.#usedLast = nameOf(opened, mirror);
    this.#unwritten.clear();
    this.#counts = true;
    // The next failure may come before the next snapshot; what others counted meanwhile is not in this one.
    this.#snapshot = known;
    if (wasAway) this.takeSnapshot();
    this.#listeners.changed();
  }

  /** From here on counted in memory, from what is known. */
  useMemory(known: Snapshot): void {
    this.#unwritten.countFrom(known);
    const mirror = this.#newMirror();
    mirror.applyAll(known.facts);
    if (this.#counts) this.#snapshot = known;
    this.#counts = true;
    this.#goOn(mirror, undefined);
    this.#listeners.changed();
  }

  /** One transaction: decides by what stands inside it, writes it, and only then shows it. */
  perform<Answer>(decide: Decide<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const run = (): Tried => {
        try {
          const done = this.opened === undefined ? this.#inMemory(decide) : this.#onDisk(this.opened, decide);
          if (done === 'busy') return 'busy';
          resolve(done.answer);
          return 'done';
        } catch (error) {
          const problem = sqliteProblemOf(error);
          if (problem === undefined || this.opened === undefined) {
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
    if (this.opened === undefined) return;
    const known = this.known();
    this.#database.close();
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
    if (this.opened !== undefined && this.mirror.isCurrent(this.opened.connection)) return false;
    return this.read((opened) => this.#catchUp(this.mirror, opened)) ?? false;
  }

  /** One consistent look at the database; undefined where there is none or it could not be read. */
  read<Answer>(look: (opened: Opened) => Answer): Answer | undefined {
    return this.#database.read(look);
  }

  /** Counted in memory while there is no database. */
  get unwritten(): Pick<Unwritten, 'attempts' | 'routes' | 'from'> {
    return this.#unwritten;
  }

  /** The newest that could be read completely. */
  takeSnapshot(): Snapshot {
    const nowMs = this.#options.clock.now();
    const failures = this.#database.readFailures;
    const snapshot = snapshotOf(this.state, this.#spenders(), this.#options.periodStartsMs(nowMs), nowMs);
    if (this.#database.readFailures !== failures) return this.#snapshot ?? this.#options.snapshot();
    this.mirror.recorded = [];
    this.#snapshot = snapshot;
    return snapshot;
  }

  dispose(): void {
    this.#queue.dispose();
    this.#listeners.clear();
    this.#foreignListeners.clear();
    this.#database.close();
  }

  #onDisk<Answer>(opened: Opened, decide: Decide<Answer>): Change<Answer> | 'busy' {
    const { mirror } = this;
    let done: { change: Change<Answer>; show: () => void };
    try {
      done = this.#database.inside(opened, 'BEGIN IMMEDIATE', () => {
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

  #inMemory<Answer>(decide: Decide<Answer>): Change<Answer> {
    const change = decide();
    this.#unwritten.add(decide, change, this.#options.clock.now());
    if (change.settle !== undefined) this.mirror.record(0, change.settle.attempt);
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

  #catchUp(mirror: Mirror, { connection, owner }: Opened): boolean {
    if (!mirror.catchUp(connection, owner)) return false;
    this.#listeners.changed();
    this.#foreignListeners.changed();
    return true;
  }

  #goOn(mirror: Mirror, opened: Opened | undefined): void {
    this.#mirror = mirror;
    this.#database.opened = opened;
    for (const each of this.#own.values()) mirror.state.hold(placeOf(each), each.ask);
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
    if (this.opened === undefined) return this.#unwritten.sums.since(accounts, account, scope, sinceMs);
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
    if (this.opened === undefined) yield* this.#unwritten.sums.spenders();
  }
}

const nameOf = ({ owner }: Opened, { mark }: Mirror): string => `${mark}/${owner}`;
