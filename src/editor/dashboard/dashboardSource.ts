import * as vscode from 'vscode';

import type { AlertRecord } from '../../core/alerts/outbox.ts';
import { quotaDay } from '../../core/quota/quotaDay.ts';
import type { Overview } from '../../core/quota/reports.ts';
import { hourStart } from '../../core/quota/usageReport.ts';
import { daysUntil, hoursOf, lastDays } from '../../core/report/reportPeriod.ts';
import type { Route } from '../../core/routing/route.ts';
import type { ChartChoice, DashboardView } from '../../shared/dashboardView.ts';
import type { DashboardPorts } from './dashboardPorts.ts';
import { dashboardState, type Figures } from './view/dashboardState.ts';
import type { Scene } from './view/scene.ts';

const daysShown = 7;

/** Reads what the dashboard shows: keys and alerts at once, the record of the past when it comes. */
export class DashboardSource {
  readonly #ports: DashboardPorts;
  #choice: ChartChoice = { unit: 'tokens', by: 'provider' };
  #figures: Figures | undefined;
  #figuresDayMs: number | undefined;
  #problem: string | undefined;
  #routes: readonly Route[] = [];
  #history: readonly AlertRecord[] = [];
  #before: { readonly startMs: number; readonly overview: Overview } | undefined;

  constructor(ports: DashboardPorts) {
    this.#ports = ports;
  }

  get routes(): readonly Route[] {
    return this.#routes;
  }

  get history(): readonly AlertRecord[] {
    return this.#history;
  }

  choose(choice: ChartChoice): void {
    this.#choice = choice;
  }

  view(): DashboardView {
    const { tracker, providers, alerts } = this.#ports;
    const { unit, by } = this.#choice;
    // Which day is shown follows the figures: until they are read, those of before stay.
    const day = this.#figuresDayMs === undefined ? {} : { dayMs: this.#figuresDayMs };
    return dashboardState(
      {
        statuses: tracker.allStatuses(),
        health: tracker.healthStatus(),
        providers: providers(),
        alerts: alerts.state(),
        alertHistory: this.#history,
        routes: this.#routes,
        figures: this.#figures,
        problem: this.#problem,
        choice: { unit, by, ...day },
      },
      this.scene(),
    );
  }

  scene(): Scene {
    return {
      l10n: vscode.l10n,
      nowMs: this.#ports.clock.now(),
      language: vscode.env.language,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
  }

  /** Reads the record anew. A part that fails leaves the others as they are, and is said. */
  async read(): Promise<void> {
    const { router, alerts } = this.#ports;
    const [figures, routes, history] = await Promise.allSettled([
      this.#readFigures(this.#choice.dayMs),
      router.routes(),
      alerts.history(),
    ]);
    if (routes.status === 'fulfilled') this.#routes = routes.value;
    if (history.status === 'fulfilled') this.#history = history.value;
    const failed = [figures, routes, history].find((part) => part.status === 'rejected');
    this.#problem = failed === undefined ? undefined : this.#problemOf(failed.reason);
  }

  async #readFigures(dayMs: number | undefined): Promise<void> {
    const { reports } = this.#ports;
    const { nowMs, timeZone } = this.scene();
    const { now, before } = lastDays(nowMs);
    const days = daysUntil(nowMs, timeZone, daysShown);
    const day = dayMs === undefined ? undefined : quotaDay(dayMs, timeZone);
    const columns = day === undefined ? days : hoursOf(day);
    const [fromMs, toMs] = [columns[0]?.startMs ?? nowMs, columns.at(-1)?.endMs ?? nowMs];
    const [overview, earlier, lastDay, usage] = await Promise.all([
      reports.overview(now.startMs, now.endMs),
      this.#overviewBefore(before.startMs, before.endMs),
      // For its latencies alone, which are known by the hour.
      reports.byHour(hourStart(now.startMs), now.endMs),
      day === undefined ? reports.byDay(fromMs, toMs, timeZone) : reports.byHour(fromMs, toMs),
    ]);
    const { latencies } = lastDay;
    this.#figures = { now: overview, before: earlier, latencies, columns, rows: usage.rows };
    this.#figuresDayMs = day?.startMs;
  }

  /** The day before is over: it is read once a quarter of an hour. */
  async #overviewBefore(startMs: number, endMs: number): Promise<Overview> {
    if (this.#before?.startMs === startMs) return this.#before.overview;
    const overview = await this.#ports.reports.overview(startMs, endMs);
    this.#before = { startMs, overview };
    return overview;
  }

  #problemOf(reason: unknown): string {
    const words = reason instanceof Error ? reason.message : String(reason);
    this.#ports.log.warn(`dashboard: ${words}`);
    return vscode.l10n.t('Some figures could not be read: {0}', words.slice(0, 400));
  }
}
