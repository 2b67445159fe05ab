import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../../unit/support/fakeClock.ts';
import { errorOf, eventsOf, get, post } from '../asking.ts';
import { list, record } from '../json.ts';
import type { Simulator } from '../simulator.ts';
import { startGroq } from './groq.ts';

const model = 'openai/gpt-oss-120b';
const hello = { model, messages: [{ role: 'user', content: 'Hello' }] };

describe('simulated Groq', () => {
  let sim: Simulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    sim = await startGroq({ clock });
    sim.countPrompt = () => 78;
  });
  afterEach(() => sim.stop());

  it('lists models for a good key, without rate headers', async () => {
    const reply = await get(sim.checkUrl, sim.key('good'));
    assert.equal(reply.status, 200);
    assert.deepEqual(list(record(reply.json)['data'])[0], {
      id: model,
      object: 'model',
      created: 1_754_408_224,
      owned_by: 'OpenAI',
      active: true,
      context_window: 131_072,
      public_apps: null,
      max_completion_tokens: 65_536,
    });
    assert.deepEqual(
      Object.keys(reply.headers).filter((name) => name.startsWith('x-ratelimit')),
      [],
    );
  });

  it('answers 401 to a bad key, on models and on chat', async () => {
    const body = { error: { message: 'Invalid API Key', type: 'invalid_request_error', code: 'invalid_api_key' } };
    for (const reply of [
      await get(sim.checkUrl, sim.key('refused')),
      await post(sim, 'refused', hello),
      await get(sim.checkUrl),
    ]) {
      assert.equal(reply.status, 401);
      assert.deepEqual(reply.json, body);
    }
  });

  it('shows what is left of the day’s requests and the minute’s tokens', async () => {
    sim.answer = { text: 'Hi', reasoning: '', usage: { prompt: 78, completion: 41 } };
    const { headers } = await post(sim, 'good', hello);
    assert.equal(headers['x-ratelimit-limit-requests'], '1000');
    assert.equal(headers['x-ratelimit-remaining-requests'], '999');
    assert.equal(headers['x-ratelimit-reset-requests'], '1m26.4s');
    assert.equal(headers['x-ratelimit-limit-tokens'], '8000');
    assert.equal(headers['x-ratelimit-remaining-tokens'], '7922');
    assert.equal(headers['x-ratelimit-reset-tokens'], '585ms');
    assert.equal(headers['retry-after'], undefined);
    assert.equal(sim.used(sim.key('good'), 'tokensPerDay'), 119, 'corrected to what was really used');
  });

  it('drains 477 of 6000 tokens a minute in 4.77 s', async () => {
    sim.setLimits({ tokensPerMinute: 6_000 });
    sim.setUsed(sim.key('good'), 'tokensPerMinute', 6_000);
    sim.countPrompt = () => 477;
    const reply = await post(sim, 'good', hello);
    assert.equal(reply.status, 429);
    assert.equal(reply.headers['retry-after'], '5');
    assert.match(
      errorOf(reply),
      /^Rate limit reached for model `openai\/gpt-oss-120b` in organization `org_\w+` service tier `on_demand` on tokens per minute \(TPM\): Limit 6000, Used 6000, Requested 477\. Please try again in 4\.77s\. Need more tokens\? Upgrade to Dev Tier today at https:\/\/console\.groq\.com\/settings\/billing$/,
    );
    assert.equal(record(record(reply.json)['error'])['type'], 'tokens');
    await clock.advance(4_769);
    assert.equal((await post(sim, 'good', hello)).status, 429);
    await clock.advance(1);
    assert.equal((await post(sim, 'good', hello)).status, 200);
  });

  it('names 9m38.016s for 3619 tokens over a day of 100000 with 97050 used', async () => {
    sim.setLimits({ tokensPerDay: 100_000 });
    sim.setUsed(sim.key('good'), 'tokensPerDay', 97_050);
    sim.countPrompt = () => 2_595;
    const reply = await post(sim, 'good', { ...hello, max_tokens: 1_024 });
    assert.match(
      errorOf(reply),
      /tokens per day \(TPD\): Limit 100000, Used 97050, Requested 3619\. Please try again in 9m38\.016s\./,
    );
    assert.equal(reply.headers['retry-after'], '579');
  });

  it('counts the cap up front: 413 over the minute, 429 over what is left of it', async () => {
    const tooBig = await post(sim, 'good', { ...hello, max_completion_tokens: 7_923 });
    assert.equal(tooBig.status, 413);
    assert.match(
      errorOf(tooBig),
      /^Request too large .* \(TPM\): Limit 8000, Requested 8001, please reduce your message size and try again\./,
    );
    sim.setUsed(sim.key('good'), 'tokensPerMinute', 1);
    assert.equal((await post(sim, 'good', { ...hello, max_completion_tokens: 7_922 })).status, 429);
  });

  it('counts per organisation: pooled keys share a bucket, models do not', async () => {
    sim.pool([sim.key('good', 1), sim.key('good', 2)], 'one');
    sim.setUsed(sim.key('good', 1), 'requestsPerMinute', 30);
    const reply = await post(sim, sim.key('good', 2), hello);
    assert.match(
      errorOf(reply),
      /requests per minute \(RPM\): Limit 30, Used 30, Requested 1\. Please try again in 2s\. Visit /,
    );
    assert.equal((await post(sim, sim.key('good', 2), { ...hello, model: 'openai/gpt-oss-20b' })).status, 200);
    assert.equal((await post(sim, sim.key('good', 3), hello)).status, 200);
  });

  it('streams role, reasoning, text and usage, the latter in three places', async () => {
    sim.answer = { pieces: ['Hel', 'lo'], reasoning: 'Hm.', usage: { prompt: 78, completion: 41, reasoning: 30 } };
    const { events, done } = eventsOf(
      await post(sim, 'good', { ...hello, stream: true, stream_options: { include_usage: true } }),
    );
    const deltas = events.map((event) => record(list(event['choices'])[0])['delta']);
    assert.deepEqual(deltas, [
      { role: 'assistant', content: '' },
      { reasoning: 'Hm.', channel: 'analysis' },
      { content: 'Hel' },
      { content: 'lo' },
      {},
      undefined,
    ]);
    const last = events[4] ?? {};
    assert.deepEqual(last['usage'], { prompt_tokens: 78, completion_tokens: 41, total_tokens: 119 });
    assert.equal(record(record(last['x_groq'])['usage'])['total_tokens'], 119);
    assert.equal(record(events[5]?.['usage'])['total_tokens'], 119);
    assert.equal(events[5]?.['service_tier'], 'on_demand');
    assert.ok(done);
  });

  it('sends no extra chunk where usage was not asked for', async () => {
    const { events } = eventsOf(await post(sim, 'good', { ...hello, stream: true }));
    assert.ok(events.every((event) => list(event['choices']).length === 1));
  });

  it('calls a tool whole in one delta', async () => {
    const asked = {
      model,
      messages: [{ role: 'user', content: '[[tool:readFile {"path":"a.ts"}]]' }],
      tools: [{ type: 'function', function: { name: 'readFile', parameters: { type: 'object' } } }],
      stream: true,
    };
    const { events } = eventsOf(await post(sim, 'good', asked));
    const calls = events
      .flatMap((event) => list(record(record(list(event['choices'])[0])['delta'])['tool_calls']))
      .map(record);
    assert.equal(calls.length, 1);
    assert.deepEqual(calls[0]?.['function'], { name: 'readFile', arguments: '{"path":"a.ts"}' });
    assert.equal(record(list(events.at(-1)?.['choices'])[0])['finish_reason'], 'tool_calls');
  });

  it('refuses what Groq refuses', async () => {
    const cases: [Record<string, unknown>, number, RegExp][] = [
      [{ max_output_tokens: 5 }, 400, /^property 'max_output_tokens' is unsupported, did you mean 'max_.*tokens'\?$/],
      [{ logprobs: true }, 400, /^property 'logprobs' is unsupported/],
      [{ n: 2 }, 400, /'n'/],
      [{ temperature: 3 }, 400, /'temperature'/],
      [{ reasoning_effort: 'none' }, 400, /'reasoning_effort'/],
      [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 400, /'stop'/],
      [{ model: 'no-such' }, 404, /^The model `no-such` does not exist or you do not have access to it\.$/],
      [{ model: 'llama-3.3-70b-versatile' }, 400, /^The model `llama-3\.3-70b-versatile` has been decommissioned/],
      [{ max_tokens: 65_537 }, 400, /must be less than or equal to `65536`/],
      [{ messages: [] }, 400, /messages/],
    ];
    for (const [more, status, said] of cases) {
      const reply = await post(sim, 'good', { ...hello, ...more });
      assert.equal(reply.status, status, JSON.stringify(more));
      assert.match(errorOf(reply), said);
    }
  });

  it('lets a small cap be eaten by thinking', async () => {
    const reply = await post(sim, 'good', { ...hello, max_tokens: 4 });
    const choice = record(list(record(reply.json)['choices'])[0]);
    assert.equal(choice['finish_reason'], 'length');
    assert.equal(record(choice['message'])['content'], '');
  });
});
