import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Provider } from '../../../src/core/providers/provider.ts';
import type { ChatAnswer } from '../../../src/core/routing/chat.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

async function ask(fixture: RouterFixture): Promise<ChatAnswer> {
  const asked = fixture.router.chat(question({ maxTokens: 300 }));
  await passTime(fixture);
  return asked;
}

/** So many requests, a minute apart; each uses 1,000 tokens. Answers which key served the last. */
async function work(fixture: RouterFixture, requests: number): Promise<ChatAnswer> {
  let last = await ask(fixture);
  for (let count = 1; count < requests; count += 1) {
    await fixture.clock.advance(minuteMs);
    last = await ask(fixture);
  }
  return last;
}

const http = () => new says.ScriptedHttp(() => says.answers({ prompt: 900, completion: 100 }));
const bucket = (tokensPerDay: number): Provider => providerOf('groq', oneModel('groq', { tokensPerDay }));
const calendar = (requestsPerDay: number): Provider =>
  providerOf('gemini', { ...oneModel('gemini', { requestsPerDay }), resetTimeZone: 'UTC' });

describe('while the free quota does not last at the pace of the last hour', () => {
  it('what turns at midnight goes before a bucket that will not be full within the hour, and the trace says so', async () => {
    const fixture = routerFixture({
      http: http(),
      keys: ['groq/1', 'gemini/1'],
      providers: [bucket(240_000), calendar(100)],
    });
    await work(fixture, 30);
    assert.equal(fixture.tracker.statusOf(fixture.keyAt('gemini/1')).usedToday > 0, true);
    const { key, route } = await ask(fixture);
    assert.equal(key, 'gemini/1');
    assert.match(route.attempts[0]?.sentence ?? '', /what would be lost first goes first/);
  });

  it('a bucket that would soon be empty and drain for nobody goes first of all', async () => {
    const providers = [calendar(100), bucket(120_000)];
    const fixture = routerFixture({ http: http(), keys: ['groq/1', 'gemini/1'], providers });
    assert.equal((await work(fixture, 19)).key, 'gemini/1');
    assert.equal((await work(fixture, 3)).key, 'groq/1');
  });

  it('quotas that turn at the same moment keep the order of their keys', async () => {
    const limits = { tokensPerDay: 14_400 };
    const keys = (['groq/1', 'groq/2', 'groq/3'] as const).map((ref) => ({ ref, limits }));
    const fixture = routerFixture({ http: http(), keys, providers: [bucket(200_000)] });
    const served: (string | undefined)[] = [];
    for (let count = 0; count < 42; count += 1) {
      served.push((await ask(fixture)).key);
      await fixture.clock.advance(minuteMs / 2);
    }
    const changes = served.filter((key, place) => key !== served[place - 1]);
    assert.deepEqual(changes, ['groq/1', 'groq/2', 'groq/3']);
  });

  it('what has no quota is never moved forward', async () => {
    const providers = [bucket(24_000), providerOf('mistral', oneModel('mistral'))];
    const fixture = routerFixture({ http: http(), keys: ['groq/1', 'mistral/1'], providers });
    assert.equal((await work(fixture, 22)).key, 'groq/1');
  });
});

describe('the usual order holds', () => {
  const fixtureOf = (): RouterFixture =>
    routerFixture({ http: http(), keys: ['groq/1', 'gemini/1'], providers: [bucket(240_000), calendar(100)] });

  it('while fewer than 20 requests came in the last hour', async () => {
    assert.equal((await work(fixtureOf(), 19)).key, 'groq/1');
  });

  it('while the quota lasts', async () => {
    const fixture = fixtureOf();
    for (let count = 0; count < 40; count += 1) {
      await fixture.clock.advance(hourMs / 12);
      assert.equal((await ask(fixture)).key, 'groq/1');
    }
  });
});
