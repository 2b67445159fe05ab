import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { ChatAnswer, ChatPart } from '../../../src/core/routing/chat.ts';
import { held, passTime, question, routerRig, settled, type RouterRig } from '../support/routerRig.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp, LiveReply } = says;
const streamed = () => question({ stream: true });

/** Reads to the end; `texts` grows as text arrives. */
function reading(rig: RouterRig, ask = streamed()) {
  const texts: string[] = [];
  const parts: ChatPart[] = [];
  const done = (async (): Promise<ChatAnswer> => {
    for await (const part of rig.router.stream(ask)) {
      parts.push(part);
      if (part.type === 'text') texts.push(part.text);
      if (part.type === 'answer') return part.answer;
    }
    throw new Error('no answer');
  })();
  return { texts, parts, done };
}

const tokensOf = (rig: RouterRig, ref: 'groq/1' | 'groq/2') =>
  rig.ledger.use(accountOf(rig.keyAt(ref)), '*', rig.clock.now() - 60_001);

describe('streaming', () => {
  it('text reaches the caller as it arrives, and the last part is the answer', async () => {
    const live = new LiveReply();
    const rig = routerRig({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const { texts, parts, done } = reading(rig);
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
    const rig = routerRig({ http, keys: ['groq/1', 'groq/2'] });
    const { texts, done } = reading(rig);
    await settled();
    live.says('');
    live.breaks();
    await passTime(rig);
    const answer = await done;
    assert.deepEqual([texts, answer.key, answer.cutOff], [['Because.'], 'groq/2', false]);
  });

  it('afterwards a break is reported as cutOff with the text so far, never restarted from the top', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? live : says.streams(['Something else.'])));
    const rig = routerRig({ http, keys: ['groq/1', 'groq/2'] });
    const { texts, done } = reading(rig);
    await settled();
    live.says('It is');
    await settled();
    live.breaks();
    const answer = await done;
    assert.deepEqual([answer.cutOff, answer.content, texts], [true, 'It is', ['It is']]);
    assert.deepEqual([answer.key, answer.degraded, answer.cached], ['groq/1', false, false]);
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(rig.healthOf('groq/1').score, 85);
  });

  it('30 s without any byte after the first content is a break too', async () => {
    const live = new LiveReply();
    const rig = routerRig({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const { done } = reading(rig);
    await settled();
    live.says('It is');
    await settled();
    await rig.clock.advance(29_999);
    assert.equal(rig.router.busy, 1);
    await rig.clock.advance(2);
    await passTime(rig);
    assert.deepEqual([(await done).cutOff, (await done).content], [true, 'It is']);
  });

  it('what was used counts when it went well, as the provider said', async () => {
    const rig = routerRig({
      http: new ScriptedHttp(() => says.streams(['Because.'], { prompt: 321, completion: 45 })),
      keys: ['groq/1'],
    });
    const { done } = reading(rig);
    assert.deepEqual((await done).tokensUsed, { prompt: 321, completion: 45, total: 366, estimated: false });
    assert.deepEqual(tokensOf(rig, 'groq/1'), { requests: 1, tokens: 366, heldRequests: 0, heldTokens: 0 });
  });

  it('what was used counts when it broke: the prompt and what came, marked as an estimate', async () => {
    const rig = routerRig({
      http: new ScriptedHttp(() => says.streams(['x'.repeat(400)], { ends: false })),
      keys: ['groq/1'],
    });
    const { tokensUsed } = await reading(rig).done;
    assert.deepEqual([tokensUsed.completion, tokensUsed.estimated], [100, true]);
    assert.ok(tokensUsed.prompt > 0);
    assert.equal(tokensOf(rig, 'groq/1').tokens, tokensUsed.total);
    assert.equal(tokensOf(rig, 'groq/1').requests, 1);
  });

  it('says what it does while nothing has come: who was refused, who is waited for', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? says.refused() : says.streams(['Because.'])));
    const { parts, done } = reading(routerRig({ http, keys: ['groq/1', 'groq/2'] }));
    await done;
    const [first] = parts;
    assert.equal(first?.type, 'progress');
    assert.match(first.text, /^Groq Key 1 was refused/);
  });
});

