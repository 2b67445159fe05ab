import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { KeyRef } from '../../src/core/keys/keyRef.ts';
import { estimateTokens } from '../../src/core/providers/tokenEstimate.ts';
import { catalog } from '../../src/core/providers/catalog.ts';
import type { ChatAnswer } from '../../src/core/routing/chat.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type HostFixture, freshKey, question, withHost } from './support/hostFixture.ts';

const minuteMs = 60_000;
const midnightMs = Date.UTC(2031, 4, 6);
/** No limit of the catalog's free plan stands in the way of this. */
const model = 'a-model-of-ours';

/** A day with three keys of 14,400 tokens each, from nine o'clock on. */
class Day {
  readonly keys: readonly KeyRef[];
  readonly #host: HostFixture;
  readonly #groq: Simulator;
  #nowMs = Date.UTC(2031, 4, 5, 9);

  private constructor(host: HostFixture, groq: Simulator, keys: readonly KeyRef[]) {
    this.#host = host;
    this.#groq = groq;
    this.keys = keys;
  }

  static async begin(host: HostFixture): Promise<Day> {
    const groq = await host.simulateGroq({ models: [model] });
    groq.addModel(model);
    const keys: KeyRef[] = [];
    while (keys.length < 3) keys.push(await host.addKey('groq', freshKey(groq, 'good'), { tokensPerDay: 14_400 }));
    return new Day(host, groq, keys);
  }

  setClock(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#host.setClock(nowMs);
  }

  /** One request that uses exactly so many tokens, estimated and real, a minute after the last. */
  async spend(tokens: number): Promise<ChatAnswer> {
    this.setClock(this.#nowMs + minuteMs);
    const ask = question();
    const provider = catalog.find(({ id }) => id === 'groq');
    if (provider === undefined) throw new Error('no groq in the catalog');
    const prompt = estimateTokens({ messages: ask.messages, provider, model });
    this.#groq.nextAnswer({ text: 'Because.', usage: { prompt, completion: tokens - prompt } });
    return await this.#host.api.chat({ ...ask, maxTokens: tokens - prompt });
  }

  statsOf(key: KeyRef | undefined) {
    const number = Number(key?.split('/')[1]);
    return this.#host.api.getAllStats()['groq']?.[`key_${number}`];
  }
}

describe('A normal day inside VS Code, to the token', () => {
  it(
    'serves from Key 1 until its day is used up, and from Key 2 the very next time',
    withHost(async (host) => {
      const day = await Day.begin(host);
      const [one, two] = day.keys;
      await day.spend(5_000);
      assert.equal(Math.round(day.statsOf(one)?.percentage ?? 0), 35);
      await day.spend(5_800);
      const warned = await day.spend(1_200);
      assert.deepEqual(day.statsOf(one), { used: 12_000, limit: 14_400, remaining: 2_400, percentage: 83.3 });
      assert.match(warned.quotaWarning ?? '', /83% quota used/);
      await day.spend(1_250);
      assert.equal((await day.spend(1_150)).key, one);
      assert.deepEqual(day.statsOf(one), { used: 14_400, limit: 14_400, remaining: 0, percentage: 100 });
      const next = await day.spend(3_200);
      assert.deepEqual([next.key, next.route.attempts.length], [two, 1]);
      assert.equal(Math.round(day.statsOf(two)?.percentage ?? 0), 22);
    }),
  );

  it(
    'has all keys at 0 and ready at 00:00 UTC, and not a millisecond before',
    withHost(async (host) => {
      const day = await Day.begin(host);
      const [one, two] = day.keys;
      assert.equal((await day.spend(14_400)).key, one);
      assert.equal((await day.spend(3_200)).key, two);
      day.setClock(midnightMs - 200);
      assert.equal(day.statsOf(one)?.used, 14_400);
      day.setClock(midnightMs);
      for (const key of day.keys) assert.equal(day.statsOf(key)?.used, 0);
      assert.equal((await day.spend(1_000)).key, one);
      const { groq: health } = host.api.getHealthStatus();
      assert.deepEqual(health, { healthScore: 100, keys: 3, active: 3, quarantined: 0 });
    }),
  );
});
