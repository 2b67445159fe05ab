import type { KeyBook } from '../../core/keys/keyBook.ts';
import type { Cancel, Clock, Random } from '../../core/ports.ts';
import type { AccountNames } from '../../core/quota/accountNames.ts';
import type { Ledger } from '../../core/quota/ledger.ts';
import { quotaDay, quotaMonth } from '../../core/quota/quotaDay.ts';
import type { Reports } from '../../core/quota/reports.ts';
import { noSnapshot, type Snapshot } from '../../core/quota/snapshot.ts';
import type { Connection } from './connection.ts';
import type { Sqlite } from './databaseFile.ts';
import { digestInTurns } from './digestInTurns.ts';
import { LedgerKeeper } from './ledgerKeeper.ts';
import type { LedgerNotice } from './ledgerNotice.ts';
import { SqliteAccountNames } from './sqliteAccountNames.ts';
import { SqliteModelLists } from './sqliteModelLists.ts';
import { SqliteKeyBook } from './sqliteKeyBook.ts';
import { SqliteLedger } from './sqliteLedger.ts';
import { LazyReports } from './lazyReports.ts';

export type LedgerOptions = {
  /** `…/ledger.db` under the extension's global storage. Its folder is made if need be. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  /** What `takeSnapshot` gave when it was last kept, through `parseSnapshot`. Asked for where the database lacks. */
  readonly snapshot?: () => Snapshot | undefined;
  /** When the quota days and months that run at a moment began; default: those of UTC. */
  readonly periodStartsMs?: (nowMs: number) => readonly number[];
  /** The bundled `reportWorker`; default: the source beside this file. */
  readonly reportWorkerUrl?: URL;
  /** Default: `node:sqlite`, where this host has it. */
  readonly loadSqlite?: () => Promise<Sqlite | undefined>;
  readonly pid?: number;
  readonly isAlive?: (pid: number) => boolean;
};

export type OpenLedger = {
  readonly ledger: Ledger;
  readonly keyBook: KeyBook;
  readonly accountNames: Pick<SqliteAccountNames, keyof AccountNames | 'onLateJoin'>;
  readonly modelLists: Pick<SqliteModelLists, 'all' | 'keep'>;
  readonly reports: Reports;
  /** What there was to tell when it was opened. */
  readonly notices: readonly LedgerNotice[];
  /** Each kind once. */
  onNotice(listener: (notice: LedgerNotice) => void): Cancel;
  /** When nothing of it is left to be done by whoever asks first: with a thousand keys some turns after opening. Never settles once it is disposed. */
  readonly digested: Promise<void>;
  /** To be kept outside the database within 5 s of a settle. */
  takeSnapshot(): Snapshot;
  /** For what else lives in the same database; undefined while there is none. May be another one later. */
  connection(): Connection | undefined;
  onForeignChange(listener: () => void): Cancel;
};

/** Never fails: where the disk does, the ledger counts in memory and says so. `ledger.dispose()` closes all. */
export async function openLedger(options: LedgerOptions): Promise<OpenLedger> {
  const { path, clock, random } = options;
  const listeners = new Set<(notice: LedgerNotice) => void>();
  const notices: LedgerNotice[] = [];
  const keeper = new LedgerKeeper({
    sqlite: await (options.loadSqlite ?? loadSqlite)(),
    path,
    clock,
    random,
    pid: options.pid ?? process.pid,
    isAlive: options.isAlive ?? isAlive,
    snapshot: () => options.snapshot?.() ?? noSnapshot,
    periodStartsMs: options.periodStartsMs ?? utcPeriods,
    onNotice: (notice) => {
      notices.push(notice);
      for (const listener of listeners) listener(notice);
    },
  });
  await keeper.open();
  const { store } = keeper;
  const { digested, stop } = digestInTurns(store, clock);
  const workerUrl = options.reportWorkerUrl ?? new URL('reportWorker.ts', import.meta.url);
  const reports = new LazyReports({ store, clock, workerUrl, path: () => keeper.path });
  const dispose = (): void => {
    stop();
    reports.dispose();
    keeper.dispose();
    listeners.clear();
  };
  return {
    ledger: new SqliteLedger(store, clock, dispose),
    keyBook: new SqliteKeyBook(store),
    accountNames: new SqliteAccountNames(store),
    modelLists: new SqliteModelLists(store),
    reports,
    notices: [...notices],
    digested,
    onNotice: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    takeSnapshot: () => store.takeSnapshot(),
    connection: () => store.opened?.connection,
    onForeignChange: (listener) => store.onForeignChange(listener),
  };
}

/** Some hosts of 2025 were built without it. */
async function loadSqlite(): Promise<Sqlite | undefined> {
  try {
    return await import('node:sqlite');
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Someone else's process, but a process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const utcPeriods = (nowMs: number): readonly number[] => [
  quotaDay(nowMs, 'UTC').startMs,
  quotaMonth(nowMs, 'UTC').startMs,
];
