import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quotaDay, quotaMonth } from '../../../src/core/quota/quotaDay.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { oneModel, passTime, providerOf, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { blocksOf, oneRequest } from './oneRequest.ts';

const { ScriptedHttp } = says;
const minuteMs = 60_000;

describe('what a refusal for a limit or for credit does to health, key, model, wait, and which key comes next', () => {
  it('noCredit: exhausted until "check key" where the credit does not come back by itself', async () => {
    const { fixture, answer } = await oneRequest(says.outOfCredit);
    assert.equal(answer.key, 'groq/2');
    assert.equal(fixture.healthOf('groq/1').score, 100);
    assert.equal(blocksOf(fixture, 'groq/1')[0]?.untilMs, forever);
    assert.equal(fixture.said('noCredit').length, 1);
  });

  it('noCredit: exhausted until the month turns at Hugging Face', async () => {
    const body = JSON.stringify({ error: 'You have depleted your monthly included credits.' });
    const providers = [providerOf('huggingface', oneModel('hf')), providerOf('groq', oneModel('groq'))];
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'huggingface/1' ? { status: 402, body } : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['huggingface/1', 'groq/1'], providers });
    assert.equal((await fixture.router.chat(question())).key, 'groq/1');
    assert.equal(blocksOf(fixture, 'huggingface/1')[0]?.untilMs, quotaMonth(fixture.clock.now(), 'UTC').endMs);
  });

  it('quotaDay: not asked again before the wait that Groq names, in the scope of the model', async () => {
    const { fixture, http, answer } = await oneRequest(() => says.rateLimited('TPD', '9m38.016s'));
    assert.equal(answer.key, 'groq/2');
    assert.equal(fixture.healthOf('groq/1').score, 100);
    const waitMs = 578_016;
    await fixture.clock.advance(waitMs - 1_000);
    assert.equal((await fixture.router.chat(question())).key, 'groq/2');
    await fixture.clock.advance(1_000);
    await fixture.router.chat(question());
    assert.equal(http.chats('groq/1'), 2);
  });

  it('quotaDay: a smaller request fits into a bucket sooner than the one that was refused', async () => {
    const refusal = says.rateLimited('TPD', '2m', 199_400);
    const { fixture, http } = await oneRequest((times) => (times === 1 ? refusal : says.answers()));
    assert.equal(http.chats('groq/1'), 1);
    assert.equal((await fixture.router.chat(question())).key, 'groq/2');
    assert.equal((await fixture.router.chat(question({ maxTokens: 300 }))).key, 'groq/1');
  });

  it("quotaDay: the same key's other models stay candidates", async () => {
    const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = new ScriptedHttp(({ model }) => (model === 'big' ? says.rateLimited('TPD', '1h') : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: [providerOf('groq', { models, limits: {} })] });
    assert.equal((await fixture.router.chat(question())).model, 'groq/small');
  });

  it('rateMinute: a cooldown until the moment named, and waited for when nothing else is eligible', async () => {
    const { fixture, http, answer } = await oneRequest(
      (times) => (times === 1 ? says.rateLimited('RPM', '8s') : says.answers()),
      ['groq/1'],
    );
    assert.equal(answer.key, 'groq/1');
    assert.equal(http.chats('groq/1'), 2);
    assert.equal(Math.round((answer.route.waits[0]?.ms ?? 0) / 1_000), 8);
    assert.equal(fixture.healthOf('groq/1').score, 100);
  });

  for (const [where, back] of [
    ['', 0],
    [', also where the clock was set back', 8 * 3_600_000],
  ] as const) {
    it(`rateMinute: an unnamed limit waits 2 s, doubling to 60 s${where}`, async () => {
      const http = new ScriptedHttp(() => ({ status: 429, body: '{}' }));
      const fixture = routerFixture({ http, keys: ['groq/1'], config: { deadlineMs: 4_000 } });
      const waits: number[] = [];
      for (let request = 0; request < 7; request += 1) {
        if (request === 1) fixture.clock.setWall(fixture.clock.now() - back);
        const before = fixture.clock.now();
        const answered = fixture.router.chat(question());
        await new Promise((resolve) => setImmediate(resolve));
        const [block] = blocksOf(fixture, 'groq/1');
        waits.push((block?.untilMs ?? 0) - before);
        await fixture.clock.advance(61_000);
        await answered;
      }
      assert.deepEqual(
        waits,
        [2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000),
      );
    });
  }

  it('rateMinute: requests that are refused together are one refusal, not many in a row', async () => {
    const late = Array.from({ length: 8 }, () => new says.LateReply());
    const http = new ScriptedHttp(() => late[http.asked.length - 1] ?? says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1'], config: { deadlineMs: 4_000 } });
    const asked = late.map(() => fixture.router.chat(question()));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(http.asked.length, 8);
    for (const reply of late) {
      await fixture.clock.advance(1);
      reply.come({ status: 429, body: '{}' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal((blocksOf(fixture, 'groq/1')[0]?.untilMs ?? 0) - fixture.clock.now(), 2_000);
    await passTime(fixture);
    await Promise.all(asked);
  });

  it('rateMinute: 60 s for a named minute limit that names no moment', async () => {
    const body = JSON.stringify({ error: { message: 'Rate limit of requests per minute reached', code: 'x' } });
    const { fixture, answer } = await oneRequest(() => ({ status: 429, body }));
    assert.equal(answer.key, 'groq/2');
    const [block] = blocksOf(fixture, 'groq/1');
    assert.deepEqual([block?.kind, block?.limit], ['cooldown', 'requestsPerMinute']);
    assert.equal(block?.untilMs, fixture.clock.now() + minuteMs);
  });

  it('rateMinute: the message comes before Retry-After', async () => {
    const named = says.rateLimited('RPM', '8s');
    assert.ok(typeof named === 'object' && 'status' in named);
    const { fixture } = await oneRequest(() => ({ ...named, headers: { 'retry-after': '33' } }));
    assert.equal(blocksOf(fixture, 'groq/1')[0]?.untilMs, fixture.clock.now() + 8_000);
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
      const fixture = routerFixture({ http, keys: ['gemini/1', 'gemini/2'] });
      assert.equal((await fixture.router.chat(question())).key, 'gemini/2');
      const [block] = blocksOf(fixture, 'gemini/1');
      assert.deepEqual([block?.kind, block?.scope], ['exhausted', 'gemini-model']);
      return { untilMs: block?.untilMs, nowMs: fixture.clock.now() };
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
    const { fixture } = await oneRequest(() => ({ status: 429, body }));
    assert.equal(blocksOf(fixture, 'groq/1')[0]?.untilMs, quotaDay(fixture.clock.now(), 'UTC').endMs);
  });

  it('waits of other limits are not touched by a later reply', async () => {
    const replies = [says.rateLimited('TPD', '3h'), says.rateLimited('RPM', '5s')];
    const models = ['big', 'small'].map((id) => ({ id, limits: {}, contextTokens: 100_000 }));
    const http = new ScriptedHttp(() => replies[http.asked.length - 1] ?? says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: [providerOf('groq', { models, limits: {} })] });
    const asked = fixture.router.chat(question());
    await passTime(fixture);
    assert.equal((await asked).model, 'groq/small');
    await fixture.clock.advance(minuteMs);
    assert.equal((await fixture.router.chat(question())).model, 'groq/small');
  });
});
