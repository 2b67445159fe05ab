import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { forever, type Block } from '../../../src/core/quota/ledger.ts';
import { FakeClock } from '../support/fakeClock.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  type RouterFixtureOptions,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;
const opening = 'I apologize, all AI models are unavailable. Please try again in a few moments…';

async function degraded(options: Partial<RouterFixtureOptions>, change: Parameters<typeof question>[0] = {}) {
  const http = new ScriptedHttp(() => says.rateLimited('TPD', '2h'));
  const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], ...options });
  const asked = fixture.router.chat(question(change));
  await passTime(fixture);
  const answer = await asked;
  assert.equal(answer.degraded, true);
  return { fixture, answer, alarms: fixture.said('allFailed') };
}

describe('the degraded answer', () => {
  it('opens with the apology, says why each key could not answer and when the first one can again', async () => {
    const { answer } = await degraded({});
    assert.ok(answer.content.startsWith(opening));
    assert.match(answer.content, /- Groq Key 1 has used up its tokens of the day/);
    assert.match(answer.content, /- Gemini Key 1/);
    assert.match(answer.content, /The first key can answer again in 2h\. Use \*\*Ask again\*\* then\./);
    assert.deepEqual([answer.provider, answer.model, answer.key], [undefined, undefined, undefined]);
    assert.equal(answer.tokensUsed.total, 0);
  });

  it('local guidance recognises the error that was asked about', async () => {
    const content = "Error: Cannot find module 'express'\nRequire stack:\n- /app/server.js";
    const { answer } = await degraded({}, { messages: [{ role: 'user', content }] });
    assert.match(answer.content, /express/);
  });

  it('with no keys at all it says how to add one instead, and alarms nobody', async () => {
    const { answer, alarms } = await degraded({ keys: [] });
    assert.ok(answer.content.startsWith(opening));
    assert.match(answer.content, /AI Keys: Add Key/);
    assert.equal(alarms.length, 0);
  });

  it('what failed in passing can be asked again now', async () => {
    const { answer } = await degraded({ http: new ScriptedHttp(says.overloaded) });
    assert.match(answer.content, /The first key can answer again now/);
  });

  it('when the request names a provider without a key it says so', async () => {
    const { answer, alarms } = await degraded({ keys: ['groq/1'] }, { provider: 'gemini' });
    assert.match(answer.content, /There is no key for the provider or model that the request asked for/);
    assert.equal(alarms.length, 0, 'a key of another provider is well');
  });
});

