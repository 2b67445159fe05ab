import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import type { Message } from '../../../src/core/providers/message.ts';
import {
  oneModel,
  passTime,
  providerOf,
  question,
  routerFixture,
  type RouterFixture,
} from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const { ScriptedHttp } = says;

/** A prompt that is estimated at this many tokens, and seven for its message and the request. */
const promptOf = (tokens: number, letter = 'x'): { readonly messages: readonly Message[] } => ({
  messages: [{ role: 'user', content: letter.repeat(tokens * 4) }],
});

const fewKeys = (count: number): readonly KeyRef[] =>
  Array.from({ length: count }, (_, place): KeyRef => `groq/${place + 1}`);

type Minute = { readonly real: number; readonly limitOf?: (secret: string) => number; readonly status?: number };

/** Groq, which takes prompt and cap together within the minute's 8,000 tokens; the prompt really has `real`. */
const groqOf = ({ real, limitOf = () => 8_000, status = 413 }: Minute): says.ScriptedHttp =>
  new ScriptedHttp(({ secret, cap }) => {
    if (!secret.startsWith('groq')) return says.answers();
    const limit = limitOf(secret);
    if (real + cap <= limit) return says.answers({ prompt: real, completion: 10 });
    const message =
      'Request too large for model `groq-model` in organization `org_x` service tier `on_demand` on tokens per minute ' +
      `(TPM): Limit ${limit}, Requested ${real + cap}, please reduce your message size and try again.`;
    return { status, body: JSON.stringify({ error: { message, type: 'tokens', code: 'rate_limit_exceeded' } }) };
  });

const perMinute = (tokensPerMinute: number) => [
  providerOf('groq', {
    models: [{ id: 'groq-model', limits: { tokensPerMinute }, contextTokens: 100_000 }],
    limits: {},
  }),
  providerOf('gemini', oneModel('gemini')),
];

const asks = (http: says.ScriptedHttp, provider = 'groq'): readonly (readonly [string, number])[] =>
  http.asked.filter(({ secret }) => secret.startsWith(provider)).map(({ secret, cap }) => [secret, cap]);

describe('a request that only earlier prompts make too large', () => {
  const learned = async (http: says.ScriptedHttp, keys: readonly KeyRef[]): Promise<RouterFixture> => {
    const fixture = routerFixture({ http, keys, providers: perMinute(8_000) });
    const count = { provider: 'groq', model: 'groq-model', counted: 1_300, estimate: 1_000, refused: true };
    await fixture.ledger.learnPromptRatio({ ...count, nowMs: fixture.clock.now() });
    return fixture;
  };

  it('is tried before the caller is told to send less', async () => {
    const http = groqOf({ real: 6_500 });
    const fixture = await learned(http, ['groq/1']);
    assert.equal((await fixture.router.chat(question(promptOf(6_500)))).key, 'groq/1');
  });

  it('goes to whoever takes it for certain, where there is one', async () => {
    const http = groqOf({ real: 6_500 });
    const fixture = await learned(http, ['groq/1', 'gemini/1']);
    assert.equal((await fixture.router.chat(question(promptOf(6_500)))).key, 'gemini/1');
    assert.equal(asks(http).length, 0);
  });
});

describe('a request that an estimate keeps out of a minute for longer than it can wait', () => {
  /** 4,990 of the minute's 10,000 tokens are left, and the next prompt is estimated at 5,000. */
  const afterOne = async (keys: readonly KeyRef[]): Promise<RouterFixture> => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 5_000, completion: 10 }));
    const providers = [
      providerOf('mistral', {
        models: [{ id: 'mistral-model', limits: { tokensPerMinute: 10_000 }, contextTokens: 100_000 }],
        limits: {},
      }),
      providerOf('huggingface', oneModel('huggingface')),
    ];
    const fixture = routerFixture({ http, keys, providers });
    assert.equal((await fixture.router.chat(question(promptOf(4_993)))).key, 'mistral/1');
    return fixture;
  };

  it('is sent there after all where nobody else is left: estimates are rather high', async () => {
    const fixture = await afterOne(['mistral/1']);
    const { key, route } = await fixture.router.chat(question(promptOf(4_993, 'y')));
    assert.deepEqual([key, route.waits], ['mistral/1', []]);
  });

  it('goes to whoever has room for certain, where there is one', async () => {
    const fixture = await afterOne(['mistral/1', 'huggingface/1']);
    assert.equal((await fixture.router.chat(question(promptOf(4_993, 'y')))).key, 'huggingface/1');
  });
});

