import type { Cancel } from '../../core/ports.ts';
import type { Overview, Reports, UsageReport } from '../../core/quota/reports.ts';
import type { SqliteReports, SqliteReportsOptions } from './sqliteReports.ts';

/** Upkeep of old rows and of the log begins so long after the database was opened. */
const loadAfterMs = 1_000;

/** The reports, loaded with the first that is asked for, or soon for the upkeep that they do. */
export class LazyReports implements Reports {
  readonly #options: SqliteReportsOptions;
  readonly #timer: Cancel;
  #reports: SqliteReports | undefined;
  #disposed = false;

  constructor(options: SqliteReportsOptions) {
    this.#options = options;
    // Where it cannot be loaded now, whoever asks for a report hears of it.
    this.#timer = options.clock.after(loadAfterMs, () => void this.#load().catch(() => undefined));
  }

  async byHour(fromMs: number, toMs: number): Promise<UsageReport> {
    return (await this.#load()).byHour(fromMs, toMs);
  }

  async byDay(fromMs: number, toMs: number, zone: string): Promise<UsageReport> {
    return (await this.#load()).byDay(fromMs, toMs, zone);
  }

  async overview(fromMs: number, toMs: number): Promise<Overview> {
    return (await this.#load()).overview(fromMs, toMs);
  }

  /** Folds old rows now. */
  async fold(): Promise<void> {
    return (await this.#load()).fold();
  }

  dispose(): void {
    this.#disposed = true;
    this.#timer();
    this.#reports?.dispose();
  }

  async #load(): Promise<SqliteReports> {
    const { SqliteReports } = await import('./sqliteReports.ts');
    if (this.#disposed) throw new Error('The reports were closed');
    return (this.#reports ??= new SqliteReports(this.#options));
  }
}
