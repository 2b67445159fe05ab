import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChatRequest } from '../../../src/core/routing/chat.ts';
import { passTime, question, routerFixture, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const hourMs = 3_600_000;

function fixtureOf(script: (asked: says.Asked) => says.Reply = () => says.answers(), cacheEnabled = true) {
  const http = new ScriptedHttp(script);
  return { http, fixture: routerFixture({ http, keys: ['groq/1', 'groq/2'], config: { cacheEnabled } }) };
}

describe('the cache', () => {
  it('answers the same request within 1 hour, and touches no key', async () => {
    const { http, fixture } = fixtureOf();
    const ask = question();
    const first = await fixture.router.chat(ask);
    await fixture.clock.advance(hourMs);
    const again = await fixture.router.chat(ask);
    assert.deepEqual([again.cached, again.degraded, again.content, again.ageMs], [true, false, first.content, hourMs]);
    assert.equal(again.route.outcome, 'cached');
    assert.equal(again.route.attempts.length, 0);
    assert.equal(http.asked.length, 1);
  });

  it('asks again after 1 hour', async () => {
    const { http, fixture } = fixtureOf();
    const ask = question();
    await fixture.router.chat(ask);
    await fixture.clock.advance(hourMs + 1);
    assert.equal((await fixture.router.chat(ask)).cached, false);
    assert.equal(http.asked.length, 2);
  });

  it('a machine that slept has aged, though its monotonic clock stood still', async () => {
    const { http, fixture } = fixtureOf();
    const ask = question();
    await fixture.router.chat(ask);
    fixture.clock.setWall(fixture.clock.now() + 2 * hourMs);
    assert.equal((await fixture.router.chat(ask)).cached, false);
    assert.equal(http.asked.length, 2);
  });

  const variants: Record<string, Partial<ChatRequest>> = {
    messages: { messages: [{ role: 'user', content: 'something else' }] },
    'the model': { model: 'groq-model' },
    'the provider': { provider: 'groq' },
    temperature: { temperature: 0.5 },
    'the cap': { maxTokens: 77 },
    tools: { tools: [{ name: 'look', parameters: { type: 'object' } }] },
  };
  for (const [what, change] of Object.entries(variants)) {
    it(`is another request with other ${what}`, async () => {
      const { http, fixture } = fixtureOf();
      const ask = question();
      await fixture.router.chat(ask);
      assert.equal((await fixture.router.chat({ ...ask, ...change })).cached, false);
      assert.equal(http.asked.length, 2);
    });
  }

  it('noCache goes past it', async () => {
    const { http, fixture } = fixtureOf();
    const ask = question();
    await fixture.router.chat(ask);
    assert.equal((await fixture.router.chat({ ...ask, noCache: true })).cached, false);
    assert.equal(http.asked.length, 2);
  });

  it('can be turned off', async () => {
    const { http, fixture } = fixtureOf(() => says.answers(), false);
    const ask = question();
    await fixture.router.chat(ask);
    await fixture.router.chat(ask);
    assert.equal(http.asked.length, 2);
  });

  it('is emptied by clearCache', async () => {
    const { http, fixture } = fixtureOf();
    const ask = question();
    await fixture.router.chat(ask);
    fixture.router.clearCache();
    await fixture.router.chat(ask);
    assert.equal(http.asked.length, 2);
  });

  const calls = JSON.stringify({
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
  });
  const atTheCap = JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: 'It is bec' }, finish_reason: 'length' }],
  });
  const notKept: Record<string, says.Reply> = {
    'broke off': says.streams(['It is'], { ends: false }),
    'called tools': { status: 200, body: calls },
    'was cut at the cap': { status: 200, body: atTheCap },
    'was cut by a content filter': { status: 200, body: atTheCap.replace('length', 'content_filter') },
  };
  for (const [what, reply] of Object.entries(notKept)) {
    it(`does not keep an answer that ${what}`, async () => {
      const { http, fixture } = fixtureOf(() => reply);
      const ask = question({ stream: true });
      await fixture.router.chat(ask);
      assert.equal((await fixture.router.chat(ask)).cached, false);
      assert.equal(http.asked.length, 2);
    });
  }

  it('does not keep a degraded answer', async () => {
    const html: says.Reply = { status: 200, body: '<html>hello</html>' };
    const { http, fixture } = fixtureOf(({ secret }) => (http.chats(secret) > 1 ? says.answers() : html));
    const ask = question();
    assert.equal((await fixture.router.chat(ask)).degraded, true);
    const again = await fixture.router.chat(ask);
    assert.deepEqual([again.degraded, again.cached], [false, false]);
  });

  it('repeats no quota warning that was true an hour ago', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 800, completion: 100 }));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_150 } }] });
    const ask = question({ maxTokens: 300 });
    assert.equal((await fixture.router.chat(ask)).quotaWarning, 'Groq Key 1: 78% quota used');
    const again = await fixture.router.chat(ask);
    assert.equal(again.cached, true);
    assert.equal(again.quotaWarning, undefined);
    assert.equal(again.tokensUsed.total, 0);
  });
});

