import type { ContestantEntry } from './contestant.ts';
import type { DayResult } from './runDay.ts';
import type { Workload, WorkloadId } from './workloads.ts';

/** One contestant's day with one workload and seed. */
export type DayRow = DayResult & {
  readonly contestant: string;
  readonly name: string;
  readonly workload: WorkloadId;
  readonly workloadName: string;
  readonly seed: number;
  readonly bound: number;
  readonly sharePercent: number;
  /** Held to the default strategy alone. */
  readonly bars: readonly Bar[];
};

type Bar = { readonly what: string; readonly value: number; readonly bar: number; readonly met: boolean };

export function rowOf(entry: ContestantEntry, workload: Workload, bound: number, result: DayResult): DayRow {
  const { id, name, plan } = workload;
  const sharePercent = (100 * result.answered) / bound;
  const row = { contestant: entry.id, name: entry.name, workload: id, workloadName: name, seed: plan.seed };
  const bars = entry.id === 'ours-priority' ? barsOf(workload, sharePercent, result) : [];
  return { ...row, bound, sharePercent, bars, ...result };
}

function barsOf({ id, isScarce }: Workload, sharePercent: number, result: DayResult): readonly Bar[] {
  const least = (what: string, value: number, bar: number): Bar => ({ what, value, bar, met: value >= bar });
  const most = (what: string, value: number, bar: number): Bar => ({ what, value, bar, met: value <= bar });
  return [
    least('share of the bound, %', sharePercent, isScarce ? 97 : 99),
    most('wasted calls', result.wastedCalls, isScarce ? 150 : 50),
    most('wrong give-ups', result.wrongGiveUps, isScarce ? 99 : 0),
    most('over a limit', result.overLimit, 0),
    ...(id === 'a' ? [least('from the first provider, %', result.fromFirstPercent, 93)] : []),
  ];
}

const columns = [
  ['offered', (row) => String(row.offered)],
  ['bound', (row) => String(row.bound)],
  ['answered', (row) => String(row.answered)],
  ['% of bound', (row) => row.sharePercent.toFixed(1)],
  ['wrong give-ups', (row) => String(row.wrongGiveUps)],
  ['wasted', (row) => String(row.wastedCalls)],
  ['calls', (row) => String(row.calls)],
  ['over', (row) => String(row.overLimit)],
  ['p50 s', (row) => row.p50Seconds.toFixed(1)],
  ['p95 s', (row) => row.p95Seconds.toFixed(1)],
  ['% first', (row) => row.fromFirstPercent.toFixed(0)],
] as const satisfies readonly (readonly [string, (row: DayRow) => string])[];

export function printWorkload(rows: readonly DayRow[], explains: boolean): void {
  const first = rows[0];
  if (first === undefined) return;
  console.log(`\n${first.workload}: ${first.workloadName}`);
  const nameOf = ({ name, seed }: DayRow): string => `${name}, seed ${seed}`;
  const widest = Math.max(...rows.map((row) => nameOf(row).length));
  console.log(`${' '.repeat(widest)}  ${columns.map(([title]) => title).join('  ')}`);
  for (const row of rows) {
    const cells = columns.map(([title, cell]) => cell(row).padStart(title.length));
    const missed = row.bars.filter(({ met }) => !met).map(({ what, bar }) => `${what} (bar ${bar})`);
    const verdict = row.bars.length === 0 ? '' : missed.length === 0 ? 'met' : `NOT MET: ${missed.join(', ')}`;
    console.log(`${nameOf(row).padEnd(widest)}  ${cells.join('  ')}  ${verdict}`);
    if (explains) explain(row);
  }
}

function explain({ refusals, places }: DayRow): void {
  for (const [refusal, count] of Object.entries(refusals)) console.log(`    ${refusal}: ${count}`);
  for (const { name, requests, tokens } of places) console.log(`    ${name}: ${requests} requests, ${tokens} tokens`);
}
