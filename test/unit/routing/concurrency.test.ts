import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { askerOf, askOf } from '../ledger/spend.ts';
import { passTime, question, routerFixture, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { groq, ollama, SlowServer } from './slowServer.ts';

const { ScriptedHttp } = says;

describe('requests at once with one key', () => {
  it('go to another key while the first has as many as it may', async () => {
    const server = new SlowServer();
    const fixture = routerFixture({
      http: server.http,
      keys: ['groq/1', 'groq/2'],
      providers: [groq({ maxConcurrent: 1 })],
    });
    const [first, second] = [fixture.router.chat(question()), fixture.router.chat(question())];
    await settled();
    await server.answersOne();
    await server.answersOne();
    assert.deepEqual([(await first).key, (await second).key], ['groq/1', 'groq/2']);
    const passed = (await second).route.passedOver.find(({ key }) => key === 'groq/1');
    assert.deepEqual(
      [passed?.reason, passed?.sentence],
      ['busy', 'Groq Key 1: 1 request under way, at most 1 at once'],
    );
  });

  it('wait where there is no other: Ollama gets one after the other', async () => {
    const server = new SlowServer();
    const fixture = routerFixture({ http: server.http, keys: [], providers: [ollama()] });
    const asked = [1, 2, 3].map(() => fixture.router.chat(question()));
    for (const count of [1, 2, 3]) {
      await settled();
      assert.equal(server.http.asked.length, count);
      await server.answersOne();
    }
    const answers = await Promise.all(asked);
    assert.deepEqual(
      answers.map(({ degraded }) => degraded),
      [false, false, false],
    );
    assert.equal(answers[1]?.route.waits[0]?.sentence, 'Waiting until other requests with Ollama have ended');
    assert.equal(fixture.clock.monotonic(), 0);
  });

  it('keep to the key’s own number rather than its provider’s', async () => {
    const server = new SlowServer();
    const fixture = routerFixture({
      http: server.http,
      keys: [{ ref: 'groq/1', maxConcurrent: 3 }],
      providers: [groq({ maxConcurrent: 1 })],
    });
    const asked = [1, 2, 3, 4].map(() => fixture.router.chat(question()));
    await settled();
    assert.equal(server.http.asked.length, 3);
    for (let count = 0; count < 4; count += 1) await server.answersOne();
    await Promise.all(asked);
  });

  it('have no cap by default', async () => {
    const server = new SlowServer();
    const fixture = routerFixture({ http: server.http, keys: ['groq/1'], providers: [groq()] });
    const asked = Array.from({ length: 10 }, () => fixture.router.chat(question()));
    await settled();
    assert.equal(server.http.asked.length, 10);
    for (let count = 0; count < 10; count += 1) await server.answersOne();
    await Promise.all(asked);
  });

  it('wait no longer than leaves 3 s to the deadline, and that alarms nobody', async () => {
    const live = new says.LiveReply();
    const http = new ScriptedHttp(() => live);
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: [groq({ maxConcurrent: 1 })] });
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    const second = fixture.router.chat(question());
    const gaveUpAt = second.then(() => fixture.clock.monotonic());
    for (let passedMs = 0; passedMs < 60_000; passedMs += 1_000) {
      live.says('…');
      await settled();
      await fixture.clock.advance(1_000);
    }
    live.ends();
    await first;
    assert.equal(await gaveUpAt, 57_000);
    assert.match((await second).content, /Groq Key 1: 1 request under way, at most 1 at once/);
    assert.deepEqual(fixture.said('allFailed'), []);
  });

  it('do not wait for a key that is used up besides', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.answers()),
      keys: [{ ref: 'groq/1', limits: { requestsPerDay: 1 } }],
      providers: [groq({ maxConcurrent: 1, limitForm: 'window' })],
    });
    await fixture.router.chat(question());
    await fixture.ledger.reserve(askOf(askerOf(fixture.keyAt('groq/1'))));
    const second = await fixture.router.chat(question());
    assert.equal(second.degraded, true);
    assert.equal(second.route.passedOver[0]?.reason, 'exhausted');
    assert.equal(fixture.clock.monotonic(), 0);
  });

  it('are no reason to try a shorter answer', async () => {
    const live = new says.LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.answers()));
    const fixture = routerFixture({
      http,
      keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_800 } }],
      providers: [groq({ maxConcurrent: 1, limitForm: 'window' })],
    });
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    const second = fixture.router.chat(question());
    await settled();
    assert.equal(http.asked.length, 1);
    live.says('Because.');
    live.ends();
    await first;
    await passTime(fixture);
    assert.equal((await second).degraded, false);
    assert.equal((await second).route.waits.length, 1);
  });
});
