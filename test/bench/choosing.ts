import { MemoryLedger } from '../../src/adapters/memoryLedger.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { capsOf, isFull } from '../../src/core/quota/concurrency.ts';
import { Tracker } from '../../src/core/quota/tracker.ts';
import { lanesOf } from '../../src/core/routing/candidate.ts';
import type { Snapshot } from '../../src/core/routing/obstacleOf.ts';
import { choose } from '../../src/core/routing/rank.ts';
import { Sizer } from '../../src/core/routing/sizing.ts';
import { Tried } from '../../src/core/routing/tried.ts';
import { keysOf, providerAt } from './benchFixture.ts';
import { median } from './median.ts';

/**
 * Choosing among so many keys of two providers and reserving with the one chosen, microseconds p50.
 * Half of the first provider's keys are cooling, as on a busy day.
 */
export async function chooseAndReserve(count: number, rounds = 7, requests = 2_000): Promise<Choosing> {
  const clock = new SystemClock();
  const providers = [
    providerAt('http://127.0.0.1:1/v1', 'groq', 'm1'),
    providerAt('http://127.0.0.1:2/v1', 'gemini', 'm2'),
  ];
  const { keys } = keysOf('groq', count / 2, (n) => `a${n}`);
  keys.push(...keysOf('gemini', count / 2, (n) => `b${n}`).keys);
  const ledger = new MemoryLedger({ clock });
  const tracker = new Tracker({
    ledger,
    keyBook: { all: () => keys },
    clock,
    providers: () => providers,
    warnAtPercent: () => [75, 90],
  });
  for (const key of keys.slice(0, count / 4)) {
    const untilMs = clock.now() + 3_600_000;
    await ledger.block(`secret:${key.fingerprint}`, {
      kind: 'cooldown',
      scope: '*',
      limit: 'tokensPerMinute',
      untilMs,
    });
  }
  const lanes = lanesOf(providers, keys);
  const choosing: number[] = [];
  const both: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const times = { choosing: [] as number[], both: [] as number[] };
    for (let request = 0; request < requests; request += 1) {
      const startedMs = performance.now();
      const nowMs = clock.now();
      const sizer = new Sizer({ messages: [{ role: 'user', content: 'Why?' }] }, { tracker, ledger });
      const snapshot: Snapshot = {
        nowMs,
        ledger,
        room: ({ key, provider, model }, tokens) => tracker.room(key, provider, model.id, tokens, nowMs),
        size: (candidate) => sizer.of(candidate),
        wanted: () => true,
        secretPresent: () => true,
        originConfirmed: () => true,
        timedOut: () => false,
        mayPass: () => false,
        busy: (candidate) => capsOf(ledger, candidate, nowMs).find(isFull),
        tried: new Tried(),
      };
      const { taken } = choose(lanes, snapshot, { strategy: 'priority', probe: false, shareLeft: () => 1 });
      const chosenMs = performance.now();
      if (taken === undefined) throw new Error('nobody to choose');
      const { candidate, cap } = taken;
      const { key, provider, model } = candidate;
      const reserved = await ledger.reserve({
        route: 'r',
        key: candidate.ref,
        keyId: key.id,
        fingerprint: key.fingerprint,
        account: candidate.account,
        provider: provider.id,
        model: model.id,
        tokens: 20 + cap,
        promptTokens: 20,
        nowMs,
        ceilings: tracker.ceilings(key, provider, model.id, nowMs),
      });
      const endedMs = performance.now();
      times.choosing.push((chosenMs - startedMs) * 1_000);
      times.both.push((endedMs - startedMs) * 1_000);
      if (!reserved.ok) throw new Error('no room');
      const tokens = { prompt: 20, completion: 30, total: 50, estimated: false };
      const { reservation } = reserved;
      await ledger.settle({ reservation, nowMs, outcome: 'ok', tokens, countsRequest: true, latencyMs: 5 });
    }
    choosing.push(median(times.choosing));
    both.push(median(times.both));
  }
  return { chooseUs: median(choosing), bothUs: median(both) };
}

export type Choosing = { readonly chooseUs: number; readonly bothUs: number };
