import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { estimateTokens } from '../../../src/core/providers/tokenEstimate.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import type { ChatAnswer } from '../../../src/core/routing/chat.ts';
import type { Behaviour } from '../../simulator/behaviours.ts';
import { startSimulators, type Simulators } from '../../simulator/startSimulators.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { question, routerFixture, type FixtureKey, type RouterFixture } from '../support/routerFixture.ts';
import { simulatedHttp } from '../support/simulatedHttp.ts';

const at = (hour: number, minute: number): number => Date.UTC(2026, 10, 22, hour, minute);
const minuteMs = 60_000;

describe('the scenarios of the contract, to the number', () => {
  let clock: FakeClock;
  let sims: Simulators;
  let http: UndiciHttp;

  before(async () => {
    clock = new FakeClock(at(9, 0));
    sims = await startSimulators({ clock: { now: () => clock.now() }, limits: 'none' });
    http = simulatedHttp();
  });
  beforeEach(() => {
    clock = new FakeClock(at(9, 0));
  });
  afterEach(() => sims.groq.reset());
  afterEach(() => sims.gemini.reset());
  after(async () => {
    http.dispose();
    await sims.stop();
  });

  /** One model without a limit of its own, so that the keys' own day is what counts. */
  function providers(): readonly Provider[] {
    return (['groq', 'gemini'] as const).map((id) => {
      const entry = catalog.find((provider) => provider.id === id);
      const [model] = entry?.models ?? [];
      if (entry === undefined || model === undefined) throw new Error(`no ${id} in the catalog`);
      return { ...entry, baseUrl: sims[id].baseUrl, models: [{ ...model, limits: {} }], resetTimeZone: 'UTC' };
    });
  }

  const groq = (n: number, behaviour: Behaviour = 'good'): FixtureKey => ({
    ref: `groq/${n}`,
    secret: sims.groq.key(behaviour, n),
    limits: { tokensPerDay: 14_400 },
  });
  const gemini = (n: number, behaviour: Behaviour = 'good'): FixtureKey => ({
    ref: `gemini/${n}`,
    secret: sims.gemini.key(behaviour, n),
    limits: { requestsPerDay: 1_500 },
  });

  const fixtureOf = (keys: readonly FixtureKey[]): RouterFixture =>
    routerFixture({ http, keys, providers: providers(), clock });

  /** One request that uses exactly so many tokens, estimated and real. */
  async function spend(fixture: RouterFixture, tokens: number): Promise<ChatAnswer> {
    const ask = question();
    const [provider] = fixture.providers;
    const model = provider?.models[0]?.id ?? '';
    if (provider === undefined) throw new Error('no provider');
    const prompt = estimateTokens({ messages: ask.messages, provider, model });
    sims.groq.nextAnswer({ text: 'Because.', usage: { prompt, completion: tokens - prompt } });
    await clock.advance(minuteMs);
    return fixture.router.chat({ ...ask, maxTokens: tokens - prompt });
  }

  const shown = (fixture: RouterFixture, ref: KeyRef) => {
    const [provider = '', number = ''] = ref.split('/');
    return fixture.tracker.allStats()[provider]?.[`key_${Number(number)}`];
  };

  it('1: a normal day', async () => {
    const fixture = fixtureOf([groq(1), groq(2), groq(3)]);
    await spend(fixture, 5_000);
    assert.equal(Math.round(shown(fixture, 'groq/1')?.percentage ?? 0), 35);
    await spend(fixture, 5_800);
    assert.equal(shown(fixture, 'groq/1')?.used, 10_800);
    assert.equal(fixture.said('thresholdPassed').length, 0, '75 % is not passed by reaching it');

    const warned = await spend(fixture, 1_200);
    assert.deepEqual(shown(fixture, 'groq/1'), { used: 12_000, limit: 14_400, remaining: 2_400, percentage: 83.3 });
    assert.deepEqual(
      fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent),
      [75],
    );
    assert.equal(warned.quotaWarning, 'Groq Key 1: 83% quota used');

    await spend(fixture, 1_250);
    assert.deepEqual(
      fixture.said('thresholdPassed').map(({ thresholdPercent }) => thresholdPercent),
      [75, 90],
    );

    const last = await spend(fixture, 1_150);
    assert.equal(last.key, 'groq/1');
    assert.deepEqual(shown(fixture, 'groq/1'), { used: 14_400, limit: 14_400, remaining: 0, percentage: 100 });
    assert.deepEqual(
      fixture.said('exhausted').map(({ key, next, untilMs }) => [key, next, untilMs]),
      [['groq/1', 'groq/2', Date.UTC(2026, 10, 23)]],
    );

    const next = await spend(fixture, 3_200);
    assert.equal(next.key, 'groq/2');
    assert.equal(next.route.attempts.length, 1, 'no error was seen on the way');
    assert.equal(Math.round(shown(fixture, 'groq/2')?.percentage ?? 0), 22);

    await clock.advance(Date.UTC(2026, 10, 23) - clock.now() - 1);
    assert.equal(shown(fixture, 'groq/1')?.used, 14_400, 'a millisecond before 00:00 UTC');
    await clock.advance(1);
    for (const ref of ['groq/1', 'groq/2', 'groq/3'] as const) assert.equal(shown(fixture, ref)?.used, 0);
    assert.equal((await spend(fixture, 1_000)).key, 'groq/1');
    assert.equal(sims.groq.chatsOf().length, 7);
  });

  it('2: a refused key', async () => {
    const fixture = fixtureOf([groq(1, 'refused'), groq(2)]);
    assert.equal(fixture.healthOf('groq/1').score, 100);

    const answer = await fixture.router.chat(question());

    assert.equal(answer.key, 'groq/2');
    assert.equal(fixture.healthOf('groq/1').score, 0);
    assert.equal(fixture.healthOf('groq/1').quarantine?.untilMs, clock.now() + 5 * minuteMs);
    assert.deepEqual(
      fixture.said('refused').map(({ key }) => key),
      ['groq/1'],
    );
  });

  it('3: everything fails', async () => {
    const keys = [
      groq(1, 'refused'),
      groq(2, 'refused'),
      groq(3, 'refused'),
      gemini(1, 'rateMinute'),
      gemini(2, 'rateMinute'),
    ];
    const fixture = fixtureOf(keys);
    sims.gemini.waitMs = 3_600_000;

    const answer = await fixture.router.chat(question());

    sims.gemini.waitMs = undefined;
    assert.equal(answer.degraded, true);
    assert.ok(
      answer.content.startsWith('I apologize, all AI models are unavailable. Please try again in a few moments…'),
    );
    for (const name of ['Groq Key 1', 'Groq Key 2', 'Groq Key 3', 'Gemini Key 1', 'Gemini Key 2']) {
      assert.ok(answer.content.includes(name), `${name} has its reason`);
    }
    assert.deepEqual(
      fixture.said('allFailed').flatMap(({ reasons }) => reasons.map(({ provider }) => provider)),
      ['Groq', 'Gemini'],
    );
  });

  it('3: everything fails, and the same question was answered before: that answer, marked with its age', async () => {
    const fixture = fixtureOf([groq(1)]);
    const ask = question();
    await fixture.router.chat(ask);
    await clock.advance(2 * 60 * minuteMs);
    sims.groq.behaveAll('refused');

    const answer = await fixture.router.chat(ask);

    assert.deepEqual([answer.degraded, answer.cached, answer.ageMs], [true, true, 2 * 60 * minuteMs]);
  });

  it('4: the trap that rotation usually falls into', async () => {
    const fixture = fixtureOf([groq(1, 'rateRequests'), groq(2)]);
    sims.groq.waitMs = 20_000;

    for (let request = 0; request < 60; request += 1) {
      assert.equal((await fixture.router.chat(question())).key, 'groq/2');
      await clock.advance(1_000);
    }

    sims.groq.waitMs = undefined;
    assert.equal(sims.groq.chatsOf(sims.groq.key('rateRequests', 1)).length, 3, 'once per cooldown of 20 s');
    assert.equal(sims.groq.chatsOf(sims.groq.key('good', 2)).length, 60);
  });
});