describe('a stale answer', () => {
  async function staleAfter(ms: number) {
    let fails = false;
    const { fixture } = fixtureOf(() => (fails ? says.rateLimited('TPD', '30h') : says.answers()));
    const ask = question();
    await fixture.router.chat(ask);
    fails = true;
    await fixture.clock.advance(ms);
    return fixture.router.chat(ask);
  }

  it('is given when no key can answer, marked with its age', async () => {
    const answer = await staleAfter(23 * hourMs);
    assert.deepEqual([answer.degraded, answer.cached, answer.ageMs], [true, true, 23 * hourMs]);
    assert.ok(answer.content.includes('23h old'));
    assert.ok(answer.content.endsWith('Because.'));
  });

  it('is kept 24 h', async () => {
    const answer = await staleAfter(24 * hourMs + 1);
    assert.deepEqual([answer.degraded, answer.cached], [true, false]);
  });
});

describe('identical requests under way at the same time', () => {
  it('become one call, and each caller gets the whole answer', async () => {
    const live = new says.LiveReply();
    const { http, fixture } = fixtureOf(() => live);
    const ask = question({ stream: true });
    const texts = [0, 1, 2].map(async () => {
      let text = '';
      for await (const part of fixture.router.stream(ask)) if (part.type === 'text') text += part.text;
      return text;
    });
    await settled();
    live.says('Be');
    await settled();
    const late = fixture.router.chat(ask);
    live.says('cause.');
    live.ends();
    assert.deepEqual(await Promise.all(texts), ['Because.', 'Because.', 'Because.']);
    assert.equal((await late).content, 'Because.');
    assert.equal(http.asked.length, 1);
  });

  it('one who leaves does not end it for the others', async () => {
    const live = new says.LiveReply();
    const { http, fixture } = fixtureOf(() => live);
    const ask = question({ stream: true });
    const leaver = new AbortController();
    const left = fixture.router.chat({ ...ask, signal: leaver.signal });
    const stays = fixture.router.chat(ask);
    await settled();
    leaver.abort();
    await assert.rejects(left, { kind: 'cancelled' });
    live.says('Because.');
    live.ends();
    assert.equal((await stays).content, 'Because.');
    assert.equal(http.asked.length, 1);
  });

  it('nobody joins a call that is being cancelled', async () => {
    const { http, fixture } = fixtureOf(({ secret }) => (http.chats(secret) === 1 ? 'hangs' : says.answers()));
    const ask = question();
    const leaver = new AbortController();
    const left = fixture.router.chat({ ...ask, signal: leaver.signal });
    await settled();
    leaver.abort();
    const next = fixture.router.chat(ask);
    await assert.rejects(left, { kind: 'cancelled' });
    await passTime(fixture);
    assert.equal((await next).content, 'Because.');
  });

  it('with noCache each asks for itself', async () => {
    const { http, fixture } = fixtureOf();
    const ask = question({ noCache: true });
    await Promise.all([fixture.router.chat(ask), fixture.router.chat(ask)]);
    assert.equal(http.asked.length, 2);
  });
});
