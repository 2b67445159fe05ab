import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
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

const { ScriptedHttp } = says;
const hourMs = 3_600_000;

async function ask(fixture: RouterFixture, change: Parameters<typeof question>[0] = {}) {
  const asked = fixture.router.chat(question(change));
  await passTime(fixture);
  return asked;
}

describe('the trace of a route', () => {
  it('has every attempt with its kind, its time and what happened in words', async () => {
    const http = new ScriptedHttp(({ secret }) => {
      if (secret === 'groq/1') return says.refused();
      return secret === 'groq/2' ? 'hangs' : says.answers({ prompt: 20, completion: 10 });
    });
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'] });
    const { route } = await ask(fixture);
    assert.deepEqual(
      route.attempts.map(({ key, model, outcome, ms, status, tokens }) => [
        key,
        model,
        outcome,
        ms,
        status,
        tokens?.total,
      ]),
      [
        ['groq/1', 'groq-model', 'authInvalid', 0, 401, undefined],
        ['groq/2', 'groq-model', 'timeout', 20_000, undefined, route.attempts[1]?.tokens?.total],
        ['gemini/1', 'gemini-model', 'ok', 0, undefined, 30],
      ],
    );
    assert.match(route.attempts[0]?.sentence ?? '', /^Groq Key 1 was refused: check or replace the key/);
    assert.match(route.attempts[1]?.sentence ?? '', /^Groq did not answer in time with Groq Key 2$/);
    assert.match(route.attempts[2]?.sentence ?? '', /^Gemini Key 1 \(gemini-model\): first in your order/);
    assert.equal(route.outcome, 'answered');
    assert.equal(route.ms, 20_000);
  });

  it('holds neither a secret nor what was asked or answered', async () => {
    const secret = `canary-${'k'.repeat(20)}`;
    const http = new ScriptedHttp(() => says.answers({ content: 'the answer itself' }));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', secret }] });
    const { route } = await ask(fixture, { messages: [{ role: 'user', content: 'the question itself' }] });
    assert.doesNotMatch(JSON.stringify(route), /canary|the question itself|the answer itself/);
    assert.doesNotMatch(
      JSON.stringify(fixture.events) + fixture.lines.join('\n'),
      /canary|the question itself|the answer itself/,
    );
  });

  it('names who asked', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: ['groq/1'] });
    assert.equal((await ask(fixture, { askedBy: 'analyzeError' })).route.askedBy, 'analyzeError');
    assert.equal((await ask(fixture)).route.askedBy, 'api');
  });

  it('a day that is used up says until when, in the words of a clock', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/1' ? says.rateLimited('TPD', '2h30m') : says.answers(),
    );
    const { route } = await ask(routerFixture({ http, keys: ['groq/1', 'groq/2'] }));
    assert.match(
      route.attempts[0]?.sentence ?? '',
      /^Groq Key 1 has used up its tokens of the day.*, until .*\d\d:\d\d.*; other keys are asked until then$/,
    );
  });

  it('a bucket says when it has enough for the request again, and no reset', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 20_000, completion: 3_000 }));
    const providers = [
      providerOf('groq', oneModel('groq', { tokensPerDay: 24_000 })),
      providerOf('gemini', oneModel('gemini')),
    ];
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], providers });
    await ask(fixture);
    const { route } = await ask(fixture, { maxTokens: 2_000 });
    assert.match(
      route.passedOver.find(({ key }) => key === 'groq/1')?.sentence ?? '',
      /^Groq Key 1: 1,000 of 24,000 tokens left, enough for this request in \S+/,
    );
  });

  it('a short cooldown says for how long', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? { status: 429, body: '{}' } : says.answers()));
    const { route } = await ask(routerFixture({ http, keys: ['groq/1', 'groq/2'] }));
    assert.match(
      route.attempts[0]?.sentence ?? '',
      /^Groq Key 1 is asked too fast: its limit.*, for 2s, it is left alone so long$/,
    );
  });

  it('says what it waited for', async () => {
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? says.rateLimited('RPM', '8s') : says.answers()));
    const { route } = await ask(routerFixture({ http, keys: ['groq/1'] }));
    assert.deepEqual(
      route.waits.map(({ sentence }) => sentence),
      ['Waiting 8s for Groq Key 1'],
    );
  });

  it('a wait that something interrupted is one wait', async () => {
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? says.rateLimited('RPM', '30s') : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const asked = fixture.router.chat(question());
    await settled();
    for (let second = 0; second < 5; second += 1) {
      await fixture.clock.advance(1_000);
      await fixture.ledger.changeHealth('another', (health) => ({ ...health, score: 50 + second }));
      await settled();
    }
    await passTime(fixture);
    const { route } = await asked;
    assert.deepEqual(
      route.waits.map(({ ms, sentence }) => [Math.round(ms / 1_000), sentence]),
      [[30, 'Waiting 30s for Groq Key 1']],
    );
  });

  it('the last 200 are kept, newest first, and any of them can be explained', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: ['groq/1'] });
    const ids: string[] = [];
    for (let request = 0; request < 205; request += 1) ids.push((await ask(fixture)).route.id);
    const routes = await fixture.router.routes();
    assert.deepEqual(
      routes.map(({ id }) => id),
      ids.slice(5).toReversed(),
    );
    assert.equal((await fixture.router.explain(ids[5]))?.id, ids[5]);
    assert.equal(await fixture.router.explain(ids[0]), undefined);
    assert.equal((await fixture.router.explain())?.id, ids.at(-1));
  });

  it('lists 200 keys at the most, and how many more were passed over', async () => {
    const keys = Array.from({ length: 250 }, (_, index) => ({ ref: `groq/${index + 1}`, enabled: false }) as const);
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: [...keys, 'gemini/1'] });
    const { route } = await ask(fixture);
    assert.equal(route.passedOver.length, 200);
    assert.equal(route.unlisted, 50);
  });

  it('a key that was used up when the request came still reads so later', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? says.outOfCredit() : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    await ask(fixture);
    const { route } = await ask(fixture);
    await fixture.clock.advance(hourMs);
    assert.deepEqual(
      route.passedOver.map(({ key, sentence }) => [key, sentence]),
      [['groq/1', 'Groq Key 1: out of credit until you top up and check it']],
    );
  });
});

