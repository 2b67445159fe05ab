import { lazy } from '../../core/lazy.ts';
import type { Cancel, Clock, Random } from '../../core/ports.ts';
import type { Snapshot } from '../../core/quota/snapshot.ts';
import { fileIdentity, openFile, setAside, type OpenedFile, type Sqlite } from './databaseFile.ts';
import type { DeadWindows } from './deadWindows.ts';
import { addLateFrom, addRemembered, fillFromOld, fillFromSnapshot, noteCopied, topUp, type Seen } from './fillFrom.ts';
import type { LedgerNotice } from './ledgerNotice.ts';
import { schemaForm } from './schema.ts';
import { leaveStore } from './leaveStore.ts';
import { noticeKinds, problemOf } from './openProblem.ts';
import type { SqliteProblem } from './sqliteProblem.ts';
import { SqliteStore } from './sqliteStore.ts';
import type { Opened } from './writeChange.ts';

/** A change in one window is seen in the others within a second, what the views take to draw it included. */
const pollMs = 250;
const pollsPerLook = 2;
const pollsPerBeat = 4 * pollsPerLook;
const pollsPerSnapshot = 20;
const pollsPerReopen = 120;

export type KeeperOptions = {
  readonly sqlite: Sqlite | undefined;
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly pid: number;
  readonly isAlive: (pid: number) => boolean;
  readonly snapshot: () => Snapshot;
  readonly periodStartsMs: (nowMs: number) => readonly number[];
  readonly onNotice: (notice: LedgerNotice) => void;
};

