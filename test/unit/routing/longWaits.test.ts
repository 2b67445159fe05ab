import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presets } from '../../../src/core/providers/catalog.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { oneModel, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { blocksOf, oneRequest } from './oneRequest.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

const [preset] = presets;
assert.ok(preset);
const custom = { ...preset, ...oneModel('custom'), id: 'groq', needsKey: true };

const limited = (message: string, headers: Record<string, string> = {}): says.Reply => ({
  status: 429,
  headers,
  body: JSON.stringify({ error: { message } }),
});

/** How long the key that refuses so is left alone, in milliseconds. */
async function waitAfter(reply: (nowMs: number) => says.Reply): Promise<number> {
  const clock = new FakeClock();
  const http = new says.ScriptedHttp(({ secret }) => (secret === 'groq/1' ? reply(clock.now()) : says.answers()));
  const fixture = routerFixture({ http, clock, keys: ['groq/1', 'groq/2'], providers: [custom] });
  assert.equal((await fixture.router.chat(question())).key, 'groq/2');
  const untilMs = blocksOf(fixture, 'groq/1').map((block) => block.untilMs);
  return Math.max(...untilMs) - fixture.clock.now();
}

describe('a wait that a refusal names', () => {
  for (const [what, text] of [
    ['seconds', (atMs: number) => String(Math.round(atMs / secondMs))],
    ['milliseconds', (atMs: number) => String(atMs)],
    ['a date', (atMs: number) => new Date(atMs).toISOString()],
  ] as const) {
    it(`is a moment where it is one, in ${what}`, async () => {
      const inAMinute = (nowMs: number): string => text(nowMs + minuteMs);
      const headers = (nowMs: number) => [
        { 'retry-after': inAMinute(nowMs) },
        { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': inAMinute(nowMs) },
        { 'x-ratelimit-reset': inAMinute(nowMs) },
      ];
      for (let way = 0; way < 3; way += 1) {
        const waitMs = await waitAfter((nowMs) => limited('Too many requests', headers(nowMs)[way]));
        assert.ok(Math.abs(waitMs - minuteMs) <= secondMs, `${what}, way ${way}: ${waitMs} ms`);
      }
    });
  }

  it('is a moment in words, and in the headers that an aggregator passes on in the body', async () => {
    const inWords = await waitAfter((nowMs) => limited(`Retry after ${Math.round((nowMs + minuteMs) / secondMs)}`));
    assert.ok(Math.abs(inWords - minuteMs) <= secondMs, `${inWords} ms`);
    const passedOn = await waitAfter((nowMs) => {
      const metadata = { headers: { 'X-RateLimit-Reset': String(nowMs + hourMs) } };
      return { status: 429, body: JSON.stringify({ error: { message: 'free-models-per-day', metadata } }) };
    });
    assert.equal(passedOn, hourMs);
  });

  it('is none where it is 0, so that it doubles, or what else the reply names holds', async () => {
    const pastMs = (nowMs: number): string => new Date(nowMs - hourMs).toUTCString();
    for (const zero of [() => '0', pastMs]) {
      assert.equal(
        await waitAfter((nowMs) => limited('Too many requests', { 'retry-after': zero(nowMs) })),
        2 * secondMs,
      );
    }
    assert.equal(await waitAfter(() => limited('Retry in 0s', { 'retry-after': '20' })), 20 * secondMs);
    const daily = { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '3600' };
    assert.equal(await waitAfter(() => limited('Too many requests', { 'retry-after': '0', ...daily })), hourMs);
  });

  it('is at most 10 minutes for a second or a minute', async () => {
    for (const window of ['second', 'minute']) {
      assert.equal(await waitAfter(() => limited(`Requests per ${window}, retry in 3h`)), 10 * minuteMs);
    }
  });

  it('is at most 25 hours for a day', async () => {
    assert.equal(await waitAfter(() => limited('Daily limit reached, retry in 20d')), 25 * hourMs);
  });

  it('is its own for what is longer', async () => {
    assert.equal(await waitAfter(() => limited('Limit reached, retry in 6d')), 6 * 24 * hourMs);
  });

  it('fills a bucket for no longer than that either', async () => {
    const { fixture, http } = await oneRequest(() => says.rateLimited('RPM', '20h'));
    await fixture.clock.advance(10 * minuteMs + secondMs);
    await fixture.router.chat(question());
    assert.equal(http.chats('groq/1'), 2);
  });
});