describe('events', () => {
  it('passing is strictly greater, and only the highest threshold newly passed speaks', async () => {
    const spends = [750, 1, 200];
    const http = new ScriptedHttp(() => says.answers({ prompt: 0, completion: spends[http.asked.length - 1] ?? 0 }));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_000 } }] });
    const percents = () => fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent);
    await ask(fixture, { maxTokens: 900 });
    assert.deepEqual(percents(), []);
    await ask(fixture, { maxTokens: 100 });
    assert.deepEqual(percents(), [75]);
    await ask(fixture, { maxTokens: 200 });
    assert.deepEqual(percents(), [75, 90]);
  });

  it('the second threshold too is passed only beyond it', async () => {
    const spends = [800, 100];
    const http = new ScriptedHttp(() => says.answers({ prompt: 0, completion: spends[http.asked.length - 1] ?? 0 }));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_000 } }] });
    await ask(fixture, { maxTokens: 900 });
    await ask(fixture, { maxTokens: 100 });
    assert.deepEqual(
      fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent),
      [75],
    );
  });

  it('one settle that passes both says the higher alone', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 0, completion: 950 }));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_000 } }] });
    await ask(fixture, { maxTokens: 900 });
    assert.deepEqual(
      fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent),
      [90],
    );
  });

  it('once per quota day, and again on the next', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 0, completion: 400 }));
    const fixture = routerFixture({
      http,
      keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_000 } }, { ref: 'groq/2' }],
    });
    for (let request = 0; request < 4; request += 1) await ask(fixture, { maxTokens: 150 });
    const percents = () => fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent);
    assert.deepEqual(percents(), [75, 90]);
    assert.equal(fixture.said('exhausted').length, 1);
    await fixture.clock.advance(12 * hourMs);
    for (let request = 0; request < 4; request += 1) await ask(fixture, { maxTokens: 150 });
    assert.deepEqual(percents(), [75, 90, 75, 90]);
    assert.equal(fixture.said('exhausted').length, 2);
  });

  it('requests that settle together say it once', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 0, completion: 200 }));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_000 } }] });
    await Promise.all(Array.from({ length: 5 }, () => ask(fixture, { maxTokens: 150 })));
    assert.equal(fixture.said('thresholdPassed').length, 1);
  });

  it('a key that is exhausted names the one that takes over', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/1' ? says.rateLimited('TPD', '1h') : says.answers(),
    );
    const fixture = routerFixture({
      http,
      keys: ['groq/1', { ref: 'groq/2', enabled: false }, { ref: 'groq/3', pool: 'p' }],
    });
    await ask(fixture);
    assert.deepEqual(
      fixture.said('exhausted').map(({ key, next }) => [key, next]),
      [['groq/1', 'groq/3']],
    );
  });

  it('a limit that a reply named for the first time is said once', async () => {
    const headers = { 'x-ratelimit-limit-requests': '77', 'x-ratelimit-remaining-requests': '76' };
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Because.' }, finish_reason: 'stop' }];
    const http = new ScriptedHttp(() => ({ status: 200, headers, body: JSON.stringify({ choices }) }));
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    await ask(fixture);
    await ask(fixture);
    assert.deepEqual(
      fixture.said('limitLearned').map(({ limit, value }) => [limit, value]),
      [['requestsPerDay', 77]],
    );
  });

  it('an answered chat is said for its key', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: ['groq/1'] });
    await ask(fixture);
    assert.deepEqual(
      fixture.said('answered').map(({ key }) => key),
      ['groq/1'],
    );
  });
});
