// `npm run bench:day`: a day on free keys in virtual time. Prints a table and writes out/benchDay.json; asserts nothing.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { upperBound } from './bound.ts';
import { installPeers } from '../../harness/installPeers.ts';
import type { ContestantEntry } from './contestant.ts';
import { contestants, peerIds } from './contestants.ts';
import { runDay } from './runDay.ts';
import { printWorkload, rowOf, withPeerBars, type DayRow } from './table.ts';
import { workload, workloadIds } from './workloads.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '1,2,3,4,5,6,7,8,9,10' },
    workloads: { type: 'string', default: workloadIds.join(',') },
    contestants: { type: 'string' },
    explain: { type: 'boolean', default: false },
  },
});
const seeds = (values.seed ?? values.seeds.split(',')).map(Number);
const isAsked = (id: string): boolean => values.contestants?.split(',').includes(id) ?? true;
if (peerIds.some(isAsked)) {
  await installPeers();
  // Named at run time, since its imports are there only now.
  await import(new URL('../dayPeers.ts', import.meta.url).href);
}
const chosen = workloadIds.filter((id) => values.workloads.split(',').includes(id));

/** Our default strategy is held to its bars on every seed, everyone else shows one day. */
const seedsOf = ({ id }: ContestantEntry): readonly number[] => (id === 'ours-priority' ? seeds : seeds.slice(0, 1));

const rows: DayRow[] = [];
for (const id of chosen) {
  const own: DayRow[] = [];
  for (const entry of contestants.filter((each) => isAsked(each.id))) {
    for (const seed of seedsOf(entry)) {
      const today = workload(id, seed);
      const bound = upperBound(today.plan, today.requests);
      own.push(rowOf(entry, today, bound, await runDay(entry, today)));
    }
  }
  const held = withPeerBars(own);
  rows.push(...held);
  printWorkload(held, values.explain);
}
const outDir = resolve(import.meta.dirname, '../../../out');
mkdirSync(outDir, { recursive: true });
writeFileSync(join(outDir, 'benchDay.json'), `${JSON.stringify(rows, undefined, 2)}\n`);
// What a peer leaves running would keep the process.
process.exit(0);
