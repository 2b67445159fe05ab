import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { KeyRef } from '../../src/core/keys/keyRef.ts';
import { estimateTokens } from '../../src/core/providers/tokenEstimate.ts';
import { catalog } from '../../src/core/providers/catalog.ts';
import type { ChatAnswer } from '../../src/core/routing/chat.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { HostDesk, question } from './support/hostDesk.ts';

const minuteMs = 60_000;
/** No limit of the catalog's free plan stands in the way of this. */
const model = 'a-model-of-ours';

describe('A normal day inside VS Code, to the token', () => {
  let desk: HostDesk;
  let groq: Simulator;
  let refs: KeyRef[];
  let nowMs = Date.UTC(2031, 4, 5, 9);

  before(async () => {
    desk = await HostDesk.open();
    groq = await startGroq({ limits: 'none' });
    groq.addModel(model);
    await desk.set('aiKeys.providers', { groq: { baseUrl: groq.baseUrl, models: [model] } });
    refs = [];
    for (const n of [1, 2, 3]) refs.push(await desk.addKey('groq', groq.key('good', n), { tokensPerDay: 14_400 }));
  });
  after(async () => {
    await desk.clear();
    await groq.stop();
  });

  /** One request that uses exactly so many tokens, estimated and real, a minute after the last. */
  async function spend(tokens: number): Promise<ChatAnswer> {
    nowMs += minuteMs;
    desk.testing.setClock(nowMs);
    const ask = question();
    const provider = catalog.find(({ id }) => id === 'groq');
    if (provider === undefined) throw new Error('no groq in the catalog');
    const prompt = estimateTokens({ messages: ask.messages, provider, model });
    groq.nextAnswer({ text: 'Because.', usage: { prompt, completion: tokens - prompt } });
    return await desk.api.chat({ ...ask, maxTokens: tokens - prompt });
  }

  const statsOf = (ref: KeyRef | undefined) => {
    const number = Number(ref?.split('/')[1]);
    return desk.api.getAllStats()['groq']?.[`key_${number}`];
  };

  it('serves from Key 1 until its day is used up, and from Key 2 the very next time', async () => {
    const [one, two] = refs;
    await spend(5_000);
    assert.equal(Math.round(statsOf(one)?.percentage ?? 0), 35);
    await spend(5_800);
    const warned = await spend(1_200);
    assert.deepEqual(statsOf(one), { used: 12_000, limit: 14_400, remaining: 2_400, percentage: 83.3 });
    assert.match(warned.quotaWarning ?? '', /83% quota used/);
    await spend(1_250);
    assert.equal((await spend(1_150)).key, one);
    assert.deepEqual(statsOf(one), { used: 14_400, limit: 14_400, remaining: 0, percentage: 100 });
    const next = await spend(3_200);
    assert.deepEqual([next.key, next.route.attempts.length], [two, 1]);
    assert.equal(Math.round(statsOf(two)?.percentage ?? 0), 22);
  });

  it('has all keys at 0 and ready at 00:00 UTC, and not a millisecond before', async () => {
    desk.testing.setClock(Date.UTC(2031, 4, 6) - 200);
    assert.equal(statsOf(refs[0])?.used, 14_400);
    nowMs = Date.UTC(2031, 4, 6);
    desk.testing.setClock(nowMs);
    for (const ref of refs) assert.equal(statsOf(ref)?.used, 0);
    assert.equal((await spend(1_000)).key, refs[0]);
    const { groq: health } = desk.api.getHealthStatus();
    assert.deepEqual(health, { healthScore: 100, keys: 3, active: 3, quarantined: 0 });
  });
});
