// One of several processes that spend over one database: `node spender.ts DATABASE LOG NUMBER REQUESTS`.
// Every request uses a number of tokens that no other uses, and is logged before and after it counts.

import { openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import type { ReserveAsk } from '../../src/core/quota/ledger.ts';
import { quotaDay } from '../../src/core/quota/quotaDay.ts';

const [path = '', logPath = '', processText = '', requestsText = ''] = process.argv.slice(2);
const number = Number(processText);
const requests = Number(requestsText);

/** All processes together want more than this. */
const tightLimit = 10_000;
const tightTokens = 7;
const tightEvery = 4;

// The ledger's own timers keep no process alive.
const alive = setInterval(() => undefined, 1_000);
const log = openSync(logPath, 'a');
const clock = new SystemClock();
const { ledger } = await openLedger({ path, clock, random: new SystemRandom() });

async function request(change: Partial<ReserveAsk> & { tokens: number }): Promise<void> {
  const nowMs = clock.now();
  const reserved = await ledger.reserve({
    route: 'r',
    key: 'groq/1',
    keyId: `k${number}`,
    fingerprint: `f${number}`,
    account: 'pool:wide',
    provider: 'groq',
    model: `m${number % 2}`,
    promptTokens: 0,
    nowMs,
    ceilings: [],
    sent: true,
    ...change,
  });
  if (!reserved.ok) return;
  await ledger.settle({
    reservation: reserved.reservation,
    nowMs: clock.now(),
    outcome: 'ok',
    tokens: { prompt: 0, completion: change.tokens, total: change.tokens, estimated: false },
    countsRequest: true,
    latencyMs: 5,
    health: (health) => ({ ...health, lastUsedAtMs: nowMs }),
  });
}

for (let count = 1; count <= requests; count += 1) {
  const tokens = number * 100_000 + count;
  writeSync(log, `begin ${tokens}\n`);
  await request({ tokens });
  writeSync(log, `done ${tokens}\n`);
  await setImmediate();
  if (count % tightEvery !== 0) continue;
  const sinceMs = quotaDay(clock.now(), 'UTC').startMs;
  const ceilings = [{ limit: 'tokensPerDay', scope: '*', form: 'calendar', value: tightLimit, sinceMs } as const];
  await request({ account: 'pool:tight', tokens: tightTokens, ceilings });
  const bucket = [{ limit: 'tokensPerDay', scope: '*', form: 'bucket', value: tightLimit, sinceMs: 0 } as const];
  await request({ account: 'pool:bucket', tokens: tightTokens, ceilings: bucket });
}
ledger.dispose();
clearInterval(alive);