/** Keeps one window's ledger going: opens its database, watches it, replaces it, tells the user. */
export class LedgerKeeper {
  readonly store: SqliteStore;
  readonly #options: KeeperOptions;
  readonly #deadWindows: () => Promise<DeadWindows>;
  readonly #told = new Set<LedgerNotice['kind']>();
  #path: string;
  #identity: string | undefined;
  #owner: number | undefined;
  #polls = 0;
  #recordedSeen = 0;
  #cancel: Cancel | undefined;
  #isDisposed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#path = options.path;
    const { clock, random, snapshot, periodStartsMs } = options;
    this.store = new SqliteStore({
      clock,
      random,
      periodStartsMs,
      snapshot,
      mayReturn: options.sqlite !== undefined,
      onWanted: () => this.#reopen(),
      onFailure: (problem, known) => this.#replace(problem, known),
    });
    const { isAlive } = options;
    this.#deadWindows = lazy(async () => {
      const { DeadWindows } = await import('./deadWindows.ts');
      return new DeadWindows({ store: this.store, now: () => clock.now(), isAlive });
    });
  }

  /** The file in use; reports read it too. */
  get path(): string {
    return this.#path;
  }

  /** Answers once the ledger counts, on disk or in memory. Waits a little for a locked database. */
  async open(): Promise<void> {
    const { snapshot } = this.#options;
    const patienceEndsMs = this.#options.clock.monotonic() + 3_000;
    let problem = this.#tryOpen(snapshot);
    while (problem === 'busy' && this.#options.clock.monotonic() < patienceEndsMs) {
      await new Promise<void>((resolve) => void this.#options.clock.after(20, resolve));
      problem = this.#tryOpen(snapshot);
    }
    if (problem !== undefined) this.store.useMemory(snapshot());
    this.#schedule();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#cancel?.();
    // What was counted in memory is nowhere else.
    this.store.reach();
    leaveStore(this.store, this.#options.clock.now());
    this.store.dispose();
  }

  #schedule(): void {
    // A look may have been under way when it was disposed of.
    if (this.#isDisposed) return;
    this.#cancel = this.#options.clock.after(pollMs, () => void this.#poll().finally(() => this.#schedule()));
  }

  async #poll(): Promise<void> {
    this.#polls += 1;
    const { store } = this;
    if (store.opened === undefined) {
      if (this.#polls % pollsPerReopen === 0 && store.isAway) this.#reopen();
      return;
    }
    if (this.#isReplaced()) this.#recreate();
    store.refresh();
    if (this.#polls % pollsPerBeat === 0 && store.own.size > 0) {
      await store.perform(() => ({ answer: undefined, beatOf: this.#options.pid }));
    }
    if (this.#polls % pollsPerSnapshot === 1 && store.mirror.recorded.length !== this.#recordedSeen) {
      store.takeSnapshot();
      this.#recordedSeen = store.mirror.recorded.length;
    }
    // Where it cannot be loaded now, the next look tries again.
    if (this.#polls % pollsPerLook === 0) await (await this.#deadWindows().catch(() => undefined))?.look();
  }

  #isReplaced(): boolean {
    const identity = fileIdentity(this.#path);
    if (identity === 'unknown') return false;
    // The disk did not tell when it was opened.
    if (this.#identity === 'unknown') this.#identity = identity;
    return identity !== this.#identity;
  }

  #reopen(): void {
    this.#tryOpen(() => this.store.unwritten.from);
  }

  /** Undefined when the database counts from here on. */
  #tryOpen(known: () => Snapshot): SqliteProblem | undefined {
    const { sqlite, path, clock } = this.#options;
    if (sqlite === undefined) {
      this.#tell({ kind: 'noSqlite' });
      return 'other';
    }
    let problem = this.#openAt(sqlite, path, known, 'WAL');
    if (problem === 'io') problem = this.#openAt(sqlite, path, known, 'DELETE');
    if (problem === 'newer' || problem === 'older') {
      if (problem === 'newer') this.#tell({ kind: 'newer', path });
      problem = this.#openAt(sqlite, `${path.replace(/\.db$/, '')}.v${schemaForm}.db`, known, 'WAL');
    }
    if (problem === 'damaged') {
      try {
        this.#tell({ kind: 'damaged', path: setAside(path, clock.now()) });
        problem = this.#openAt(sqlite, path, known, 'WAL');
      } catch {
        problem = 'io';
      }
    }
    if (problem === undefined) return undefined;
    if (problem === 'newer' || problem === 'older') return 'other';
    if (problem !== 'busy') this.#tellProblem(problem);
    return problem;
  }

  #openAt(
    sqlite: Sqlite,
    path: string,
    known: () => Snapshot,
    journal: 'WAL' | 'DELETE',
  ): SqliteProblem | 'newer' | 'older' | undefined {
    let file: OpenedFile | undefined;
    try {
      const { pid } = this.#options;
      const fill = (connection: Opened['connection']): void => fillFromSnapshot(connection, known());
      file = openFile({ sqlite, path, pid, owner: this.#ownerAt(path), journal, mark: this.#newMark(), fill });
      if (file.kind === 'otherForm') return file.isNewer ? 'newer' : 'older';
      this.store.use(file.opened);
      this.#settleAt(path, file.opened);
      if (!file.wal) this.#tell({ kind: 'withoutWal', path });
      return undefined;
    } catch (error) {
      if (file?.kind === 'open') file.opened.connection.db.close();
      return problemOf(error);
    }
  }

  /** The database failed while in use: another one where it was damaged, else memory until it works again. */
  #replace(problem: SqliteProblem, known: Snapshot): Opened | undefined {
    const { sqlite, pid, clock } = this.#options;
    if (problem !== 'damaged' || sqlite === undefined) {
      this.#tellProblem(problem);
      return undefined;
    }
    try {
      const isMine = fileIdentity(this.#path) === this.#identity;
      // Another window may have replaced it already.
      if (isMine) this.#tell({ kind: 'damaged', path: setAside(this.#path, clock.now()) });
      const seen = this.#seen();
      const fill = (connection: Opened['connection']): void => {
        fillFromSnapshot(connection, known);
        noteCopied(connection, seen);
      };
      const file = openFile({
        sqlite,
        path: this.#path,
        pid,
        owner: undefined,
        journal: 'WAL',
        mark: this.#newMark(),
        fill,
      });
      if (file.kind === 'otherForm') return undefined;
      if (!file.isFilled) this.#bringOver(file.opened, undefined, known);
      this.#settleAt(this.#path, file.opened);
      return file.opened;
    } catch (error) {
      this.#tellProblem(problemOf(error));
      return undefined;
    }
  }

  /** The file was deleted or replaced; the old one can still be read through the open connection. */
  #recreate(): void {
    const { sqlite, pid } = this.#options;
    const old = this.store.opened;
    if (old === undefined || sqlite === undefined) return;
    try {
      const fill = (connection: Opened['connection']): void => fillFromOld(connection, old.connection);
      const file = openFile({
        sqlite,
        path: this.#path,
        pid,
        owner: old.owner,
        journal: 'WAL',
        mark: this.#newMark(),
        fill,
      });
      if (file.kind === 'otherForm') return;
      if (!file.isFilled) this.#bringOver(file.opened, old, this.store.known());
      this.store.use(file.opened);
      this.#settleAt(this.#path, file.opened);
      old.connection.db.close();
      this.#tell({ kind: 'recreated', path: this.#path });
    } catch (error) {
      const problem = problemOf(error);
      // The next poll tries again.
      if (problem !== 'busy') this.store.fail(problem);
    }
  }

  /** Into a database that another window has made: what it does not know yet. */
  #bringOver({ connection }: Opened, old: Opened | undefined, known: Snapshot): void {
    try {
      if (old !== undefined && addLateFrom(connection, old.connection)) return;
    } catch (error) {
      // The old one may be what was damaged.
      if (problemOf(error) === 'busy') throw error;
    }
    if (!addRemembered(connection, this.store.mirror.recorded, this.#seen())) topUp(connection, known);
  }

  #seen(): Seen {
    const { mark, lastAttempt, lastSeq } = this.store.mirror;
    return { mark, attempt: lastAttempt, seq: lastSeq };
  }

  #newMark(): string {
    return Buffer.from(this.#options.random.bytes(8)).toString('hex');
  }

  #settleAt(path: string, { owner }: Opened): void {
    this.#path = path;
    this.#owner = owner;
    this.#identity = fileIdentity(path);
  }

  /** The number this window had there, if it is still the same file. */
  #ownerAt(path: string): number | undefined {
    return path === this.#path && fileIdentity(path) === this.#identity ? this.#owner : undefined;
  }

  #tellProblem(problem: SqliteProblem): void {
    this.#tell({ kind: noticeKinds[problem], path: this.#path });
  }

  #tell(notice: LedgerNotice): void {
    if (this.#told.has(notice.kind)) return;
    this.#told.add(notice.kind);
    this.#options.onNotice(notice);
  }
}
