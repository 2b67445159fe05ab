import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import {
  oneModel,
  providerOf,
  question,
  routerFixture,
  type FixtureKey,
  type RouterFixture,
} from '../support/routerFixture.ts';
import { askerOf, spend } from '../ledger/spend.ts';
import * as says from '../support/scriptedHttp.ts';
import { chance, firstOf, orderOf, score } from './order.ts';

const { ScriptedHttp } = says;
const hourMs = 3_600_000;

const models = (...ids: string[]): Partial<Provider> => ({
  models: ids.map((id) => ({ id, limits: {}, contextTokens: 100_000 })),
  limits: {},
});

/** One request of this key as the ledger records it. */
function used(fixture: RouterFixture, ref: KeyRef, { tokens = 0, latencyMs = 100 }): Promise<void> {
  const key = fixture.keyAt(ref);
  const model = fixture.providers.find(({ id }) => id === key.provider)?.models[0]?.id ?? '';
  const ask = { ...askerOf(key), model, nowMs: fixture.clock.now() };
  return spend(fixture.ledger, tokens, ask, { latencyMs });
}

describe('the order in which candidates are asked', () => {
  it("priority: provider order, then the model's place, then key priority, then number", async () => {
    const order = await orderOf(
      [{ ref: 'groq/1', priority: 2 }, { ref: 'groq/2', priority: 1 }, { ref: 'groq/3', priority: 2 }, 'gemini/1'],
      { providers: [providerOf('gemini', models('flash')), providerOf('groq', models('big', 'small'))] },
    );
    assert.deepEqual(order, [
      'gemini/1 flash',
      'groq/2 big',
      'groq/1 big',
      'groq/3 big',
      'groq/2 small',
      'groq/1 small',
      'groq/3 small',
    ]);
  });

  it('a provider whose health is 30 or more below the next falls behind it', async () => {
    const keys = ['groq/1', 'gemini/1'] as const;
    assert.equal(await firstOf(keys, {}, (fixture) => score(fixture, 'groq/1', 71)), 'groq/1');
    assert.equal(await firstOf(keys, {}, (fixture) => score(fixture, 'groq/1', 70)), 'gemini/1');
  });

  it('balanced: the largest share of quota left first', async () => {
    const limits = { tokensPerDay: 10_000 };
    const keys: FixtureKey[] = [
      { ref: 'groq/1', limits },
      { ref: 'groq/2', limits },
      { ref: 'groq/3', limits },
    ];
    const first = await firstOf(keys, { config: { strategy: 'balanced' } }, async (fixture) => {
      await used(fixture, 'groq/1', { tokens: 5_000 });
      await used(fixture, 'groq/2', { tokens: 1_000 });
      await used(fixture, 'groq/3', { tokens: 3_000 });
    });
    assert.equal(first, 'groq/2');
  });

  it('balanced: equal shares in the usual order', async () => {
    assert.equal(await firstOf(['groq/2', 'groq/1'], { config: { strategy: 'balanced' } }), 'groq/1');
  });

  it('fastest: the lowest median latency of the last 20 first', async () => {
    const first = await firstOf(['groq/1', 'groq/2'], { config: { strategy: 'fastest' } }, async (fixture) => {
      for (let request = 0; request < 20; request += 1) {
        await used(fixture, 'groq/1', { latencyMs: 900 });
        await used(fixture, 'groq/2', { latencyMs: request === 0 ? 60_000 : 300 });
      }
    });
    assert.equal(first, 'groq/2');
  });

  it('says why the one that was asked was asked', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.answers()),
      keys: ['groq/1', 'groq/2'],
      random: chance(0),
    });
    await score(fixture, 'groq/1', 10);
    const probe = await fixture.router.chat(question());
    assert.match(probe.route.attempts[0]?.sentence ?? '', /its health is low, tried to see whether it has recovered/);
    const { router } = routerFixture({
      http: new ScriptedHttp(() => says.answers()),
      keys: ['groq/1'],
      config: { strategy: 'balanced' },
      random: chance(0.5),
      ledger: () => fixture.ledger,
    });
    await score(fixture, 'groq/1', 10);
    const last = await router.chat(question());
    assert.match(last.route.attempts[0]?.sentence ?? '', /its health is low, but no other key can answer/);
    await score(fixture, 'groq/1', 100);
    const usual = await fixture.router.chat(question());
    assert.match(usual.route.attempts[0]?.sentence ?? '', /^Groq Key 1 .*first in your order that can answer$/);
  });
});

