import type { SoakTime } from './soakTime.ts';
import type { SoakWindow } from './soakWindow.ts';
import { rowCounts, upkeep } from './upkeep.ts';

const dayMs = 86_400_000;
/** So old are the rows that the upkeep leaves as they are, and a day more. */
const keptDays = 36;
/** Of one window with nothing under way: poll, recovery, alerts, copy, upkeep of the database, and some more. */
const mostTimers = 12;

type Measure = { readonly day: number; readonly rows: ReadonlyMap<string, number> };

/** Whatever grows without end: rows of the database, timers. */
export class Growth {
  /** What grew beyond its bound, for people. */
  readonly wrong: string[] = [];
  readonly measures: Measure[] = [];
  readonly #path: string;
  #startMs: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  measure(windows: readonly SoakWindow[], time: SoakTime, when: string): void {
    this.#startMs ??= time.trueMs;
    upkeep(this.#path, time.clock.now());
    const rows = rowCounts(this.#path);
    this.measures.push({ day: (time.trueMs - this.#startMs) / dayMs, rows });
    for (const [table, most] of Object.entries(mostRows)) {
      const count = rows.get(table) ?? 0;
      if (count > most) this.wrong.push(`${when}: ${count} rows in ${table}, not ${most} at the most`);
    }
    for (const { name, clock } of windows) {
      if (clock.pending > mostTimers) this.wrong.push(`${when}: ${clock.pending} timers in ${name}`);
    }
    const own = windows.reduce((sum, { clock }) => sum + clock.pending, 0);
    if (time.clock.pending > own) this.wrong.push(`${when}: ${time.clock.pending - own} timers of nobody`);
  }

  /** Once rows are as old as the upkeep lets them be, as many go as come: the tables that have more now than then. */
  growing(): readonly string[] {
    const full = this.measures.find(({ day }) => day > keptDays);
    const last = this.measures.at(-1);
    if (full === undefined || last === undefined) return [];
    return [...last.rows].flatMap(([table, now]) => {
      const then = full.rows.get(table) ?? 0;
      return now > then * 1.25 + 50 ? [`${table}: ${then} rows after ${keptDays} days, ${now} at the end`] : [];
    });
  }
}

/** Where a bound does not depend on how much is asked. */
const mostRows: Readonly<Record<string, number>> = {
  // The newest: what they hold may have to be settled when they die.
  windows: 100,
  reservations: 0,
  // 200, and those that go together with the next of them.
  routes: 232,
  alerts: 1_000,
  deliveries: 3_000,
};
