import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { ChatPart } from '../../../src/core/routing/chat.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  settled,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp, LiveReply } = says;
type LiveReply = says.LiveReply;

async function ask(fixture: RouterFixture, change: Parameters<typeof question>[0] = {}) {
  const startedMs = fixture.clock.monotonic();
  const parts: ChatPart[] = [];
  const read = (async () => {
    for await (const part of fixture.router.stream(question(change))) parts.push(part);
  })();
  await passTime(fixture);
  await read;
  const last = parts.at(-1);
  assert.equal(last?.type, 'answer');
  return { answer: last.answer, parts, tookMs: fixture.clock.monotonic() - startedMs };
}

/** groq/1 is rate limited once for so long, then answers. */
function limitedFor(wait: string, deadlineMs = 60_000): RouterFixture {
  const http = new ScriptedHttp(() => (http.asked.length === 1 ? says.rateLimited('RPM', wait) : says.answers()));
  return routerFixture({ http, keys: ['groq/1'], config: { deadlineMs } });
}

describe('waiting', () => {
  it('for a cooldown that ends at least 3 s before the deadline, and says so', async () => {
    const { answer, parts, tookMs } = await ask(limitedFor('57s'));
    assert.equal(answer.key, 'groq/1');
    assert.equal(Math.round(tookMs / 1_000), 57);
    const said = parts.flatMap((part) => (part.type === 'progress' ? [part.text] : []));
    assert.equal(said.at(-1), 'Waiting 57s for Groq Key 1');
    assert.equal(answer.route.waits.length, 1);
    assert.equal(Math.round((answer.route.waits[0]?.ms ?? 0) / 1_000), 57);
  });

  it('not for one that ends later: the degraded answer comes at once', async () => {
    const { answer, tookMs } = await ask(limitedFor('58s'));
    assert.equal(answer.degraded, true);
    assert.equal(tookMs, 0);
  });

  it('leaves the attempt that follows the 3 s to the deadline', async () => {
    const http = new ScriptedHttp(({ secret }) => {
      if (http.chats(secret) > 1) return 'hangs';
      return says.rateLimited('RPM', secret === 'groq/1' ? '57s' : '59s');
    });
    const { answer, tookMs } = await ask(routerFixture({ http, keys: ['groq/1', 'gemini/1'] }));
    const last = answer.route.attempts.at(-1);
    assert.deepEqual([last?.key, last?.outcome, last?.ms, tookMs], ['groq/1', 'timeout', 3_000, 60_000]);
  });

  it('for requests under way until they have ended, and not past that', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.answers()));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_300 } }] });
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    live.says('Be');
    const second = fixture.router.chat(question());
    // Under way for as long as a wait may last, a piece at a time.
    for (let passedMs = 0; passedMs < 56_000; passedMs += 8_000) {
      await settled();
      await fixture.clock.advance(8_000);
      live.says('…');
    }
    await settled();
    assert.equal(http.asked.length, 1);
    live.ends({ prompt: 20, completion: 10 });
    assert.equal((await first).degraded, false);
    assert.equal((await second).key, 'groq/1');
    assert.equal(fixture.clock.monotonic(), 56_000);
  });

  it('for requests under way no longer than leaves 3 s to the deadline', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(() => live);
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_300 } }] });
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    const gaveUpAt = fixture.router.chat(question()).then(() => fixture.clock.monotonic());
    for (let passedMs = 0; passedMs < 60_000; passedMs += 1_000) {
      live.says('…');
      await settled();
      await fixture.clock.advance(1_000);
    }
    live.ends();
    await first;
    assert.equal(await gaveUpAt, 57_000);
  });

  it('for the soonest of several', async () => {
    const http = new ScriptedHttp(({ secret }) => {
      if (http.chats(secret) > 1) return says.answers();
      return says.rateLimited('RPM', secret === 'groq/1' ? '30s' : '5s');
    });
    const { answer, tookMs } = await ask(routerFixture({ http, keys: ['groq/1', 'groq/2'] }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(Math.round(tookMs / 1_000), 5);
  });

  it('ends early when somebody lifts the block', async () => {
    const limited: says.Reply = { status: 429, headers: { 'retry-after': '40' }, body: '{}' };
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? limited : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const asked = fixture.router.chat(question());
    await settled();
    assert.equal(http.asked.length, 1);
    const { fingerprint } = fixture.keyAt('groq/1');
    await fixture.ledger.unblock(`secret:${fingerprint}`);
    await settled();
    assert.equal((await asked).key, 'groq/1');
    assert.equal(fixture.clock.monotonic(), 0);
  });

  it('a full minute of the ledger is waited for, and nobody is asked meanwhile', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: [{ ref: 'gemini/1', limits: { requestsPerMinute: 2 } }] });
    await fixture.router.chat(question());
    await fixture.clock.advance(20_000);
    await fixture.router.chat(question());
    const { answer, tookMs } = await ask(fixture);
    assert.equal(answer.degraded, false);
    assert.equal(Math.round(tookMs / 1_000), 40);
    assert.equal(http.asked.length, 3);
  });

  it('a provider that names waits that are too short is not asked in a loop', async () => {
    const http = new ScriptedHttp(() => says.rateLimited('RPM', '1ms'));
    const { answer } = await ask(routerFixture({ http, keys: ['groq/1'] }));
    assert.equal(answer.degraded, true);
    assert.ok(http.asked.length <= 30, `${http.asked.length} requests in a minute`);
  });
});

