import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { oneModel, providerOf, question, routerFixture, type RouterFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance, firstOf, orderOf, score, usedUp } from './order.ts';

const { ScriptedHttp } = says;

describe('weak keys', () => {
  for (const strategy of ['priority', 'balanced', 'fastest'] as const) {
    it(`${strategy}: keys with a score under 20 come last`, async () => {
      const order = await orderOf(
        ['groq/1', 'groq/2', 'gemini/1'],
        { config: { strategy }, random: chance(0.5) },
        (fixture) => score(fixture, 'groq/1', 19),
      );
      assert.equal(order.at(-1), 'groq/1 groq-model');
      assert.equal(order.length, 3);
    });

    it(`${strategy}: with a chance of 20 % such a key is tried at its usual place`, async () => {
      const weak = (fixture: RouterFixture) => score(fixture, 'groq/1', 19);
      const keys = ['groq/1', 'groq/2'] as const;
      assert.equal(await firstOf(keys, { config: { strategy }, random: chance(0.19) }, weak), 'groq/1');
      assert.equal(await firstOf(keys, { config: { strategy }, random: chance(0.2) }, weak), 'groq/2');
    });
  }

  for (const strategy of ['priority', 'balanced', 'fastest'] as const) {
    it(`${strategy}: one such key a request, and the trace says why`, async () => {
      const http = new ScriptedHttp(({ secret }) => (secret === 'groq/3' ? says.answers() : usedUp()));
      const keys = ['groq/1', 'groq/2', 'groq/3'] as const;
      const fixture = routerFixture({ http, keys, config: { strategy }, random: chance(0) });
      for (const ref of ['groq/1', 'groq/2'] as const) await score(fixture, ref, 10);
      const answer = await fixture.router.chat(question());
      assert.deepEqual(
        http.asked.map(({ secret }) => secret),
        ['groq/1', 'groq/3'],
      );
      assert.equal(answer.route.attempts[0]?.outcome, 'quotaDay');
      const alone = routerFixture({ http, keys: ['groq/3', 'groq/4'], config: { strategy }, random: chance(0) });
      await score(alone, 'groq/3', 10);
      const probe = await alone.router.chat(question());
      assert.match(probe.route.attempts[0]?.sentence ?? '', /tried to see whether it has recovered/);
    });
  }

  it('a provider whose keys are half-open is no exception from the order', async () => {
    const halfOpen = (fixture: RouterFixture) =>
      fixture.ledger.changeHealth(fixture.keyAt('gemini/1').fingerprint, () => ({
        score: 0,
        quarantine: { untilMs: fixture.clock.now() - 1, cause: 'outage', times: 1 },
      }));
    const providers = [
      providerOf('groq', oneModel('groq')),
      providerOf('gemini', { ...oneModel('gemini'), checkUrl: undefined }),
    ];
    const order = await orderOf(['groq/1', 'gemini/1'], { providers, random: chance(0) }, halfOpen);
    assert.deepEqual(order, ['groq/1 groq-model', 'gemini/1 gemini-model']);
  });

  it('a key with a score of 20 keeps its place', async () => {
    const first = await firstOf(['groq/1', 'groq/2'], { random: chance(0.5) }, (fixture) =>
      score(fixture, 'groq/1', 20),
    );
    assert.equal(first, 'groq/1');
  });
});
