import { type Behaviour, behaviours, has } from './behaviours.ts';
import { startSimulators } from './startSimulators.ts';

/** Runs all simulators on fixed ports until it is interrupted, and says how to use them. */
const sims = await startSimulators({ firstPort: 9101 });

const shown: readonly Behaviour[] = ['good', 'refused', 'rateMinute', 'dayUsed', 'overloaded', 'slow', 'breaks'];

for (const sim of sims.all) {
  sim.stream = { ...sim.stream, delayMs: 25 };
  console.log(`\n${sim.vendor.id}  ${sim.baseUrl}  check: ${sim.checkUrl}`);
  for (const behaviour of shown) {
    if (has(sim.vendor.id, behaviour)) console.log(`  ${behaviour.padEnd(12)} ${sim.key(behaviour)}`);
  }
}

const entries = sims.all.map((sim) => [sim.vendor.id, { baseUrl: sim.baseUrl, checkUrl: sim.checkUrl }]);
console.log(`\n"aiKeys.providers": ${JSON.stringify(Object.fromEntries(entries), undefined, 2)}`);
console.log('\nA key’s text decides what it meets: Sim<behaviour>N<number>Z anywhere in it.');
for (const [name, row] of Object.entries(behaviours)) console.log(`  ${name.padEnd(18)} ${row.what}`);
console.log('\nCtrl+C ends it.');

const end = (): void => void sims.stop().then(() => process.exit(0));
process.on('SIGINT', end);
process.on('SIGTERM', end);