describe('the deadline', () => {
  it('of zero: a degraded answer at once that says the time was over, nothing asked, nothing held', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1'], config: { deadlineMs: 0 } });
    const { answer, tookMs } = await ask(fixture);
    assert.deepEqual([answer.degraded, tookMs, http.asked.length], [true, 0, 0]);
    assert.match(answer.content, /The time for this request was over/);
    assert.match(answer.content, /can answer again now/);
    assert.equal(fixture.said('allFailed').length, 0, 'a key could have answered');
  });

  it('is kept when every provider hangs, and each gets its share of the time', async () => {
    const providers = ['groq', 'gemini', 'mistral', 'huggingface'].map((id) => providerOf(id, oneModel(id)));
    const http = new ScriptedHttp(() => 'hangs');
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1', 'mistral/1', 'huggingface/1'], providers });
    const { answer, tookMs } = await ask(fixture);
    assert.equal(answer.degraded, true);
    assert.deepEqual(
      answer.route.attempts.map(({ key, ms }) => [key, ms]),
      [
        ['groq/1', 15_000],
        ['gemini/1', 15_000],
        ['mistral/1', 15_000],
        ['huggingface/1', 15_000],
      ],
    );
    assert.equal(tookMs, 60_000);
    assert.equal(fixture.said('allFailed').length, 1);
  });

  it('one attempt gets 20 s where no more providers are left to try', async () => {
    const http = new ScriptedHttp(() => 'hangs');
    const { answer } = await ask(routerFixture({ http, keys: ['groq/1', 'groq/2', 'groq/3'] }));
    assert.deepEqual(
      answer.route.attempts.map(({ ms }) => ms),
      [20_000, 20_000, 20_000],
    );
  });

  it('providers that the request does not want take no share of it', async () => {
    const http = new ScriptedHttp(() => 'hangs');
    const providers = ['groq', 'gemini', 'mistral', 'huggingface'].map((id) => providerOf(id, oneModel(id)));
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1', 'mistral/1', 'huggingface/1'], providers });
    const { answer } = await ask(fixture, { provider: 'groq' });
    assert.equal(answer.route.attempts[0]?.ms, 20_000);
  });

  it('a provider that cannot be asked in this time takes no share of it', async () => {
    const http = new ScriptedHttp(() => 'hangs');
    const providers = ['groq', 'gemini', 'mistral', 'huggingface'].map((id) => providerOf(id, oneModel(id)));
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1', 'mistral/1', 'huggingface/1'], providers });
    for (const ref of ['mistral/1', 'huggingface/1'] as const) {
      const untilMs = fixture.clock.now() + 3_600_000;
      const block = { kind: 'exhausted', scope: '*', limit: 'tokensPerDay', untilMs } as const;
      await fixture.ledger.block(accountOf(fixture.keyAt(ref)), block);
    }
    const { answer } = await ask(fixture);
    assert.equal(answer.route.attempts[0]?.ms, 20_000);
  });

  it('a provider that hangs with every model leaves the others their share', async () => {
    const models = ['a', 'b', 'c', 'd'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const providers = [providerOf('groq', { models, limits: {} }), providerOf('gemini', oneModel('gemini'))];
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? 'hangs' : says.answers()));
    const { answer, tookMs } = await ask(routerFixture({ http, keys: ['groq/1', 'gemini/1'], providers }));
    assert.equal(answer.key, 'gemini/1');
    assert.ok(tookMs < 60_000);
  });

  it('holds to the first content, however long a model reasons aloud before it', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const asked = fixture.router.chat(question({ stream: true }));
    for (let second = 0; second < 59; second += 1) {
      live.reasons('hm');
      await settled();
      await fixture.clock.advance(1_000);
    }
    assert.equal(fixture.router.busy, 1);
    live.reasons('hm');
    await settled();
    await fixture.clock.advance(1_000);
    await passTime(fixture);
    const answer = await asked;
    assert.deepEqual([answer.degraded, fixture.clock.monotonic()], [true, 60_000]);
    assert.equal(answer.route.attempts[0]?.outcome, 'timeout');
  });

  for (const [what, begin] of [
    ['content', (live: LiveReply) => live.says('Be')],
    ['a tool call', (live: LiveReply) => live.calls('{"path":')],
  ] as const) {
    it(`does not cut an answer that has begun with ${what}`, async () => {
      const live = new LiveReply();
      const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
      const asked = fixture.router.chat(question({ stream: true }));
      await settled();
      begin(live);
      for (let second = 0; second < 90; second += 10) {
        live.reasons('hm');
        await settled();
        await fixture.clock.advance(10_000);
      }
      live.says('cause.');
      live.ends();
      await passTime(fixture);
      const answer = await asked;
      assert.deepEqual([answer.degraded, answer.cutOff], [false, false]);
      assert.match(answer.content, /cause\.$/);
    });
  }

  it('gives a provider on loopback the rest of it where no other candidate is left', async () => {
    const http = new ScriptedHttp(() => 'hangs');
    const local = providerOf('groq', { ...oneModel('local'), id: 'local', baseUrl: 'http://127.0.0.1:11434/v1' });
    const fixture = routerFixture({ http, keys: ['local/1'], providers: [local], config: { deadlineMs: 120_000 } });
    const { answer } = await ask(fixture);
    assert.equal(answer.route.attempts[0]?.ms, 120_000);
  });

  it('a key that is left when others hung is still asked', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'gemini/1' ? says.answers() : 'hangs'));
    const { answer, tookMs } = await ask(routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'] }));
    assert.equal(answer.key, 'gemini/1');
    assert.equal(tookMs, 40_000);
  });
});
