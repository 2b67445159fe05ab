import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presets } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { oneModel, passTime, providerOf, question, routerFixture, settled } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const dayMs = 86_400_000;

const [preset] = presets;
assert.ok(preset);
const custom: Provider = { ...preset, ...oneModel('custom'), id: 'custom', needsKey: true };
const groq = providerOf('groq', oneModel('groq'));

const refusal = (limit: number): says.Reply => ({
  status: 429,
  body: JSON.stringify({
    error: {
      message: `Rate limit reached for model \`m\` on tokens per day (TPD): Limit ${limit}, Used ${limit}, Requested 30.`,
    },
  }),
});

/** One key that has learned a day limit of 5,000 tokens from a refusal, and another provider's that answers always. */
async function learned(provider: Provider, atFirst = 5_000) {
  const own = `${provider.id}/1` as const;
  let limit: number | undefined = atFirst;
  let reply: says.Reply | undefined;
  const http = new says.ScriptedHttp(({ secret }) => {
    if (secret === own && reply !== undefined) return reply;
    return secret === own && limit !== undefined ? refusal(limit) : says.answers({ prompt: 20, completion: 4_000 });
  });
  const other = providerOf('gemini', oneModel('gemini'));
  const fixture = routerFixture({ http, keys: [own, 'gemini/1'], providers: [provider, other] });
  const ask = async (): Promise<string | undefined> => {
    const asked = fixture.router.chat(question());
    await passTime(fixture);
    return (await asked).key;
  };
  assert.equal(await ask(), 'gemini/1');
  return {
    http,
    fixture,
    own,
    ask,
    setLimit: (value: number | undefined) => (limit = value),
    setReply: (value: says.Reply | undefined) => (reply = value),
  };
}

/** Questions of one day until its key answers none of them any more; how many it answered. */
async function answeredInADay({ ask, own }: Awaited<ReturnType<typeof learned>>): Promise<number> {
  let answered = 0;
  for (let times = 0; times < 6; times += 1) if ((await ask()) === own) answered += 1;
  return answered;
}

describe('a learned limit', () => {
  for (const provider of [custom, groq]) {
    it(`of ${provider.id} that was raised is found out a day after the provider last said it`, async () => {
      const one = await learned(provider);
      one.setLimit(undefined);
      await one.fixture.clock.advance(dayMs);
      assert.equal(await answeredInADay(one), 6);
    });
  }

  for (const { id, scope } of [
    { id: 'groq', scope: 'model' },
    { id: 'mistral', scope: 'key' },
  ] as const) {
    it(`above ${id}’s number in the catalog that a request was let past does not make room for that one`, async () => {
      const limits = { tokensPerDay: 2_000 };
      const { dialect } = groq;
      const [ofModel, ofKey] = scope === 'model' ? [limits, {}] : [{}, limits];
      const models = [{ id: `${id}-model`, limits: ofModel, contextTokens: 100_000 }];
      const one = await learned(providerOf(id, { models, limits: ofKey, dialect }), 5_000);
      one.setLimit(undefined);
      await one.fixture.clock.advance(dayMs);
      assert.equal(await answeredInADay(one), 6);
      one.setLimit(6_000);
      await one.ask();
      assert.equal(
        one.fixture.ledger.learned(`secret:${one.fixture.keyAt(one.own).fingerprint}`, `${id}-model`).tokensPerDay,
        6_000,
      );
    });
  }

  it('is as old as before where the refusal was about another one', async () => {
    const one = await learned(custom);
    const { fixture, own, http, setReply } = one;
    one.setLimit(undefined);
    await fixture.clock.advance(dayMs);
    assert.equal(await one.ask(), own);
    setReply({
      status: 429,
      headers: { 'retry-after': '90' },
      body: '{"error":{"message":"Too many requests per minute"}}',
    });
    const before = http.chats(own);
    assert.equal(await one.ask(), 'gemini/1');
    assert.equal(http.chats(own), before + 1);
    setReply(undefined);
    await fixture.clock.advance(120_000);
    assert.equal(await one.ask(), own);
  });

  it('is kept for that day', async () => {
    const one = await learned(custom);
    one.setLimit(undefined);
    await one.fixture.clock.advance(dayMs / 2 + 1);
    assert.equal(await answeredInADay(one), 1);
  });

  it('that still holds is tried past once a day', async () => {
    const one = await learned(custom);
    const { http, own, fixture } = one;
    await fixture.clock.advance(dayMs);
    one.setLimit(undefined);
    await one.ask();
    one.setLimit(5_000);
    const before = http.chats(own);
    await answeredInADay(one);
    assert.equal(http.chats(own), before + 1);
    assert.equal(
      fixture.ledger.learned(`secret:${fixture.keyAt(own).fingerprint}`, 'custom-model').tokensPerDay,
      5_000,
    );
  });

  it('is tried past by one request of all that come at once', async () => {
    const { http, fixture, own, ask, setLimit } = await learned(custom);
    await fixture.clock.advance(dayMs);
    setLimit(undefined);
    await ask();
    const live = new says.LateReply();
    const before = http.chats(own);
    const late = routerFixture({
      http: new says.ScriptedHttp((asked) => (asked.secret === own ? live : says.answers())),
      keys: [own, 'gemini/1'],
      providers: fixture.providers,
      clock: fixture.clock,
      ledger: () => fixture.ledger,
    });
    const asked = Array.from({ length: 5 }, () => late.router.chat(question()));
    await settled(10);
    live.come({ status: 200, body: says.wholeAnswer() });
    const keys = (await Promise.all(asked)).map(({ key }) => key);
    assert.equal(keys.filter((key) => key === own).length, 1);
    assert.equal(http.chats(own), before);
  });
});
