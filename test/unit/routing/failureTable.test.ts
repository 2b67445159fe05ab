import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { quotaDay, quotaMonth } from '../../../src/core/quota/quotaDay.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerRig,
  type RigKey,
  type RouterRig,
} from '../support/routerRig.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const minuteMs = 60_000;

/** Runs one request where `groq/1` fails as scripted and everyone else answers; time passes as it must. */
async function oneRequest(
  failing: (times: number) => says.Reply,
  keys: readonly (KeyRef | RigKey)[] = ['groq/1', 'groq/2'],
  options: Partial<Parameters<typeof routerRig>[0]> = {},
) {
  const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? failing(http.chats(secret)) : says.answers()));
  const rig = routerRig({ http, keys, ...options });
  const answered = rig.router.chat(question());
  await passTime(rig);
  return { rig, http, answer: await answered };
}

const blocksOf = (rig: RouterRig, ref: KeyRef) => rig.ledger.blocks(accountOf(rig.keyAt(ref)), rig.clock.now());

describe('what a failure does to health, key, model, wait, and which key comes next', () => {
  it('authInvalid: health to 0, quarantine for 5 minutes, next key', async () => {
    const { rig, http, answer } = await oneRequest(says.refused);
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
    const untilMs = rig.clock.now() + 5 * minuteMs;
    assert.equal(rig.healthOf('groq/1').score, 0);
    assert.deepEqual(rig.healthOf('groq/1').quarantine, { cause: 'refused', times: 1, untilMs });
    assert.equal(rig.said('refused').length, 1);
  });

  it('authBlocked: the same as refused', async () => {
    const body = JSON.stringify({ error: { message: 'Your key has been suspended', type: 'permission' } });
    const { rig, answer } = await oneRequest(() => ({ status: 403, body }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(answer.route.attempts[0]?.outcome, 'authBlocked');
    assert.equal(rig.healthOf('groq/1').score, 0);
    assert.equal(rig.healthOf('groq/1').quarantine?.untilMs, rig.clock.now() + 5 * minuteMs);
    assert.equal(rig.said('refused').length, 1);
  });

  it('networkBlocked: health as is, the provider is passed over for 5 minutes', async () => {
    const { rig, http, answer } = await oneRequest(says.cloudflare, ['groq/1', 'groq/2', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(rig.healthOf('groq/1').score, 100);
    const [block] = rig.ledger.blocks('provider:groq', rig.clock.now());
    assert.equal(block?.untilMs, rig.clock.now() + 5 * minuteMs);
  });

  it('noCredit: exhausted until "check key" where the credit does not come back by itself', async () => {
    const { rig, answer } = await oneRequest(says.outOfCredit);
    assert.equal(answer.key, 'groq/2');
    assert.equal(rig.healthOf('groq/1').score, 100);
    assert.equal(blocksOf(rig, 'groq/1')[0]?.untilMs, forever);
    assert.equal(rig.said('noCredit').length, 1);
  });

  it('noCredit: exhausted until the month turns at Hugging Face', async () => {
    const body = JSON.stringify({ error: 'You have depleted your monthly included credits.' });
    const providers = [providerOf('huggingface', oneModel('hf')), providerOf('groq', oneModel('groq'))];
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'huggingface/1' ? { status: 402, body } : says.answers(),
    );
    const rig = routerRig({ http, keys: ['huggingface/1', 'groq/1'], providers });
    assert.equal((await rig.router.chat(question())).key, 'groq/1');
    assert.equal(blocksOf(rig, 'huggingface/1')[0]?.untilMs, quotaMonth(rig.clock.now(), 'UTC').endMs);
  });

  it('quotaDay: exhausted until the wait that Groq names, in the scope of the model', async () => {
    const { rig, answer } = await oneRequest(() => says.rateLimited('TPD', '9m38.016s'));
    assert.equal(answer.key, 'groq/2');
    assert.equal(rig.healthOf('groq/1').score, 100);
    const [block] = blocksOf(rig, 'groq/1');
    assert.equal(block?.kind, 'exhausted');
    assert.equal(block?.scope, 'groq-model');
    assert.equal(block?.untilMs, rig.clock.now() + 578_016);
  });

  it("quotaDay: the same key's other models stay candidates", async () => {
    const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = new ScriptedHttp(({ model }) => (model === 'big' ? says.rateLimited('TPD', '1h') : says.answers()));
    const rig = routerRig({ http, keys: ['groq/1'], providers: [providerOf('groq', { models, limits: {} })] });
    assert.equal((await rig.router.chat(question())).model, 'groq/small');
  });

  it('rateMinute: a cooldown until the moment named, and waited for when nothing else is eligible', async () => {
    const { rig, http, answer } = await oneRequest(
      (times) => (times === 1 ? says.rateLimited('RPM', '8s') : says.answers()),
      ['groq/1'],
    );
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 2);
    assert.equal(Math.round((answer.route.waits[0]?.ms ?? 0) / 1_000), 8);
    assert.equal(rig.healthOf('groq/1').score, 100);
  });

  it('rateMinute: an unnamed limit waits 2 s, doubling to 60 s', async () => {
    const http = new ScriptedHttp(() => ({ status: 429, body: '{}' }));
    const rig = routerRig({ http, keys: ['groq/1'], config: { deadlineMs: 11_000 } });
    const waits: number[] = [];
    for (let request = 0; request < 7; request += 1) {
      const before = rig.clock.now();
      const answered = rig.router.chat(question());
      await new Promise((resolve) => setImmediate(resolve));
      const [block] = blocksOf(rig, 'groq/1');
      waits.push((block?.untilMs ?? 0) - before);
      await rig.clock.advance(61_000);
      await answered;
    }
    assert.deepEqual(
      waits,
      [2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000),
    );
  });

  it('rateMinute: requests that are refused together are one refusal, not many in a row', async () => {
    const late = Array.from({ length: 8 }, () => new says.LateReply());
    const http = new ScriptedHttp(() => late[http.asked.length - 1] ?? says.answers());
    const rig = routerRig({ http, keys: ['groq/1'], config: { deadlineMs: 11_000 } });
    const asked = late.map(() => rig.router.chat(question()));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(http.asked.length, 8);
    for (const reply of late) {
      await rig.clock.advance(1);
      reply.come({ status: 429, body: '{}' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((blocksOf(rig, 'groq/1')[0]?.untilMs ?? 0) - rig.clock.now(), 2_000);
    await passTime(rig);
    await Promise.all(asked);
  });

  it('rateMinute: 60 s for a named minute limit that names no moment', async () => {
    const body = JSON.stringify({ error: { message: 'Rate limit of requests per minute reached', code: 'x' } });
    const { rig, answer } = await oneRequest(() => ({ status: 429, body }));
    assert.equal(answer.key, 'groq/2');
    const [block] = blocksOf(rig, 'groq/1');
    assert.deepEqual([block?.kind, block?.limit], ['cooldown', 'requestsPerMinute']);
    assert.equal(block?.untilMs, rig.clock.now() + minuteMs);
  });

  it('rateMinute: the message comes before Retry-After', async () => {
    const named = says.rateLimited('RPM', '8s');
    assert.ok(typeof named === 'object' && 'status' in named);
    const { rig } = await oneRequest(() => ({ ...named, headers: { 'retry-after': '33' } }));
    assert.equal(blocksOf(rig, 'groq/1')[0]?.untilMs, rig.clock.now() + 8_000);
  });

  describe('quotaDay at Gemini', () => {
    const violation = (retryDelay: string): says.Reply => ({
      status: 429,
      body: JSON.stringify([
        {
          error: {
            code: 429,
            status: 'RESOURCE_EXHAUSTED',
            message: 'You exceeded your current quota.',
            details: [
              {
                '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
                violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '20' }],
              },
              { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
            ],
          },
        },
      ]),
    });
    const blockAfter = async (retryDelay: string) => {
      const http = new ScriptedHttp(({ secret }) => (secret === 'gemini/1' ? violation(retryDelay) : says.answers()));
      const rig = routerRig({ http, keys: ['gemini/1', 'gemini/2'] });
      assert.equal((await rig.router.chat(question())).key, 'gemini/2');
      const [block] = blocksOf(rig, 'gemini/1');
      assert.deepEqual([block?.kind, block?.scope], ['exhausted', 'gemini-model']);
      return { untilMs: block?.untilMs, nowMs: rig.clock.now() };
    };

    it('until its own reset, midnight Pacific, where it names seconds', async () => {
      const { untilMs, nowMs } = await blockAfter('43s');
      assert.equal(untilMs, quotaDay(nowMs, 'America/Los_Angeles').endMs);
    });

    it('until the wait that it names where that is an hour or more', async () => {
      const { untilMs, nowMs } = await blockAfter('7200s');
      assert.equal(untilMs, nowMs + 120 * minuteMs);
    });
  });

  it('quotaDay: until the next reset where nothing is named', async () => {
    const body = JSON.stringify({ error: { message: 'Daily limit reached', code: 'x' } });
    const { rig } = await oneRequest(() => ({ status: 429, body }));
    assert.equal(blocksOf(rig, 'groq/1')[0]?.untilMs, quotaDay(rig.clock.now(), 'UTC').endMs);
  });

  it('waits of other limits are not touched by a later reply', async () => {
    const replies = [says.rateLimited('TPD', '3h'), says.rateLimited('RPM', '5s')];
    const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = new ScriptedHttp(() => replies[http.asked.length - 1] ?? says.answers());
    const rig = routerRig({ http, keys: ['groq/1'], providers: [providerOf('groq', { models, limits: {} })] });
    const asked = rig.router.chat(question());
    await passTime(rig);
    assert.equal((await asked).model, 'groq/small');
    const [block] = blocksOf(rig, 'groq/1');
    assert.deepEqual([block?.scope, block?.limit], ['big', 'tokensPerDay']);
  });

  it('tooLarge: a key whose model holds it', async () => {
    const { rig, answer } = await oneRequest(says.tooMuch, ['groq/1', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(rig.healthOf('groq/1').score, 100);
    assert.equal(blocksOf(rig, 'groq/1').length, 0);
  });

  it('tooLarge: an error with the sizes when no model holds it', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const rig = routerRig({ http, keys: ['groq/1'] });
    const messages = [{ role: 'user' as const, content: 'word '.repeat(100_000) }];
    await assert.rejects(rig.router.chat({ messages }), (error) => {
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
    const rig = routerRig({
      http,
      keys: ['groq/1', 'groq/2'],
      providers: [providerOf('groq', { models, limits: {} })],
    });
    const first = await rig.router.chat(question());
    assert.deepEqual([first.key, first.model], ['groq/1', 'groq/new']);
    await rig.router.chat(question());
    assert.deepEqual(
      rig.said('modelReplaced').map(({ model, replacement }) => [model, replacement]),
      [['old', 'new']],
    );
    assert.equal(rig.healthOf('groq/1').score, 100);
    const old = () => http.asked.filter(({ model }) => model === 'old').length;
    assert.equal(old(), 1);
    await rig.clock.advance(24 * 60 * minuteMs + 1);
    await rig.router.chat(question());
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
    const rig = routerRig({
      http,
      keys: ['gemini/1', 'gemini/2'],
      providers: [providerOf('gemini', { models, limits: {} })],
    });
    const first = await rig.router.chat(question());
    assert.deepEqual([first.key, first.model], ['gemini/1', 'gemini/new']);
    assert.equal(rig.ledger.modelsOut('provider:gemini', rig.clock.now()).length, 0);
  });

  it('badRequest: the provider is passed over for this request', async () => {
    const { rig, http, answer } = await oneRequest(says.badField, ['groq/1', 'groq/2', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(rig.healthOf('groq/1').score, 100);
  });

  it('badRequest: an error naming the field when all refuse', async () => {
    const rig = routerRig({ http: new ScriptedHttp(says.badField), keys: ['groq/1', 'groq/2'] });
    await assert.rejects(rig.router.chat(question()), (error) => {
      assert.ok(error instanceof ChatError);
      assert.equal(error.kind, 'badRequest');
      assert.match(error.message, /"tools"/);
      return true;
    });
  });

  it('overloaded: at most 2 more with backoff, −15 once, then the next key', async () => {
    const { rig, http, answer } = await oneRequest(says.overloaded);
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 3);
    assert.equal(rig.healthOf('groq/1').score, 85);
  });

  it('overloaded twice and then well: the same key answers', async () => {
    const { http, answer } = await oneRequest((times) => (times < 3 ? says.overloaded() : says.answers()));
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 3);
  });

  it('timeout: the next key, −15', async () => {
    const { rig, http, answer } = await oneRequest(() => 'hangs');
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
    assert.equal(rig.healthOf('groq/1').score, 85);
    assert.equal(answer.route.attempts[0]?.outcome, 'timeout');
  });

  it('timeout: once more, with backoff, when no other key is eligible', async () => {
    const { http, answer } = await oneRequest((times) => (times === 1 ? 'hangs' : says.answers()), ['groq/1']);
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 2);
    const [first, second] = answer.route.attempts.map(({ startedAtMs }) => startedAtMs);
    assert.ok((second ?? 0) - (first ?? 0) > 20_000, 'after a backoff');
  });

  it('network: once more, then the next key, −15', async () => {
    const { rig, http, answer } = await oneRequest(() => ({ problem: 'reset' }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 2);
    assert.equal(rig.healthOf('groq/1').score, 85);
  });

  it('badReply: no second try, −15', async () => {
    const { rig, http, answer } = await oneRequest(() => ({ status: 200, body: '<html>welcome to the hotel</html>' }));
    assert.equal(answer.key, 'groq/2');
    assert.equal(http.chats('groq/1'), 1);
    assert.equal(rig.healthOf('groq/1').score, 85);
  });

  it('noContent: once with a larger cap where reasoning ate the answer', async () => {
    const { rig, http, answer } = await oneRequest((times) =>
      times === 1 ? says.noContent('length') : says.answers(),
    );
    assert.equal(answer.key, 'groq/1');
    const caps = http.asked.map(({ cap }) => cap);
    assert.equal(caps[0], 1_024);
    assert.equal(caps[1], 4_096);
    assert.equal(rig.healthOf('groq/1').score, 100);
  });

  it('noContent: the next provider where the answer was filtered', async () => {
    const { http, answer } = await oneRequest(() => says.noContent('content_filter'), ['groq/1', 'groq/2', 'gemini/1']);
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
  });

  it('cutOff before anything was passed on: once more, −15', async () => {
    const { rig, http, answer } = await oneRequest((times) =>
      times === 1
        ? { status: 200, body: 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n' }
        : says.answers(),
    );
    assert.equal(answer.route.attempts[0]?.outcome, 'cutOff');
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 2);
    assert.equal(rig.healthOf('groq/1').score, 85);
  });
});