describe('candidates that are left out, each with its reason', () => {
  async function reasons(
    keys: readonly (KeyRef | FixtureKey)[],
    before: (fixture: RouterFixture) => Promise<unknown> | void,
  ) {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: [...keys, 'gemini/9'] });
    await before(fixture);
    const answer = await fixture.router.chat(question());
    assert.equal(answer.key, 'gemini/9');
    return answer.route.passedOver.map(({ reason, sentence }) => `${reason}: ${sentence}`);
  }
  const block = (fixture: RouterFixture, kind: 'cooldown' | 'exhausted', scope: string) =>
    fixture.ledger.block(accountOf(fixture.keyAt('groq/1')), {
      kind,
      scope,
      limit: 'tokensPerMinute',
      untilMs: fixture.clock.now() + 2 * hourMs,
    });

  it('disabled', async () => {
    const rows = await reasons([{ ref: 'groq/1', enabled: false }], () => undefined);
    assert.deepEqual(rows, ['disabled: Groq Key 1: disabled by you']);
  });

  it('quarantined', async () => {
    const rows = await reasons(['groq/1'], (fixture) =>
      fixture.ledger.changeHealth(fixture.keyAt('groq/1').fingerprint, () => ({
        score: 0,
        quarantine: { untilMs: fixture.clock.now() + 240_000, cause: 'refused', times: 1 },
      })),
    );
    assert.deepEqual(rows, ['quarantined: Groq Key 1: in quarantine, checked again in 4m']);
  });

  it('cooling', async () => {
    const rows = await reasons(['groq/1'], (fixture) => block(fixture, 'cooldown', '*'));
    assert.deepEqual(rows, ['cooling: Groq Key 1: rate limited, ready in 2h']);
  });

  it('exhausted in the scope of its model', async () => {
    const rows = await reasons(['groq/1'], (fixture) => block(fixture, 'exhausted', 'groq-model'));
    assert.deepEqual(rows, ['exhausted: Groq Key 1: used up, resets in 2h']);
  });

  it('a block of another model does not count', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: ['groq/1'] });
    await block(fixture, 'exhausted', 'another-model');
    assert.equal((await fixture.router.chat(question())).key, 'groq/1');
  });

  it('origin not confirmed', async () => {
    const rows = await reasons([{ ref: 'groq/1', origins: [] }], () => undefined);
    assert.deepEqual(rows, ['originNotConfirmed: Groq Key 1: held until you confirm its new address']);
  });

  it('used up by the count of the ledger: "0 of 14,400 tokens left, resets in 4h 23m"', async () => {
    const rows = await reasons([{ ref: 'groq/1', limits: { tokensPerDay: 14_400 } }], async (fixture) => {
      await fixture.clock.advance(7 * hourMs + 37 * 60_000);
      await used(fixture, 'groq/1', { tokens: 14_400 });
    });
    assert.deepEqual(rows, ['exhausted: Groq Key 1: 0 of 14,400 tokens left, resets in 4h 23m']);
  });

  it('under 100 tokens left', async () => {
    const rows = await reasons([{ ref: 'groq/1', limits: { tokensPerDay: 14_400 } }], (fixture) =>
      used(fixture, 'groq/1', { tokens: 14_301 }),
    );
    assert.deepEqual(rows, ['exhausted: Groq Key 1: 99 of 14,400 tokens left, resets in 12h']);
  });

  it('no room for this request', async () => {
    const rows = await reasons([{ ref: 'groq/1', limits: { tokensPerDay: 14_400 } }], (fixture) =>
      used(fixture, 'groq/1', { tokens: 14_200 }),
    );
    assert.deepEqual(rows, ['noRoom: Groq Key 1: 200 of 14,400 tokens left, resets in 12h']);
  });

  it('not needed: the others, once one answered', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: ['groq/1', 'groq/2'] });
    const { route } = await fixture.router.chat(question());
    assert.deepEqual(
      route.passedOver.map(({ sentence }) => sentence),
      ['Groq Key 2: not needed, another key answered first'],
    );
  });
});

describe('a provider and model that the request names', () => {
  it('only that provider is asked', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(() => says.answers()), keys: ['groq/1', 'gemini/1'] });
    assert.equal((await fixture.router.chat(question({ provider: 'gemini' }))).key, 'gemini/1');
  });

  it('a model with its provider in front, and one without', async () => {
    const http = new ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'] });
    assert.equal((await fixture.router.chat(question({ model: 'gemini/gemini-model' }))).key, 'gemini/1');
    assert.equal((await fixture.router.chat(question({ model: 'gemini-model' }))).key, 'gemini/1');
  });

  it('a retired name stands for its successor', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.answers()),
      keys: ['groq/1'],
      providers: [providerOf('groq', { ...oneModel('groq'), successors: { old: 'groq-model' } })],
    });
    assert.equal((await fixture.router.chat(question({ model: 'old' }))).model, 'groq/groq-model');
  });
});
