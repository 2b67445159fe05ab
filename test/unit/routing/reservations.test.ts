import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import type { Reserved, ReserveAsk } from '../../../src/core/quota/ledger.ts';
import { startSimulators } from '../../simulator/startSimulators.ts';
import { FakeClock } from '../support/fakeClock.ts';
import {
  held,
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  settled,
  type FixtureKey,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { simulatedHttp } from '../support/simulatedHttp.ts';

const { ScriptedHttp, LiveReply } = says;

const tokensToday = (fixture: RouterFixture, ref: KeyRef) =>
  fixture.ledger.use(accountOf(fixture.keyAt(ref)), '*', Date.UTC(2026, 10, 22));

describe('a smaller cap', () => {
  const withLeft = (tokensPerDay: number): { http: says.ScriptedHttp; fixture: RouterFixture } => {
    const http = new ScriptedHttp(() => says.answers());
    return { http, fixture: routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay } }] }) };
  };

  it('where no candidate has room for the whole cap, the cap is lowered', async () => {
    const { http, fixture } = withLeft(700);
    const answer = await fixture.router.chat(question());
    assert.equal(answer.key, 'groq/1');
    assert.ok((http.asked[0]?.cap ?? 0) >= 256 && (http.asked[0]?.cap ?? 0) < 700);
    assert.match(answer.route.attempts[0]?.sentence ?? '', /with a shorter answer/);
  });

  it('to 256 at the least', async () => {
    const prompt = 60;
    const { http, fixture } = withLeft(256 + prompt - 40);
    const answer = await fixture.router.chat(
      question({ messages: [{ role: 'user', content: 'x'.repeat(prompt * 4) }] }),
    );
    assert.equal(answer.degraded, true);
    assert.equal(http.asked.length, 0);
  });

  it('a candidate that has the whole room comes before it', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 700 } }, 'groq/2'] });
    assert.equal((await fixture.router.chat(question())).key, 'groq/2');
    assert.equal(http.asked[0]?.cap, 1_024);
  });

  it('a caller that wants less than 256 gets what it wants', async () => {
    const { http, fixture } = withLeft(150);
    assert.equal((await fixture.router.chat(question({ maxTokens: 20 }))).key, 'groq/1');
    assert.equal(http.asked[0]?.cap, 20);
  });
});

describe('reservations', () => {
  it('hold the estimate and the cap while a request is under way, and what was used afterwards', async () => {
    const live = new LiveReply();
    const fixture = routerFixture({ http: new ScriptedHttp(() => live), keys: ['groq/1'] });
    const asked = fixture.router.chat(question({ stream: true, maxTokens: 500 }));
    await settled();
    const { tokens, requests } = held(fixture);
    assert.equal(requests, 1);
    assert.ok(tokens > 500 && tokens < 600);
    live.says('Because.');
    live.ends({ prompt: 30, completion: 12 });
    await asked;
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
    assert.equal(tokensToday(fixture, 'groq/1').tokens, 42);
  });

  it('requests under way together cannot overspend: the second waits for the first to settle', async () => {
    const live = new LiveReply();
    const http = new ScriptedHttp(() => (http.asked.length === 1 ? live : says.answers()));
    const fixture = routerFixture({ http, keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_300 } }] });
    const first = fixture.router.chat(question({ stream: true }));
    await settled();
    const second = fixture.router.chat(question());
    await settled();
    assert.equal(http.asked.length, 1, 'there is no room beside the first');
    live.says('Because.');
    live.ends({ prompt: 20, completion: 10 });
    assert.equal((await first).degraded, false);
    const answer = await second;
    assert.equal(answer.degraded, false);
    assert.match(answer.route.waits[0]?.sentence ?? '', /other requests with Groq Key 1/);
  });

  it('are resolved when something throws in the middle of an attempt', async () => {
    const http = new ScriptedHttp(() => {
      throw new TypeError('a bug');
    });
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    await assert.rejects(fixture.router.chat(question()), /a bug/);
    assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
    assert.equal(fixture.router.busy, 0);
  });

  it('say that the request goes out, so that it is counted even if this window dies meanwhile', async () => {
    const asks: ReserveAsk[] = [];
    class Watched extends MemoryLedger {
      override reserve(ask: ReserveAsk): Promise<Reserved> {
        asks.push(ask);
        return super.reserve(ask);
      }
    }
    const http = new ScriptedHttp(() => says.answers());
    await routerFixture({ http, keys: ['groq/1'], ledger: (clock) => new Watched({ clock }) }).router.chat(question());
    assert.deepEqual(
      asks.map(({ sent }) => sent),
      [true],
    );
  });

  it('nothing is charged where no connection stood', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? { problem: 'refused' } : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2'] });
    const asked = fixture.router.chat(question());
    await passTime(fixture);
    await asked;
    const { requests, tokens } = tokensToday(fixture, 'groq/1');
    assert.deepEqual([requests, tokens], [0, 0]);
  });
});