describe('a caller that gives up', () => {
  it('by its signal: cancelled at once, and what was used is still counted', async () => {
    const live = new LiveReply();
    const rig = routerRig({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const gives = new AbortController();
    const { done } = reading(rig, question({ stream: true, signal: gives.signal }));
    await settled();
    live.says('x'.repeat(40));
    await settled();
    gives.abort();
    await assert.rejects(done, { name: 'ChatError', kind: 'cancelled' });
    await settled();
    assert.equal(rig.router.busy, 0);
    const use = tokensOf(rig, 'groq/1');
    assert.deepEqual([use.requests, use.heldRequests, use.heldTokens], [1, 0, 0]);
    assert.ok(use.tokens > 10);
    assert.equal(rig.healthOf('groq/1').score, 100);
    assert.equal((await rig.router.explain())?.outcome, 'cancelled');
  });

  it('by leaving the loop', async () => {
    const live = new LiveReply();
    const rig = routerRig({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    live.says('first');
    for await (const part of rig.router.stream(streamed())) if (part.type === 'text') break;
    await settled();
    assert.equal(rig.router.busy, 0);
    assert.deepEqual(held(rig), { requests: 0, tokens: 0 });
  });

  it('by throwing while it reads: its own error, and the reservation is resolved', async () => {
    const live = new LiveReply();
    const rig = routerRig({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    live.says('first');
    const read = async (): Promise<void> => {
      for await (const part of rig.router.stream(streamed())) if (part.type === 'text') throw new Error('my own');
    };
    await assert.rejects(read, /my own/);
    await settled();
    assert.equal(rig.router.busy, 0);
    assert.deepEqual(held(rig), { requests: 0, tokens: 0 });
  });

  it('while it waits for a cooldown', async () => {
    const http = new ScriptedHttp(() => says.rateLimited('RPM', '30s'));
    const rig = routerRig({ http, keys: ['groq/1'] });
    const gives = new AbortController();
    const asked = rig.router.chat(question({ signal: gives.signal }));
    await settled();
    gives.abort();
    await assert.rejects(asked, { kind: 'cancelled' });
    await settled();
    assert.equal(rig.router.busy, 0);
    assert.equal(http.asked.length, 1);
  });

  it('during a backoff', async () => {
    const http = new ScriptedHttp(says.overloaded);
    const rig = routerRig({ http, keys: ['groq/1'] });
    const gives = new AbortController();
    const asked = rig.router.chat(question({ signal: gives.signal }));
    await settled();
    gives.abort();
    await assert.rejects(asked, { kind: 'cancelled' });
    await settled();
    assert.deepEqual([rig.router.busy, http.asked.length], [0, 1]);
  });
});

describe('a caller that never reads its stream', () => {
  it('is served to the end in a bounded time', async () => {
    const rig = routerRig({ http: new ScriptedHttp(() => 'hangs'), keys: ['groq/1', 'groq/2', 'gemini/1'] });
    void rig.router.stream(streamed());
    const startedMs = rig.clock.monotonic();
    await passTime(rig);
    assert.equal(rig.router.busy, 0);
    assert.ok(rig.clock.monotonic() - startedMs <= 60_000);
    assert.deepEqual(held(rig), { requests: 0, tokens: 0 });
  });

  it('can still cancel by its signal', async () => {
    const rig = routerRig({ http: new ScriptedHttp(() => 'hangs'), keys: ['groq/1'] });
    const gives = new AbortController();
    void rig.router.stream(question({ signal: gives.signal }));
    await settled();
    gives.abort();
    await settled();
    assert.equal(rig.router.busy, 0);
    assert.deepEqual(held(rig), { requests: 0, tokens: 0 });
  });

  it('can close it unread', async () => {
    const rig = routerRig({ http: new ScriptedHttp(() => 'hangs'), keys: ['groq/1'] });
    await rig.router.stream(streamed()).return?.();
    await settled();
    assert.equal(rig.router.busy, 0);
  });
});
