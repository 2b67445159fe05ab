import { upperBound } from './day/bound.ts';
import { ours } from './day/ours.ts';
import { runDay } from './day/runDay.ts';
import { rowOf as dayRowOf } from './day/table.ts';
import { workload, workloadIds } from './day/workloads.ts';
import type { PrintedRow } from './rows.ts';

/** A day of each workload with the default strategy; `npm run bench:day` shows more days, and the peers'. */
export async function dayRows(seed = 1): Promise<readonly PrintedRow[]> {
  const rows: PrintedRow[] = [];
  for (const entry of ours.slice(0, 1)) {
    for (const id of workloadIds) {
      const today = workload(id, seed);
      const result = await runDay(entry, today);
      const { bars, workloadName } = dayRowOf(entry, today, upperBound(today.plan, today.requests), result);
      for (const { what, unit, value, bar, met } of bars) {
        rows.push({ row: `a day on free keys, ${workloadName}: ${what}`, value, unit, bar, met });
      }
    }
  }
  return rows;
}
