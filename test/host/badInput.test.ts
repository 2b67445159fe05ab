import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Behaviour } from '../simulator/behaviours.ts';
import { freshKey, question, withHost } from './support/hostFixture.ts';

describe('Bad replies and bad requests in the extension host', () => {
  const replies: readonly (readonly [Behaviour, string])[] = [
    ['html200', 'badReply'],
    ['truncatedJson', 'badReply'],
    ['endless', 'cutOff'],
  ];
  for (const [behaviour, outcome] of replies) {
    it(
      `names what a key that ${behaviour} does, and stays calm`,
      withHost(async (host) => {
        const groq = await host.simulateGroq();
        await host.addKey('groq', freshKey(groq, behaviour));
        const answer = await host.api.chat({ ...question(), stream: behaviour === 'endless' });
        assert.ok(
          ['badReply', 'cutOff', outcome].includes(answer.route.attempts[0]?.outcome ?? ''),
          JSON.stringify(answer.route.attempts[0]),
        );
        assert.ok(answer.cutOff || answer.degraded);
      }),
    );
  }

  it(
    'says who could not be reached when nobody answers at the address',
    withHost(async (host) => {
      const groq = await host.simulateGroq({ baseUrl: 'http://127.0.0.1:9/v1' });
      await host.addKey('groq', freshKey(groq, 'good'));
      const answer = await host.api.chat(question());
      assert.equal(answer.degraded, true);
      assert.equal(answer.route.attempts[0]?.outcome, 'network');
      assert.match(answer.content, /Groq Key \d|offline/);
    }),
  );

  it(
    'ends at once when the caller gives up',
    withHost(async (host) => {
      const groq = await host.simulateGroq();
      await host.addKey('groq', freshKey(groq, 'silent'));
      const leave = new AbortController();
      groq.onRequest = () => {
        leave.abort();
        return undefined;
      };
      await assert.rejects(host.api.chat({ ...question(), signal: leave.signal }), { kind: 'cancelled' });
      assert.equal(groq.chatsOf().length, 1, 'it was under way');
    }),
  );

  it(
    'names an unknown provider, an unknown model and an empty question',
    withHost(async ({ api }) => {
      await assert.rejects(api.chat({ ...question(), provider: 'nobody' }), { kind: 'unknownProvider' });
      await assert.rejects(api.chat({ ...question(), model: 'groq/none-such' }), { kind: 'unknownModel' });
      await assert.rejects(api.chat({ messages: [] }), { kind: 'noMessages' });
    }),
  );

  it(
    'names the field of a request that another extension built wrongly',
    withHost(async ({ api }) => {
      const wrong: readonly (readonly [object, RegExp])[] = [
        [{ messages: 'Why?' }, /messages/],
        [{ messages: [{ role: 'robot', content: 'Why?' }] }, /messages\.0\.role/],
        [{ ...question(), maxTokens: -1 }, /maxTokens/],
        [{ ...question(), temperature: Number.NaN }, /temperature/],
      ];
      for (const [request, message] of wrong) {
        const asked: unknown = Reflect.apply(api.chat, api, [request]);
        await assert.rejects(Promise.resolve(asked), { kind: 'badRequest', message });
      }
    }),
  );

  it(
    'uses the default of a setting of the wrong type',
    withHost(async (host) => {
      const groq = await host.simulateGroq();
      await host.set('aiKeys.cache.enabled', 'often');
      await host.addKey('groq', freshKey(groq, 'good'));
      const ask = question();
      await host.api.chat(ask);
      assert.equal((await host.api.chat(ask)).cached, true, 'the cache is on by default');
    }),
  );
});
