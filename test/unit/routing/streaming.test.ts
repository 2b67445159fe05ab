import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { ChatAnswer, ChatPart } from '../../../src/core/routing/chat.ts';
import { held, passTime, question, routerFixture, settled, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp, LiveReply } = says;
const streamed = () => question({ stream: true });

/** Reads to the end; `texts` grows as text arrives. */
function reading(fixture: RouterFixture, ask = streamed()) {
  const texts: string[] = [];
  const parts: ChatPart[] = [];
  const done = (async (): Promise<ChatAnswer> => {
    for await (const part of fixture.router.stream(ask)) {
      parts.push(part);
      if (part.type === 'text') texts.push(part.text);
      if (part.type === 'answer') return part.answer;
    }
    throw new Error('no answer');
  })();
  return { texts, parts, done };
}

const tokensOf = (fixture: RouterFixture, ref: 'groq/1' | 'groq/2') =>
  fixture.ledger.use(accountOf(fixture.keyAt(ref)), '*', fixture.clock.now() - 60_001);

describe('streaming', () => {
  it('text reaches the caller as it arrives, and the last part is the answer', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const { texts, parts, done } = reading(fixture);
    await settled();
    live.says('Be');
    await settled();
    assert.deepEqual(texts, ['Be']);
    live.says('cause.');
    await settled();
    assert.deepEqual(texts, ['Be', 'cause.']);
    live.ends();
    assert.equal((await done).content, 'Because.');
    assert.equal(parts.at(-1)?.type, 'answer');
  });

  it('until the first content failover is silent: no text of the failed attempt, one whole answer', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? live : says.streams(['Because.'])));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    const { texts, done } = reading(fixture);
    await settled();
    live.says('');
    live.breaks();
    await passTime(fixture);
    const answer = await done;
    assert.deepEqual([texts, answer.key, answer.cutOff], [['Because.'], 'groq/2', false]);
  });

  it('afterwards a break is reported as cutOff with the text so far, never restarted from the top', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? live : says.streams(['Something else.'])));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    const { texts, done } = reading(fixture);
    await settled();
    live.says('It is');
    await settled();
    live.breaks();
    const answer = await done;
    assert.deepEqual([answer.cutOff, answer.content, texts], [true, 'It is', ['It is']]);
    assert.deepEqual([answer.key, answer.degraded, answer.cached], ['groq/1', false, false]);
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(fixture.healthOf('groq/1').score, 85);
  });

  it('30 s without any byte after the first content is a break too', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const { done } = reading(fixture);
    await settled();
    live.says('It is');
    await settled();
    await fixture.clock.advance(29_999);
    assert.equal(fixture.router.busy, 1);
    await fixture.clock.advance(2);
    await passTime(fixture);
    assert.deepEqual([(await done).cutOff, (await done).content], [true, 'It is']);
  });

  it('what was used counts when it went well, as the provider said', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.streams(['Because.'], { prompt: 321, completion: 45 })),
      keys: ['groq/1'],
    });
    const { done } = reading(fixture);
    assert.deepEqual((await done).tokensUsed, { prompt: 321, completion: 45, total: 366, estimated: false });
    assert.deepEqual(tokensOf(fixture, 'groq/1'), { requests: 1, tokens: 366, heldRequests: 0, heldTokens: 0 });
  });

  it('what was used counts when it broke: the prompt and what came, marked as an estimate', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.streams(['x'.repeat(400)], { ends: false })),
      keys: ['groq/1'],
    });
    const { tokensUsed } = await reading(fixture).done;
    assert.deepEqual([tokensUsed.completion, tokensUsed.estimated], [100, true]);
    assert.ok(tokensUsed.prompt > 0);
    assert.equal(tokensOf(fixture, 'groq/1').tokens, tokensUsed.total);
    assert.equal(tokensOf(fixture, 'groq/1').requests, 1);
  });

  it('says what it does while nothing has come: who was refused, who is waited for', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? says.refused() : says.streams(['Because.'])));
    const { parts, done } = reading(routerFixture({ http, keys: ['groq/1', 'groq/2'] }));
    await done;
    const [first] = parts;
    assert.equal(first?.type, 'progress');
    assert.match(first.text, /^Groq Key 1 was refused/);
  });
});

describe('a caller that gives up', () => {
  it('by its signal: cancelled at once, and what was used is still counted', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const gives = new AbortController();
    const { done } = reading(fixture, question({ stream: true, signal: gives.signal }));
    await settled();
    live.says('x'.repeat(40));
    await settled();
    gives.abort();
    await assert.rejects(done, { name: 'ChatError', kind: 'cancelled' });
    await settled();
    assert.equal(fixture.router.busy, 0);
    const use = tokensOf(fixture, 'groq/1');
    assert.deepEqual([use.requests, use.heldRequests, use.heldTokens], [1, 0, 0]);
    assert.ok(use.tokens > 10);
    assert.equal(fixture.healthOf('groq/1').score, 100);
    assert.equal((await fixture.router.explain())?.outcome, 'cancelled');
  });

  it('by leaving the loop', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    live.says('first');
    for await (const part of fixture.router.stream(streamed())) if (part.type === 'text') break;
    await settled();
    assert.equal(fixture.router.busy, 0);
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
  });

  it('by throwing while it reads: its own error, and the reservation is resolved', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    live.says('first');
    const read = async (): Promise<void> => {
      for await (const part of fixture.router.stream(streamed())) if (part.type === 'text') throw new Error('my own');
    };
    await assert.rejects(read, /my own/);
    await settled();
    assert.equal(fixture.router.busy, 0);
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
  });

  it('while it waits for a cooldown', async () => {
    const http = new ScriptedHttp(() => says.rateLimited('RPM', '30s'));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const gives = new AbortController();
    const asked = fixture.router.chat(question({ signal: gives.signal }));
    await settled();
    gives.abort();
    await assert.rejects(asked, { kind: 'cancelled' });
    await settled();
    assert.equal(fixture.router.busy, 0);
    assert.equal(http.asked.length, 1);
  });

  it('during a backoff', async () => {
    const http = new ScriptedHttp(says.overloaded);
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const gives = new AbortController();
    const asked = fixture.router.chat(question({ signal: gives.signal }));
    await settled();
    gives.abort();
    await assert.rejects(asked, { kind: 'cancelled' });
    await settled();
    assert.deepEqual([fixture.router.busy, http.asked.length], [0, 1]);
  });
});

describe('a caller that never reads its stream', () => {
  it('is served to the end in a bounded time', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => 'hangs'), keys: ['groq/1', 'groq/2', 'gemini/1'] });
    void fixture.router.stream(streamed());
    const startedMs = fixture.clock.monotonic();
    await passTime(fixture);
    assert.equal(fixture.router.busy, 0);
    assert.ok(fixture.clock.monotonic() - startedMs <= 60_000);
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
  });

  it('can still cancel by its signal', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => 'hangs'), keys: ['groq/1'] });
    const gives = new AbortController();
    void fixture.router.stream(question({ signal: gives.signal }));
    await settled();
    gives.abort();
    await settled();
    assert.equal(fixture.router.busy, 0);
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
  });

  it('can close it unread', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => 'hangs'), keys: ['groq/1'] });
    await fixture.router.stream(streamed()).return?.();
    await settled();
    assert.equal(fixture.router.busy, 0);
  });
});
