import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { forever, type Block } from '../../../src/core/quota/ledger.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { passTime, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { degraded } from './degradedRequest.ts';

const { LiveReply, ScriptedHttp } = says;

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

  describe('where the deadline passed', () => {
    const fiveKeys = ['groq/1', 'groq/2', 'groq/3', 'groq/4', 'gemini/1'] as const;
    const hangs = () => new ScriptedHttp(() => 'hangs');

    it('yes, though keys were left that nobody had the time to ask', async () => {
      const { alarms, answer } = await degraded({ keys: fiveKeys, http: hangs() });
      assert.deepEqual(
        alarms.map(({ reasons, usedUp }) => [reasons.length > 0, usedUp]),
        [[true, undefined]],
      );
      assert.match(answer.content, /The time for this request was over before a key had answered/);
    });

    it('yes, where a key thinks aloud for ever', async () => {
      const http = new ScriptedHttp(() => {
        const live = new LiveReply();
        live.reasons('Hmm.');
        return live;
      });
      const { alarms } = await degraded({ keys: fiveKeys, http, config: { deadlineMs: 20_000 } }, { stream: true });
      assert.equal(alarms.length, 1);
    });

    it('not before anybody was asked', async () => {
      const fixture = routerFixture({ keys: ['groq/1', 'gemini/1'], http: hangs(), config: { deadlineMs: 0 } });
      await fixture.ledger.block(accountOf(fixture.keyAt('groq/1')), {
        kind: 'exhausted',
        scope: '*',
        limit: 'tokensPerDay',
        untilMs: fixture.clock.now() + 3_600_000,
      });
      assert.equal((await fixture.router.chat(question())).degraded, true);
      assert.equal(fixture.said('allFailed').length, 0);
    });

    it('not where the provider that the request names shut out a usable key', async () => {
      const { alarms } = await degraded({ keys: fiveKeys, http: hangs() }, { provider: 'groq' });
      assert.equal(alarms.length, 0);
    });

    it('yes where what it shut out could not have answered either', async () => {
      const keys = [...fiveKeys.slice(0, 4), { ref: 'gemini/1', secret: null }] as const;
      const { alarms } = await degraded({ keys, http: hangs() }, { provider: 'groq' });
      assert.equal(alarms.length, 1);
    });
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