describe('200 concurrent requests on 7 keys with per-minute limits', () => {
  const perMinute = { requestsPerMinute: 20, tokensPerMinute: 12_000 };
  const refs = Array.from({ length: 7 }, (_, index): KeyRef => `groq/${index + 1}`);

  it('all are served or fail with a moment named, and no limit is passed', async () => {
    const clock = new FakeClock();
    const limits = { ...perMinute, requestsPerDay: 1_000_000, tokensPerDay: 1_000_000_000 };
    const sims = await startSimulators({ clock: { now: () => clock.now() }, limits });
    const http = simulatedHttp();
    try {
      const keys = refs.map((ref, index): FixtureKey => ({ ref, secret: sims.groq.key('good', index + 1) }));
      const provider = providerOf('groq', {
        baseUrl: sims.groq.baseUrl,
        models: [{ id: 'openai/gpt-oss-120b', limits: perMinute, contextTokens: 131_072 }],
        limits: {},
      });
      const fixture = routerFixture({ http, keys, providers: [provider], clock });
      const asked = Array.from({ length: 200 }, () => fixture.router.chat(question({ maxTokens: 300 })));
      for (let step = 0; step < 2_000 && fixture.router.busy > 0; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        // Time stands still while a request is on its way.
        if (held(fixture).requests === 0) await clock.advance(500);
      }
      const answers = await Promise.all(asked);
      const failed = answers.filter(({ degraded }) => degraded);
      for (const { content } of failed) assert.match(content, /can answer again/);
      const outcomes = answers.flatMap(({ route }) => route.attempts.map(({ outcome }) => outcome));
      assert.deepEqual([...new Set(outcomes)], ['ok'], 'the far end refused nothing');
      assert.equal(answers.length, 200);
      assert.ok(answers.length - failed.length >= 140, `${answers.length - failed.length} were served`);
      assert.deepEqual(held(fixture), { requests: 0, tokens: 0 });
    } finally {
      http.dispose();
      await sims.stop();
    }
  });

  it('with one model, in memory: never more of a minute than a key has', async () => {
    const starts = new Map<string, number[]>();
    const clock = new FakeClock();
    const http = new ScriptedHttp(({ secret }) => {
      const times = starts.get(secret) ?? [];
      times.push(clock.now());
      starts.set(secret, times);
      const recent = times.filter((at) => at > clock.now() - 60_000).length;
      return recent > perMinute.requestsPerMinute ? says.rateLimited('RPM', '60s') : says.answers();
    });
    const fixture = routerFixture({
      http,
      clock,
      keys: refs,
      providers: [providerOf('groq', { ...oneModel('groq', perMinute), limitForm: 'window' })],
    });
    const asked = Array.from({ length: 200 }, () => fixture.router.chat(question({ maxTokens: 300 })));
    await passTime(fixture);
    const answers = await Promise.all(asked);
    const outcomes = new Set(answers.flatMap(({ route }) => route.attempts.map(({ outcome }) => outcome)));
    assert.deepEqual([...outcomes], ['ok']);
    for (const { degraded, content } of answers) if (degraded) assert.match(content, /can answer again in/);
    assert.equal(answers.filter(({ degraded }) => !degraded).length, 140, 'all that one minute holds');
  });
});
