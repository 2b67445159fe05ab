import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { passTime, providerOf, question, routerFixture, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { blocksOf, oneRequest } from './oneRequest.ts';

const { ScriptedHttp } = says;
const minuteMs = 60_000;

describe('what a failure does to health, key, model, wait, and which key comes next', () => {
  it('authInvalid: health to 0, quarantine for 5 minutes, next key', async () => {
    const { fixture, http, answer } = await oneRequest(says.refused);
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
    const untilMs = fixture.clock.now() + 5 * minuteMs;
    assert.equal(fixture.healthOf('groq/1').score, 0);
    assert.deepEqual(fixture.healthOf('groq/1').quarantine, { cause: 'refused', times: 1, untilMs });
    assert.equal(fixture.said('refused').length, 1);
  });

  it('authBlocked: the same as refused', async () => {
    const body = JSON.stringify({ error: { message: 'Your key has been suspended', type: 'permission' } });
    const { fixture, answer } = await oneRequest(() => ({ status: 403, body }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(answer.route.attempts[0]?.outcome, 'authBlocked');
    assert.equal(fixture.healthOf('groq/1').score, 0);
    assert.equal(fixture.healthOf('groq/1').quarantine?.untilMs, fixture.clock.now() + 5 * minuteMs);
    assert.equal(fixture.said('refused').length, 1);
  });

  it('networkBlocked: health as is, the provider is passed over for 5 minutes', async () => {
    const { fixture, http, answer } = await oneRequest(says.cloudflare, ['groq/1', 'groq/2', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(fixture.healthOf('groq/1').score, 100);
    const [block] = fixture.ledger.blocks('provider:groq', fixture.clock.now());
    assert.equal(block?.untilMs, fixture.clock.now() + 5 * minuteMs);
  });

  it('tooLarge: a key whose model holds it', async () => {
    const { fixture, answer } = await oneRequest(says.tooMuch, ['groq/1', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(fixture.healthOf('groq/1').score, 100);
    assert.equal(blocksOf(fixture, 'groq/1').length, 0);
  });

  it('tooLarge: an error with the sizes when no model holds it', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const messages = [{ role: 'user' as const, content: 'word '.repeat(100_000) }];
    await assert.rejects(fixture.router.chat({ messages }), (error) => {
      assert.ok(error instanceof ChatError);
      assert.equal(error.kind, 'tooLarge');
      assert.match(error.message, /12\d,\d{3} tokens.*100,000/);
      return true;
    });
    assert.equal(http.asked.length, 0);
  });

  it('modelGone: the same key with the next model, told once, and looked at again after 24 hours', async () => {
    const models = ['old', 'new'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = new ScriptedHttp(({ model }) => (model === 'old' ? says.gone('old') : says.answers()));
    const fixture = routerFixture({
      http,
      keys: ['groq/1', 'groq/2'],
      providers: [providerOf('groq', { models, limits: {} })],
    });
    const first = await fixture.router.chat(question());
    assert.deepEqual([first.key, first.model], ['groq/1', 'groq/new']);
    await fixture.router.chat(question());
    assert.deepEqual(
      fixture.said('modelReplaced').map(({ model, replacement }) => [model, replacement]),
      [['old', 'new']],
    );
    assert.equal(fixture.healthOf('groq/1').score, 100);
    const old = () => http.asked.filter(({ model }) => model === 'old').length;
    assert.equal(old(), 1);
    await fixture.clock.advance(24 * 60 * minuteMs + 1);
    await fixture.router.chat(question());
    assert.equal(old(), 2);
  });

  it('modelGone: "not on this tier" takes it out for that account alone', async () => {
    const models = ['old', 'new'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const body = JSON.stringify([
      { error: { code: 429, message: 'Quota exceeded, limit: 0, model: old', status: 'RESOURCE_EXHAUSTED' } },
    ]);
    const http = new ScriptedHttp(({ model, secret }) =>
      model === 'old' && secret === 'gemini/1' ? { status: 429, body } : says.answers(),
    );
    const fixture = routerFixture({
      http,
      keys: ['gemini/1', 'gemini/2'],
      providers: [providerOf('gemini', { models, limits: {} })],
    });
    const first = await fixture.router.chat(question());
    assert.deepEqual([first.key, first.model], ['gemini/1', 'gemini/new']);
    assert.equal(fixture.ledger.modelsOut('provider:gemini', fixture.clock.now()).length, 0);
  });

  it('badRequest: the provider is passed over for this request', async () => {
    const { fixture, http, answer } = await oneRequest(says.badField, ['groq/1', 'groq/2', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(fixture.healthOf('groq/1').score, 100);
  });

  it('badRequest: an error naming the field when all refuse', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(says.badField), keys: ['groq/1', 'groq/2'] });
    await assert.rejects(fixture.router.chat(question()), (error) => {
      assert.ok(error instanceof ChatError);
      assert.equal(error.kind, 'badRequest');
      assert.match(error.message, /"tools"/);
      return true;
    });
  });

  it('overloaded: at most 2 more with backoff, −15 once, then the next key', async () => {
    const { fixture, http, answer } = await oneRequest(says.overloaded);
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 3);
    assert.equal(fixture.healthOf('groq/1').score, 85);
  });

  it('overloaded twice and then well: the same key answers', async () => {
    const { http, answer } = await oneRequest((times) => (times < 3 ? says.overloaded() : says.answers()));
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 3);
  });

  it('timeout: the next key, −15', async () => {
    const { fixture, http, answer } = await oneRequest(() => 'hangs');
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
    assert.equal(fixture.healthOf('groq/1').score, 85);
    assert.equal(answer.route.attempts[0]?.outcome, 'timeout');
  });

  it('timeout: once more, with backoff, when no other key is eligible', async () => {
    const { http, answer } = await oneRequest((times) => (times === 1 ? 'hangs' : says.answers()), ['groq/1']);
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 2);
    const [first, second] = answer.route.attempts.map(({ startedAtMs }) => startedAtMs);
    assert.ok((second ?? 0) - (first ?? 0) > 20_000, 'after a backoff');
  });

  it('timeout: not once more where the key was blocked meanwhile', async () => {
    const http = new says.ScriptedHttp(() => 'hangs');
    const fixture = routerFixture({
      http,
      keys: ['groq/1'],
      random: { next: () => 0.9, bytes: (length) => new Uint8Array(length) },
    });
    const asked = fixture.router.chat(question());
    await settled();
    await fixture.clock.advance(20_000);
    await settled();
    const untilMs = fixture.clock.now() + 60 * minuteMs;
    const block = { kind: 'exhausted', scope: '*', limit: 'tokensPerDay', untilMs } as const;
    await fixture.ledger.block(accountOf(fixture.keyAt('groq/1')), block);
    await passTime(fixture);
    assert.equal((await asked).degraded, true);
    assert.equal(http.chats('groq/1'), 1);
  });

  it('network: once more, then the next key, −15', async () => {
    const { fixture, http, answer } = await oneRequest(() => ({ problem: 'reset' }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 2);
    assert.equal(fixture.healthOf('groq/1').score, 85);
  });

  it('badReply: no second try, −15', async () => {
    const { fixture, http, answer } = await oneRequest(() => ({
      status: 200,
      body: '<html>welcome to the hotel</html>',
    }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
    assert.equal(fixture.healthOf('groq/1').score, 85);
  });

  it('noContent: once with a larger cap where reasoning ate the answer', async () => {
    const { fixture, http, answer } = await oneRequest((times) =>
      times === 1 ? says.noContent('length') : says.answers(),
    );
    assert.equal(answer.key, 'groq/1');
    const caps = http.asked.map(({ cap }) => cap);
    assert.equal(caps[0], 1_024);
    assert.equal(caps[1], 4_096);
    assert.equal(fixture.healthOf('groq/1').score, 100);
  });

  it('noContent: the next key where the model has no larger cap', async () => {
    const models = [{ id: 'm', limits: {}, maxOutputTokens: 1_024 }];
    const { http, answer } = await oneRequest(() => says.noContent('length'), ['groq/1', 'groq/2'], {
      providers: [providerOf('groq', { models })],
    });
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
  });

  it('noContent: the next key where the answer was empty, and once more only where there is none', async () => {
    const nothing = says.streams([]);
    const elsewhere = await oneRequest(() => nothing);
    assert.equal(elsewhere.answer.key, 'groq/2');
    assert.equal(elsewhere.http.chats('groq/1'), 1);
    const again = await oneRequest((times) => (times === 1 ? nothing : says.answers()), ['groq/1']);
    assert.equal(again.answer.key, 'groq/1');
    assert.equal(again.fixture.healthOf('groq/1').score, 100);
    const inVain = await oneRequest(() => nothing, ['groq/1']);
    assert.equal(inVain.answer.degraded, true);
    assert.equal(inVain.http.chats('groq/1'), 2);
  });

  it('noContent: once with a larger cap, whatever failed before it', async () => {
    const { http, answer } = await oneRequest(
      (times) => [says.rateLimited('RPM', '7s'), says.noContent('length')][times - 1] ?? says.answers(),
      ['groq/1'],
    );
    assert.equal(answer.degraded, false);
    assert.deepEqual(
      http.asked.map(({ cap }) => cap),
      [1_024, 1_024, 4_096],
    );
  });

  it('network: once more, too, after a cooldown was waited for', async () => {
    const { answer } = await oneRequest(
      (times) => [says.rateLimited('RPM', '7s'), { problem: 'reset' } as const][times - 1] ?? says.answers(),
      ['groq/1'],
    );
    assert.deepEqual(
      answer.route.attempts.map(({ outcome }) => outcome),
      ['rateMinute', 'network', 'ok'],
    );
  });

  it('noContent: the next provider where the answer was filtered', async () => {
    const { http, answer } = await oneRequest(() => says.noContent('content_filter'), ['groq/1', 'groq/2', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
  });

  it('cutOff before anything was passed on: once more, −15', async () => {
    const { fixture, http, answer } = await oneRequest((times) =>
      times === 1
        ? { status: 200, body: 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n' }
        : says.answers(),
    );
    assert.equal(answer.route.attempts[0]?.outcome, 'cutOff');
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 2);
    assert.equal(fixture.healthOf('groq/1').score, 85);
  });
});
