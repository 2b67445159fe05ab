import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Behaviour } from '../simulator/behaviours.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { HostDesk, question } from './support/hostDesk.ts';

describe('Bad replies and bad requests in the extension host', () => {
  let desk: HostDesk;
  let groq: Simulator;

  before(async () => {
    desk = await HostDesk.open();
    groq = await startGroq({ limits: 'none' });
  });
  afterEach(() => desk.clear());
  after(() => groq.stop());

  const point = () => desk.set('aiKeys.providers', { groq: { baseUrl: groq.baseUrl } });

  const replies: readonly (readonly [Behaviour, string])[] = [
    ['html200', 'badReply'],
    ['truncatedJson', 'badReply'],
    ['endless', 'cutOff'],
  ];
  for (const [behaviour, outcome] of replies) {
    it(`names what a key that ${behaviour} does, and stays calm`, async () => {
      await point();
      await desk.addKey('groq', groq.key(behaviour));
      const answer = await desk.api.chat({ ...question(), stream: behaviour === 'endless' });
      assert.ok(
        ['badReply', 'cutOff', outcome].includes(answer.route.attempts[0]?.outcome ?? ''),
        JSON.stringify(answer.route.attempts[0]),
      );
      assert.ok(answer.cutOff || answer.degraded);
    });
  }

  it('says who could not be reached when nobody answers at the address', async () => {
    await desk.set('aiKeys.providers', { groq: { baseUrl: 'http://127.0.0.1:9/v1' } });
    await desk.addKey('groq', groq.key('good', 7));
    const answer = await desk.api.chat(question());
    assert.equal(answer.degraded, true);
    assert.equal(answer.route.attempts[0]?.outcome, 'network');
    assert.match(answer.content, /Groq Key \d|offline/);
  });

  it('ends at once when the caller gives up', async () => {
    await point();
    await desk.addKey('groq', groq.key('silent'));
    const leave = new AbortController();
    const asked = desk.api.chat({ ...question(), signal: leave.signal });
    setTimeout(() => leave.abort(), 50);
    await assert.rejects(asked, { kind: 'cancelled' });
  });

  it('names an unknown provider, an unknown model and an empty question', async () => {
    await assert.rejects(desk.api.chat({ ...question(), provider: 'nobody' }), { kind: 'unknownProvider' });
    await assert.rejects(desk.api.chat({ ...question(), model: 'groq/none-such' }), { kind: 'unknownModel' });
    await assert.rejects(desk.api.chat({ messages: [] }), { kind: 'noMessages' });
  });

  it('names the field of a request that another extension built wrongly', async () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ messages: 'Why?' }, /messages/],
      [{ messages: [{ role: 'robot', content: 'Why?' }] }, /messages\.0\.role/],
      [{ ...question(), maxTokens: -1 }, /maxTokens/],
      [{ ...question(), temperature: Number.NaN }, /temperature/],
    ];
    for (const [request, message] of wrong) {
      const asked: unknown = Reflect.apply(desk.api.chat, desk.api, [request]);
      await assert.rejects(Promise.resolve(asked), { kind: 'badRequest', message });
    }
  });

  it('uses the default of a setting of the wrong type', async () => {
    await point();
    await desk.set('aiKeys.cache.enabled', 'often');
    await desk.addKey('groq', groq.key('good', 8));
    const ask = question();
    await desk.api.chat(ask);
    assert.equal((await desk.api.chat(ask)).cached, true, 'the cache is on by default');
  });
});
