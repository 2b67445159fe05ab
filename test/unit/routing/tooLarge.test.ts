import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { Limits } from '../../../src/core/quota/limits.ts';
import {
  passTime,
  providerOf,
  question,
  routerFixture,
  settled,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { askerOf, spend } from '../ledger/spend.ts';

const { ScriptedHttp, LiveReply } = says;
const secondMs = 1_000;
const minuteMs = 60_000;

/** Groq has a large model and a small one, each with limits of its own. */
function fixtureOf(
  http: says.ScriptedHttp,
  { big = {}, small = {}, smallContext = 2_000 }: { big?: Limits; small?: Limits; smallContext?: number } = {},
): RouterFixture {
  const models = [
    { id: 'big', limits: big, contextTokens: 100_000 },
    { id: 'small', limits: small, contextTokens: smallContext },
  ];
  const provider = providerOf('groq', { models, limits: {}, limitScope: 'model', limitForm: 'window' });
  return routerFixture({ http, keys: ['groq/1'], providers: [provider] });
}

const block = (fixture: RouterFixture, model: string, kind: 'cooldown' | 'exhausted', ms: number) =>
  fixture.ledger.block(accountOf(fixture.keyAt('groq/1')), {
    kind,
    scope: model,
    limit: kind === 'cooldown' ? 'tokensPerMinute' : 'tokensPerDay',
    untilMs: fixture.clock.now() + ms,
  });

/** About 4,000 tokens; no two are the same. */
function long(change: Parameters<typeof question>[0] = {}): ReturnType<typeof question> {
  const { messages, ...rest } = question(change);
  return { ...rest, messages: [{ role: 'user', content: 'word '.repeat(3_200) }, ...messages] };
}

async function ask(fixture: RouterFixture) {
  const asked = fixture.router.chat(long());
  asked.catch(() => undefined);
  await passTime(fixture);
  return asked;
}

describe('a request that is too large for the model that is free', () => {
  it('waits for a larger one that cools for seconds', async () => {
    const fixture = fixtureOf(new ScriptedHttp(() => says.answers()));
    await block(fixture, 'big', 'cooldown', 20 * secondMs);
    assert.equal((await ask(fixture)).model, 'groq/big');
  });

  it('is told when a larger one that cools for longer can answer, and nobody is alarmed', async () => {
    const fixture = fixtureOf(new ScriptedHttp(() => says.answers()));
    await block(fixture, 'big', 'cooldown', 2 * minuteMs);
    const answer = await ask(fixture);
    assert.equal(answer.degraded, true);
    assert.match(answer.content, /The first key can answer again in 2m/);
    assert.equal(fixture.said('allFailed').length, 0);
  });

  it('is told so, too, where the small one refused it', async () => {
    const http = new ScriptedHttp(says.tooMuch);
    const fixture = fixtureOf(http, { smallContext: 50_000 });
    await block(fixture, 'big', 'cooldown', 2 * minuteMs);
    const answer = await ask(fixture);
    assert.deepEqual(
      http.asked.map(({ model }) => model),
      ['small'],
    );
    assert.match(answer.content, /The first key can answer again in 2m/);
    assert.equal(fixture.said('allFailed').length, 0);
  });

  it('waits where the larger one has no room in this minute', async () => {
    const fixture = fixtureOf(new ScriptedHttp(() => says.answers()), { big: { tokensPerMinute: 8_000 } });
    const asker = { ...askerOf(fixture.keyAt('groq/1')), model: 'big', nowMs: fixture.clock.now() };
    await spend(fixture.ledger, 7_000, asker, {});
    await fixture.clock.advance(30 * secondMs);
    const answer = await ask(fixture);
    assert.equal(answer.model, 'groq/big');
    assert.equal(Math.round((answer.route.waits[0]?.ms ?? 0) / secondMs), 30);
  });

  it('waits until requests under way with the larger one have ended', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.answers()));
    const fixture = fixtureOf(http, { big: { tokensPerMinute: 8_000 } });
    const first = fixture.router.chat(long({ stream: true }));
    await settled();
    const second = fixture.router.chat(long());
    await settled();
    assert.equal(http.asked.length, 1);
    live.says('Because.');
    live.ends();
    await first;
    assert.equal((await second).model, 'groq/big');
  });

  it('is told the sizes where the larger one is used up for the day', async () => {
    const fixture = fixtureOf(new ScriptedHttp(() => says.answers()));
    await block(fixture, 'big', 'exhausted', 120 * minuteMs);
    await assert.rejects(ask(fixture), {
      kind: 'tooLarge',
      message: /the largest model that could answer takes 2,000/,
    });
    assert.equal(fixture.said('allFailed').length, 0);
  });
});

describe('a request that is too large for every model', () => {
  it('does not wait for one that cools', async () => {
    const fixture = fixtureOf(new ScriptedHttp(() => says.answers()));
    await block(fixture, 'big', 'exhausted', 120 * minuteMs);
    await block(fixture, 'small', 'cooldown', 20 * secondMs);
    await assert.rejects(ask(fixture), { kind: 'tooLarge' });
    assert.equal(fixture.clock.monotonic(), 0);
  });

  it('does not wait for a minute that never holds it', async () => {
    const fixture = fixtureOf(new ScriptedHttp(() => says.answers()), {
      big: { tokensPerMinute: 3_000 },
      small: { tokensPerMinute: 3_000 },
    });
    const { router, ledger, clock } = fixture;
    for (const model of ['big', 'small']) {
      await spend(ledger, 2_950, { ...askerOf(fixture.keyAt('groq/1')), model, nowMs: clock.now() }, {});
    }
    await assert.rejects(router.chat(long()), { kind: 'tooLarge', message: /takes 3,000/ });
    assert.equal(clock.monotonic(), 0);
  });

  it('is no reason for an alarm where a refusal named it', async () => {
    const fixture = fixtureOf(new ScriptedHttp(says.tooMuch), { smallContext: 50_000 });
    await assert.rejects(ask(fixture), { kind: 'tooLarge' });
    assert.equal(fixture.said('allFailed').length, 0);
  });
});

describe('a request that a provider refused for its size without a number', () => {
  it('is not sent to another key of the same account, however little its estimate is worth', async () => {
    const http = new ScriptedHttp(() => ({ status: 413, body: '{"error":{"message":"Request too large"}}' }));
    const keys = (['groq/1', 'groq/2'] as const).map((ref) => ({ ref, pool: 'p' }));
    await assert.rejects(ask(routerFixture({ http, keys })), { kind: 'tooLarge' });
    assert.equal(http.chats('groq/2'), 0);
  });
});
