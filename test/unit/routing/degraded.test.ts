import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { oneModel, providerOf, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { degraded } from './degradedRequest.ts';

const { ScriptedHttp } = says;
const opening = 'I apologize, all AI models are unavailable. Please try again in a few moments…';

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
