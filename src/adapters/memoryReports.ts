import type { Attempt } from '../core/quota/attempt.ts';
import type { Overview, Reports, UsageReport } from '../core/quota/reports.ts';
import { cellOf, dayStartIn, hourStart, latencyCellsOf, overviewOf, usageReport } from '../core/quota/usageReport.ts';
import type { Route } from '../core/routing/route.ts';

/** Reports over what one process remembers. */
export class MemoryReports implements Reports {
  readonly #attempts: () => readonly Attempt[];
  readonly #routes: () => readonly Route[];

  constructor(record: { readonly attempts: () => readonly Attempt[]; readonly routes: () => readonly Route[] }) {
    this.#attempts = record.attempts;
    this.#routes = record.routes;
  }

  async byHour(fromMs: number, toMs: number): Promise<UsageReport> {
    return this.#usage(fromMs, toMs, hourStart);
  }

  async byDay(fromMs: number, toMs: number, zone: string): Promise<UsageReport> {
    return this.#usage(fromMs, toMs, dayStartIn(zone));
  }

  async overview(fromMs: number, toMs: number): Promise<Overview> {
    const routes = this.#routes().filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    return overviewOf(
      this.#within(fromMs, toMs).map(cellOf),
      routes.map(({ outcome, ms }) => ({ outcome, ms, routes: 1 })),
    );
  }

  #usage(fromMs: number, toMs: number, startOf: (ms: number) => number): UsageReport {
    const attempts = this.#within(fromMs, toMs);
    return usageReport(attempts.map(cellOf), latencyCellsOf(attempts), startOf);
  }

  #within(fromMs: number, toMs: number): readonly Attempt[] {
    return this.#attempts().filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }
}
