import { Worker } from 'node:worker_threads';
import type { Cancel, Clock } from '../../core/ports.ts';
import type { Overview, Reports, UsageReport } from '../../core/quota/reports.ts';
import type { MemoryReports } from '../memoryReports.ts';
import { logBytes } from './databaseFile.ts';
import type { UsageAsk } from './reportQueries.ts';
import type { WorkerAnswer, WorkerAsk, WorkerReply, WorkerWork } from './reportWorker.ts';
import type { SqliteStore } from './sqliteStore.ts';

const firstFoldMs = 60_000;
const foldEveryMs = 3_600_000;
/** A dashboard that is open asks more often than this. */
const idleMs = 60_000;

/** A log longer than this is written back into the database. */
const longLogBytes = 4_096_000;
const lookAfterChangeMs = 1_000;

export type SqliteReportsOptions = {
  readonly store: SqliteStore;
  readonly clock: Clock;
  readonly workerUrl: URL;
  readonly path: () => string;
};

type Waiting = { readonly resolve: (answer: WorkerAnswer) => void; readonly reject: (error: Error) => void };

/** Reports of the shared database, asked of a worker thread that lives while it is used. */
export class SqliteReports implements Reports {
  readonly #options: SqliteReportsOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;
  #fold: Cancel;
  readonly #stopWatching: Cancel;
  #look: Cancel | undefined;
  #idle: Cancel | undefined;

  constructor(options: SqliteReportsOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#fold = clock.after(firstFoldMs, () => this.#upkeep());
    this.#stopWatching = store.onDidChange(() => {
      this.#look ??= clock.after(lookAfterChangeMs, () => this.#lookAtLog());
    });
  }

  async byHour(fromMs: number, toMs: number): Promise<UsageReport> {
    if (this.#options.store.opened === undefined) return (await this.#memory()).byHour(fromMs, toMs);
    return this.#usage({ kind: 'byHour', fromMs, toMs });
  }

  async byDay(fromMs: number, toMs: number, zone: string): Promise<UsageReport> {
    if (this.#options.store.opened === undefined) return (await this.#memory()).byDay(fromMs, toMs, zone);
    return this.#usage({ kind: 'byDay', fromMs, toMs, zone });
  }

  async overview(fromMs: number, toMs: number): Promise<Overview> {
    if (this.#options.store.opened === undefined) return (await this.#memory()).overview(fromMs, toMs);
    const reply = await this.#ask({ do: 'overview', fromMs, toMs });
    if (reply.kind !== 'overview') throw new Error(`The report worker answered ${reply.kind}`);
    return reply.overview;
  }

  /** Of what is not in the database while there is none; seldom needed, so loaded then. */
  async #memory(): Promise<MemoryReports> {
    const { MemoryReports } = await import('../memoryReports.ts');
    const { store } = this.#options;
    return new MemoryReports({ attempts: () => store.unwritten.attempts(), routes: () => store.unwritten.routes() });
  }

  /** Folds old rows now. */
  async fold(): Promise<void> {
    await this.#ask({ do: 'fold', nowMs: this.#options.clock.now() });
  }

  dispose(): void {
    this.#stopWatching();
    this.#look?.();
    this.#fold();
    this.#stop();
  }

  #upkeep(): void {
    this.#fold = this.#options.clock.after(foldEveryMs, () => this.#upkeep());
    // A disk that cannot be written to has its own notice; the next hour tries again.
    if (this.#options.store.opened !== undefined) this.fold().catch(() => undefined);
  }

  #lookAtLog(): void {
    this.#look = undefined;
    const { store, path } = this.#options;
    if (store.opened === undefined || logBytes(path()) <= longLogBytes) return;
    // Where it cannot be done now, the next change asks again.
    this.#ask({ do: 'checkpoint' }).catch(() => undefined);
  }

  async #usage(ask: UsageAsk): Promise<UsageReport> {
    const reply = await this.#ask({ do: 'usage', ask });
    if (reply.kind !== 'usage') throw new Error(`The report worker answered ${reply.kind}`);
    return reply.usage;
  }

  #ask(work: WorkerWork): Promise<WorkerAnswer> {
    this.#asked += 1;
    const id = this.#asked;
    const message: WorkerAsk = { id, path: this.#options.path(), work };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#running().postMessage(message);
    });
  }

  #running(): Worker {
    this.#idle?.();
    this.#idle = this.#options.clock.after(idleMs, () => this.#stop());
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#options.workerUrl);
    worker.unref();
    worker.on('message', (reply: WorkerReply) => this.#answered(reply));
    worker.on('error', (error) => this.#stop(error instanceof Error ? error : new Error(String(error))));
    this.#worker = worker;
    return worker;
  }

  #answered(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.answer.kind === 'failed') waiting?.reject(new Error(reply.answer.message));
    else waiting?.resolve(reply.answer);
  }

  #stop(reason = new Error('The reports were closed')): void {
    this.#idle?.();
    this.#idle = undefined;
    void this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
