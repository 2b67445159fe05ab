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

type Bar = {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly bar: number;
  readonly met: boolean;
};

export function rowOf(entry: ContestantEntry, workload: Workload, bound: number, result: DayResult): DayRow {
  const { id, name, plan } = workload;
  const sharePercent = (100 * result.answered) / bound;
  const row = { contestant: entry.id, name: entry.name, workload: id, workloadName: name, seed: plan.seed };
  const bars = entry.id === 'ours-priority' ? barsOf(workload, sharePercent, result) : [];
  return { ...row, bound, sharePercent, bars, ...result };
}

/** Adds to the default strategy's row what the others' day with the same seed asks of it. */
export function withPeerBars(rows: readonly DayRow[]): readonly DayRow[] {
  return rows.map((row) => {
    const peers = rows.filter(({ contestant, seed }) => seed === row.seed && isPeer(contestant));
    if (row.bars.length === 0 || peers.length === 0) return row;
    const fewest = Math.min(...peers.map(({ wastedCalls }) => wastedCalls)) - 1;
    const asMuch = peers.filter(({ answered }) => answered >= row.answered);
    const bars = [...row.bars, most('wasted calls, against the best peer', row.wastedCalls, 'calls', fewest)];
    if (asMuch.length === 0) return { ...row, bars };
    const quickest = Math.min(...asMuch.map(({ p95Seconds }) => p95Seconds));
    return { ...row, bars: [...bars, most('p95, against peers that serve as much', row.p95Seconds, 's', quickest)] };
  });
}

const isPeer = (contestant: string): boolean => !contestant.startsWith('ours') && contestant !== 'knows-everything';

const share = (what: string, percent: number, bar: number): Bar => {
  const value = Math.floor(percent * 100) / 100;
  return { what, unit: '%', value, bar, met: value >= bar };
};
const most = (what: string, value: number, unit: string, bar: number): Bar => {
  return { what, unit, value, bar, met: value <= bar };
};

function barsOf({ id, isScarce }: Workload, sharePercent: number, result: DayResult): readonly Bar[] {
  return [
    share('share of the bound', sharePercent, isScarce ? 97 : 99),
    most('wasted calls', result.wastedCalls, 'calls', isScarce ? 150 : 50),
    most('wrong give-ups', result.wrongGiveUps, 'requests', isScarce ? 99 : 0),
    most('over a limit', result.overLimit, 'requests', 0),
    ...(id === 'a' ? [share('from the first provider', result.fromFirstPercent, 93)] : []),
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
  for (const { name, requests, tokens, mostRequests } of places) {
    console.log(`    ${name}: ${requests} requests of at most ${mostRequests}, ${tokens} tokens`);
  }
}
