import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { askerOf, teach } from '../ledger/spend.ts';
import { passTime, question, routerFixture, settled, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { answer, groq, SlowServer } from './slowServer.ts';

const tooMany = (message = 'Too many concurrent requests') => ({
  status: 429,
  body: JSON.stringify({ error: { message, code: 'rate_limit_exceeded' } }),
});

const learned = (fixture: RouterFixture): number | undefined =>
  fixture.ledger.learnedConcurrency(accountOf(fixture.keyAt('groq/1')))?.most;

/** So many requests of one key under way. */
async function underWay(count: number, keys = ['groq/1'] as Parameters<typeof routerFixture>[0]['keys']) {
  const server = new SlowServer();
  const fixture = routerFixture({ http: server.http, keys, providers: [groq()] });
  const asked = Array.from({ length: count }, () => fixture.router.chat(question()));
  await settled();
  return { server, fixture, asked };
}

describe('a refusal of too many requests at once', () => {
  it('teaches the number that it names, and the refused request waits for its turn, not for a minute', async () => {
    const { server, fixture, asked } = await underWay(3);
    server.replies.splice(2, 1)[0]?.come(tooMany('Concurrency limit of 2'));
    await settled();
    assert.equal(learned(fixture), 2);
    assert.equal(server.http.asked.length, 3);
    await server.answersOne();
    assert.equal(server.http.asked.length, 4);
    while (server.replies.length > 0) await server.answersOne();
    const answers = await Promise.all(asked);
    assert.deepEqual(
      answers.map(({ degraded }) => degraded),
      [false, false, false],
    );
    assert.equal(fixture.clock.monotonic(), 0);
  });

  it('teaches one less than were under way where it names none', async () => {
    const { server, fixture, asked } = await underWay(4);
    server.replies.splice(3, 1)[0]?.come(tooMany());
    await settled();
    assert.equal(learned(fixture), 3);
    while (server.replies.length > 0) await server.answersOne();
    await Promise.all(asked);
  });

  it('sends the request to another key at once', async () => {
    const server = new SlowServer();
    const fixture = routerFixture({ http: server.http, keys: ['groq/1', 'groq/2'], providers: [groq()] });
    const asked = [fixture.router.chat(question()), fixture.router.chat(question())];
    await settled();
    server.replies.splice(1, 1)[0]?.come(tooMany());
    await settled();
    assert.deepEqual(
      server.http.asked.map(({ secret }) => secret),
      ['groq/1', 'groq/1', 'groq/2'],
    );
    while (server.replies.length > 0) await server.answersOne();
    await Promise.all(asked);
  });

  it('of a request that was alone makes a wait that doubles: somebody else has the places', async () => {
    const http = new says.ScriptedHttp(() => (http.asked.length <= 3 ? tooMany() : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: [groq()] });
    const asked = fixture.router.chat(question());
    await passTime(fixture);
    assert.equal((await asked).degraded, false);
    assert.equal(learned(fixture), 1);
    assert.equal(http.asked.length, 4);
    assert.equal(Math.round(fixture.clock.monotonic() / 1_000), 2 + 4 + 8);
  });

  it('costs no health', async () => {
    const { server, fixture, asked } = await underWay(2);
    server.replies.splice(1, 1)[0]?.come(tooMany());
    await settled();
    assert.equal(fixture.healthOf('groq/1').score, 100);
    while (server.replies.length > 0) await server.answersOne();
    await Promise.all(asked);
  });

  it('is tried again with one more after 24 hours, and an answer to that raises the number', async () => {
    const { server, fixture } = await underWay(0);
    const nowMs = fixture.clock.now();
    await teach(fixture.ledger, { underWay: 2, refused: {}, nowMs }, askerOf(fixture.keyAt('groq/1')));
    await fixture.clock.advance(24 * 3_600_000);
    const asked = [1, 2, 3].map(() => fixture.router.chat(question()));
    await settled();
    assert.equal(server.http.asked.length, 2);
    server.replies.splice(1, 1)[0]?.come(answer);
    await settled();
    assert.equal(learned(fixture), 2);
    while (server.replies.length > 0) await server.answersOne();
    await Promise.all(asked);
  });
});