describe('the critical alert', () => {
  it('when nothing is left, with the reason per provider', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/1' ? says.refused() : says.rateLimited('TPD', '2h'),
    );
    const { alarms } = await degraded({ http });
    assert.deepEqual(
      alarms.flatMap(({ reasons }) => reasons.map(({ provider, sentence }) => [provider, sentence.slice(0, 14)])),
      [
        ['Groq', 'Groq Key 1 was'],
        ['Gemini', 'Gemini Key 1 h'],
      ],
    );
  });

  it('not with no enabled key at all', async () => {
    const { alarms } = await degraded({ keys: [{ ref: 'groq/1', enabled: false }] });
    assert.equal(alarms.length, 0);
  });

  it('not when the secret of the only key is missing: that has a message of its own', async () => {
    const { alarms, answer } = await degraded({ keys: [{ ref: 'groq/1', secret: null }] });
    assert.equal(alarms.length, 0);
    assert.match(answer.content, /- Groq Key 1/);
  });

  it('not when the new address of the only key is not confirmed', async () => {
    const { alarms } = await degraded({ keys: [{ ref: 'groq/1', origins: [] }] });
    assert.equal(alarms.length, 0);
  });

  it('not when it takes the user to bring back each key, in one way or another', async () => {
    const keys = [
      { ref: 'groq/1', secret: null },
      { ref: 'groq/2', enabled: false },
      { ref: 'gemini/1', origins: [] },
    ] as const;
    const { alarms } = await degraded({ keys });
    assert.equal(alarms.length, 0);
  });

  it('yes when one secret is missing and the other key was refused', async () => {
    const http = new ScriptedHttp(() => says.refused());
    const { alarms } = await degraded({ keys: [{ ref: 'groq/1', secret: null }, 'gemini/1'], http });
    assert.equal(alarms.length, 1);
  });

  it('names no provider whose keys only the user can bring back', async () => {
    const http = new ScriptedHttp(() => says.refused());
    const { alarms } = await degraded({ keys: [{ ref: 'groq/1', secret: null }, 'gemini/1'], http });
    assert.deepEqual(
      alarms.flatMap(({ reasons }) => reasons.map(({ provider }) => provider)),
      ['Gemini'],
    );
  });

  it('not when only cooldowns stand in the way', async () => {
    const http = new ScriptedHttp(() => says.rateLimited('RPM', '59s'));
    const { alarms } = await degraded({ http });
    assert.equal(alarms.length, 0);
  });

  it('not when only cooldowns stand in the way of what the request names, and of everything else', async () => {
    const http = new ScriptedHttp(() => says.rateLimited('RPM', '59s'));
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1', { ref: 'groq/2', enabled: false }] });
    await fixture.router.chat(question({ provider: 'groq' }));
    await fixture.router.chat(question({ provider: 'gemini' }));
    assert.equal(fixture.said('allFailed').length, 0);
  });

  it('not when the provider that the request names shut out a usable key', async () => {
    const http = new ScriptedHttp(() => says.refused());
    const { alarms } = await degraded({ http }, { provider: 'groq' });
    assert.equal(alarms.length, 0);
  });

  it('not when the model that the request names shut out a usable key', async () => {
    const http = new ScriptedHttp(() => says.refused());
    const { alarms } = await degraded({ http }, { model: 'groq/groq-model' });
    assert.equal(alarms.length, 0);
  });

  describe('where every key is only used up', () => {
    const hour = 3_600_000;
    const usedUp = async (gemini: Partial<Block>, groq: Partial<Block> = {}) => {
      const http = new ScriptedHttp(() => says.answers());
      const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1', { ref: 'groq/2', enabled: false }] });
      const [own, others] = [fixture.keyAt('groq/1'), fixture.keyAt('gemini/1')].map(accountOf);
      assert.ok(own !== undefined && others !== undefined);
      const day: Block = {
        kind: 'exhausted',
        scope: '*',
        limit: 'tokensPerDay',
        untilMs: fixture.clock.now() + 5 * hour,
      };
      await fixture.ledger.block(own, { ...day, ...groq });
      await fixture.ledger.block(others, { ...day, untilMs: fixture.clock.now() + 3 * hour, ...gemini });
      const asked = fixture.router.chat(question());
      await passTime(fixture);
      await asked;
      return fixture.said('allFailed').map((event) => event.usedUp);
    };

    it('says when the first one is back', async () => {
      const [said] = await usedUp({});
      assert.deepEqual(said, { firstBackAtMs: new FakeClock().now() + 3 * hour });
    });

    it('says it of what a request has just found out, too', async () => {
      const { alarms, fixture } = await degraded({});
      assert.equal(alarms.length, 1);
      const backAtMs = alarms[0]?.usedUp?.firstBackAtMs ?? 0;
      assert.ok(backAtMs > fixture.clock.now() && backAtMs <= fixture.clock.now() + 2 * hour);
    });

    it('says it of credit that only the user can renew, without a moment', async () => {
      const credit = { limit: 'credit', untilMs: forever } as const;
      assert.deepEqual(await usedUp(credit, credit), [{}]);
    });

    it('says it where less is left of a day than a request needs', async () => {
      const { fixture, alarms } = await degraded({
        keys: [{ ref: 'groq/1', limits: { tokensPerDay: 200 } }, 'gemini/1'],
        http: new ScriptedHttp(() => says.rateLimited('TPD', '2h')),
      });
      assert.deepEqual(
        alarms.map((event) => event.usedUp),
        [{ firstBackAtMs: fixture.clock.now() + 2 * hour }],
      );
    });

    it('not where one of them only cools', async () => {
      assert.deepEqual(await usedUp({ kind: 'cooldown', limit: 'requestsPerMinute' }), [undefined]);
    });

    it('not where one of them was refused', async () => {
      const http = new ScriptedHttp(({ secret }) =>
        secret === 'groq/1' ? says.refused() : says.rateLimited('TPD', '2h'),
      );
      const { alarms } = await degraded({ http });
      assert.deepEqual(
        alarms.map((event) => event.usedUp),
        [undefined],
      );
    });

    it('not where one of them failed in passing', async () => {
      const http = new ScriptedHttp(({ secret }) =>
        secret === 'groq/1' ? says.overloaded() : says.rateLimited('TPD', '2h'),
      );
      const { alarms } = await degraded({ http });
      assert.deepEqual(
        alarms.map((event) => event.usedUp),
        [undefined],
      );
    });
  });

  it('yes when what the request named is refused and the others are spent', async () => {
    const http = new ScriptedHttp(() => says.refused());
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'] });
    await fixture.ledger.block(accountOf(fixture.keyAt('gemini/1')), {
      kind: 'exhausted',
      scope: '*',
      limit: 'requestsPerDay',
      untilMs: fixture.clock.now() + 3_600_000,
    });
    await fixture.router.chat(question({ provider: 'groq' }));
    assert.equal(fixture.said('allFailed').length, 1);
  });
});

