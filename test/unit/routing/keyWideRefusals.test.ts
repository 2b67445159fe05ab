import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { presets } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { providerOf, question, routerFixture } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';

const eight = Array.from({ length: 8 }, (_, place) => ({ id: `m-${place}`, limits: {}, contextTokens: 100_000 }));
const groq = providerOf('groq', { models: eight, limits: {} });
const gemini = providerOf('gemini', { models: eight, limits: {} });

function custom(): Provider {
  const [preset] = presets;
  assert.ok(preset);
  return { ...preset, id: 'custom', needsKey: true, models: eight };
}

/** How often one question asks a key that refuses each of its eight models so. */
async function timesAsked(provider: Provider, reply: (model: string) => says.Reply): Promise<number> {
  const ref = `${provider.id}/1` as const;
  const http = new says.ScriptedHttp(({ secret, model }) => (secret === ref ? reply(model) : says.answers()));
  const other = providerOf('huggingface');
  const fixture = routerFixture({ http, keys: [ref, 'huggingface/1'], providers: [provider, other] });
  assert.equal((await fixture.router.chat(question())).key, 'huggingface/1');
  return http.chats(ref);
}

const refused = (message: string, headers: Record<string, string> = {}): says.Reply => ({
  status: 429,
  headers,
  body: JSON.stringify({ error: { message, code: 'rate_limit_exceeded' } }),
});

const violation = (quotaId: string): says.Reply => ({
  status: 429,
  body: JSON.stringify([
    {
      error: {
        code: 429,
        status: 'RESOURCE_EXHAUSTED',
        message: 'You exceeded your current quota.',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId, quotaValue: '20' }] },
        ],
      },
    },
  ]),
});

describe('a refusal that holds for the whole key', () => {
  it('ends the key for the question: a day in words that name no model', async () => {
    assert.equal(await timesAsked(groq, () => refused('Daily limit reached for your account')), 1);
  });

  it("a day in Groq's own form that names no model", async () => {
    const message =
      'Rate limit reached in organization `org_x` on tokens per day (TPD): Limit 9000, Used 8990, Requested 30.';
    assert.equal(await timesAsked(groq, () => refused(message)), 1);
  });

  it('beside headers that show the same limit of the model', async () => {
    const headers = { 'x-ratelimit-limit-requests': '1000', 'x-ratelimit-remaining-requests': '900' };
    assert.equal(await timesAsked(groq, () => refused('Your requests per day are used up', headers)), 1);
  });

  it('a minute in words that name no model', async () => {
    assert.equal(await timesAsked(groq, () => refused('Too many requests per minute for this key, wait 90s')), 1);
  });

  it("a day of Google's that is not counted by model", async () => {
    assert.equal(await timesAsked(gemini, () => violation('GenerateRequestsPerDayPerProject-FreeTier')), 1);
  });
});

describe('a refusal that holds for one model', () => {
  it("leaves Groq's others", async () => {
    const day = (model: string): says.Reply =>
      refused(
        `Rate limit reached for model \`${model}\` on tokens per day (TPD): Limit 9000, Used 8990, Requested 30.`,
      );
    assert.equal(await timesAsked(groq, day), 8);
  });

  it("leaves Google's others", async () => {
    assert.equal(await timesAsked(gemini, () => violation('GenerateRequestsPerDayPerProjectPerModel-FreeTier')), 8);
  });

  it('leaves the others of a provider that counts by key otherwise', async () => {
    assert.equal(await timesAsked(custom(), (model) => refused(`Daily limit reached for ${model}`)), 8);
    assert.equal(await timesAsked(custom(), () => refused('Your account has reached its daily limit')), 1);
  });
});