describe('a request that is refused for its size', () => {
  it('is asked once more of the same key and model, with the cap that fits, before any other key', async () => {
    const http = groqOf({ real: 7_300 });
    const fixture = routerFixture({ http, keys: fewKeys(18), providers: perMinute(8_000) });
    const answer = await fixture.router.chat(question(promptOf(6_000)));
    assert.equal(answer.key, 'groq/1');
    assert.deepEqual(asks(http), [
      ['groq/1', 1_024],
      ['groq/1', 8_000 - 7_300 - 64],
    ]);
  });

  it('is taken to be as large as the refusal says, though the estimate was higher', async () => {
    const http = groqOf({ real: 5_500, limitOf: () => 6_000 });
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const count = { provider: 'groq', model: 'groq-model', counted: 1_200, estimate: 1_000, refused: true };
    await fixture.ledger.learnPromptRatio({ ...count, nowMs: fixture.clock.now() });
    assert.equal((await fixture.router.chat(question(promptOf(4_993)))).key, 'groq/1');
    assert.deepEqual(asks(http).at(-1), ['groq/1', 6_000 - 5_500 - 64]);
  });

  it('with a cap of 256 at the least', async () => {
    const http = groqOf({ real: 8_000 - 256 });
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], providers: perMinute(8_000) });
    assert.equal((await fixture.router.chat(question(promptOf(6_700)))).key, 'groq/1');
    assert.deepEqual(asks(http).at(-1), ['groq/1', 256]);
  });

  it('where that does not fit either, is asked of no other key with the same limit', async () => {
    const http = groqOf({ real: 7_800 });
    const fixture = routerFixture({ http, keys: [...fewKeys(18), 'gemini/1'], providers: perMinute(8_000) });
    assert.equal((await fixture.router.chat(question(promptOf(6_000)))).key, 'gemini/1');
    assert.equal(asks(http).length, 1);
  });

  it('where nobody takes it, fails with the sizes', async () => {
    const http = groqOf({ real: 7_800 });
    const fixture = routerFixture({ http, keys: fewKeys(18), providers: perMinute(8_000) });
    const asked = fixture.router.chat(question(promptOf(6_000)));
    await assert.rejects(asked, { kind: 'tooLarge', message: /8,056 tokens.* 8,000/ });
    assert.equal(asks(http).length, 1);
  });

  it('is asked of a key that is known to have a larger limit', async () => {
    const http = groqOf({ real: 7_800, limitOf: (secret) => (secret === 'groq/3' ? 30_000 : 8_000) });
    const fixture = routerFixture({ http, keys: fewKeys(3), providers: perMinute(8_000) });
    const third = accountOf(fixture.keyAt('groq/3'));
    await fixture.ledger.learn(third, 'groq-model', { tokensPerMinute: 30_000 }, fixture.clock.now());
    assert.equal((await fixture.router.chat(question(promptOf(6_000)))).key, 'groq/3');
    assert.deepEqual(
      asks(http).map(([secret]) => secret),
      ['groq/1', 'groq/3'],
    );
  });

  it('tells the limit of the other keys where none was known', async () => {
    const http = groqOf({ real: 7_800 });
    const fixture = routerFixture({ http, keys: [...fewKeys(18), 'gemini/1'] });
    assert.equal((await fixture.router.chat(question(promptOf(6_000)))).key, 'gemini/1');
    assert.equal(asks(http).length, 1);
  });

  it('is told by a 429 too whose request alone is larger than the limit: no wait helps', async () => {
    const http = groqOf({ real: 7_300, status: 429 });
    const fixture = routerFixture({ http, keys: fewKeys(18), providers: perMinute(8_000) });
    const answer = await fixture.router.chat(question(promptOf(6_000)));
    assert.deepEqual([answer.key, asks(http).length, answer.route.waits.length], ['groq/1', 2, 0]);
  });

  it('is asked no third time of a key that refuses what it said would fit', async () => {
    const http = new ScriptedHttp(({ secret, cap }) =>
      secret.startsWith('groq')
        ? { status: 413, body: JSON.stringify({ error: { message: `(TPM): Limit 8000, Requested ${7_300 + cap}` } }) }
        : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], providers: perMinute(8_000) });
    assert.equal((await fixture.router.chat(question(promptOf(6_000)))).key, 'gemini/1');
    assert.equal(asks(http).length, 2);
  });
});