describe('the request itself at fault', () => {
  const small = providerOf('groq', {
    ...oneModel('groq'),
    models: [{ id: 'small', limits: {}, contextTokens: 2_000 }],
  });
  const long = { messages: [{ role: 'user' as const, content: 'word '.repeat(8_000) }] };

  it('its size shut out a usable key: the tooLarge error with the sizes, no alert', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.answers()),
      keys: ['groq/1'],
      providers: [small],
    });
    await assert.rejects(fixture.router.chat(question(long)), { kind: 'tooLarge', message: /2,000/ });
    assert.equal(fixture.said('allFailed').length, 0);
    assert.equal((await fixture.router.explain())?.outcome, 'failed');
  });

  it('too large for a key that is spent anyway: not its fault', async () => {
    const fixture = routerFixture({
      http: new ScriptedHttp(() => says.answers({ prompt: 0, completion: 980 })),
      keys: [{ ref: 'groq/1', limits: { tokensPerDay: 1_000 } }],
      providers: [small],
    });
    await fixture.router.chat(question({ maxTokens: 300 }));
    const answer = await fixture.router.chat(question(long));
    assert.equal(answer.degraded, true);
    assert.match(answer.content, /Groq Key 1: 20 of 1,000 tokens left/);
  });

  it('refused by one provider while another only rests: a degraded answer, since waiting helps', async () => {
    const http = new ScriptedHttp(({ secret }) =>
      secret === 'groq/1' ? says.badField() : says.rateLimited('TPD', '2h'),
    );
    const { answer, alarms } = await degraded({ http });
    assert.match(answer.content, /did not accept the field tools/);
    assert.equal(alarms.length, 0);
  });

  it('refused by the only one that could be asked while another is used up: degraded too', async () => {
    const fixture = routerFixture({ http: new ScriptedHttp(says.badField), keys: ['groq/1', 'gemini/1'] });
    await fixture.ledger.block(accountOf(fixture.keyAt('gemini/1')), {
      kind: 'exhausted',
      scope: '*',
      limit: 'requestsPerDay',
      untilMs: fixture.clock.now() + 3_600_000,
    });
    const answer = await fixture.router.chat(question());
    assert.equal(answer.degraded, true);
    assert.match(answer.content, /The first key can answer again in 1h/);
    assert.equal(fixture.said('allFailed').length, 0);
  });

  it('a tool schema that one provider refuses goes to the next', async () => {
    const http = new ScriptedHttp(({ secret }) => (secret === 'groq/1' ? says.badField() : says.answers()));
    const fixture = routerFixture({ http, keys: ['groq/1', 'groq/2', 'gemini/1'] });
    const tools = [{ name: 'look', parameters: { type: 'object', oddity: true } }];
    const answer = await fixture.router.chat(question({ tools }));
    assert.equal(answer.key, 'gemini/1');
    assert.equal(http.chats('groq/2'), 0);
    assert.equal(fixture.healthOf('groq/1').score, 100);
  });
});