describe('the estimate of a prompt', () => {
  const after = async (real: number, tokens: number): Promise<{ http: says.ScriptedHttp; fixture: RouterFixture }> => {
    const http = groqOf({ real });
    const fixture = routerFixture({ http, keys: ['groq/1'], providers: perMinute(8_000) });
    await fixture.router.chat(question(promptOf(tokens)));
    return { http, fixture };
  };
  const ratioOf = ({ ledger }: RouterFixture): number => ledger.promptRatio('groq', 'groq-model');

  it('follows what the provider counted for others', async () => {
    const { fixture } = await after(3_000, 1_993);
    assert.equal(ratioOf(fixture), 1.25);
  });

  it('of the next request is right after a refusal', async () => {
    const { http, fixture } = await after(7_300, 6_000);
    await fixture.clock.advance(61_000);
    const again = fixture.router.chat(question({ ...promptOf(6_000), noCache: true }));
    await passTime(fixture);
    assert.equal((await again).key, 'groq/1');
    assert.equal(asks(http).length, 3);
  });

  it('stays as it is where the provider counts the same', async () => {
    const { fixture } = await after(2_000, 1_993);
    assert.equal(ratioOf(fixture), 1);
  });

  it('learns nothing of a prompt of a few words', async () => {
    const { fixture } = await after(50, 3);
    assert.equal(ratioOf(fixture), 1);
  });

  it('learns nothing of a prompt with an image', async () => {
    const http = new ScriptedHttp(() => says.answers({ prompt: 3_000 }));
    const fixture = routerFixture({ http, keys: ['gemini/1'] });
    const image = { type: 'image', mimeType: 'image/png', data: 'AAAA' } as const;
    await fixture.router.chat(question({ messages: [{ role: 'user', content: [image] }] }));
    assert.equal(fixture.ledger.promptRatio('gemini', 'gemini-model'), 1);
  });

  it('learns of a refusal for a minute that is merely full', async () => {
    const message = (cap: number): string =>
      `Rate limit reached on tokens per minute (TPM): Limit 8000, Used 7000, Requested ${3_000 + cap}. Please try again in 2s.`;
    const http = new ScriptedHttp(({ cap }) =>
      http.asked.length === 1
        ? { status: 429, body: JSON.stringify({ error: { message: message(cap) } }) }
        : says.answers(),
    );
    const fixture = routerFixture({ http, keys: ['groq/1', 'gemini/1'], providers: perMinute(8_000) });
    await fixture.router.chat(question(promptOf(1_993)));
    assert.equal(ratioOf(fixture), 1.25);
  });

  it('is held for the request, by the ratio that was learned', async () => {
    const late = new says.LateReply();
    const http = new ScriptedHttp(() => late);
    const fixture = routerFixture({ http, keys: ['groq/1'] });
    const count = { provider: 'groq', model: 'groq-model', counted: 1_500, estimate: 1_000, refused: true };
    await fixture.ledger.learnPromptRatio({ ...count, nowMs: fixture.clock.now() });
    const asked = fixture.router.chat(question(promptOf(1_993)));
    await new Promise((resolve) => setImmediate(resolve));
    const { heldTokens } = fixture.ledger.use(accountOf(fixture.keyAt('groq/1')), '*', 0);
    assert.equal(heldTokens, 3_000 + 1_024);
    const reply = says.answers();
    assert.ok(typeof reply === 'object' && 'status' in reply);
    late.come(reply);
    await asked;
  });
});
