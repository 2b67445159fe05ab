import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../../unit/support/fakeClock.ts';
import { errorOf, eventsOf, firstChoice, get, post, streamedText } from '../asking.ts';
import { list, record, text } from '../json.ts';
import type { Simulator } from '../simulator.ts';
import { startHuggingFace } from './huggingFace.ts';

const hello = { model: 'openai/gpt-oss-120b:cheapest', messages: [{ role: 'user', content: 'Hello' }] };

const scopes = (json: unknown): unknown =>
  record(list(record(record(record(record(json)['auth'])['accessToken'])['fineGrained'])['scoped'])[0])['permissions'];

describe('simulated Hugging Face', () => {
  let sim: Simulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    sim = await startHuggingFace({ clock });
  });
  afterEach(() => sim.stop());

  it('checks tokens on the hub, another origin than the router', async () => {
    assert.notEqual(sim.origin, sim.hubOrigin);
    assert.equal(new URL(sim.checkUrl).origin, sim.hubOrigin);
    const good = await get(sim.checkUrl, sim.key('good'));
    assert.equal(good.status, 200);
    assert.equal(record(good.json)['type'], 'user');
    assert.deepEqual(scopes(good.json), ['inference.serverless.write']);
    assert.equal(good.headers['ratelimit-policy'], '"fixed window";"api";q=1000;w=300');
    const bad = [await get(sim.checkUrl, sim.key('refused')), await get(sim.checkUrl)];
    assert.deepEqual(
      bad.map((reply) => reply.status),
      [401, 401],
    );
    assert.deepEqual(bad.map(errorOf), [
      'Invalid username or password.',
      'Invalid credentials in Authorization header',
    ]);
  });

  it('lets a token without the scope pass the check, and refuses it on chat', async () => {
    const check = await get(sim.checkUrl, sim.key('noPermission'));
    assert.equal(check.status, 200);
    assert.notDeepEqual(scopes(check.json), ['inference.serverless.write']);
    const chat = await post(sim, 'noPermission', hello);
    assert.equal(chat.status, 403);
    assert.match(
      errorOf(chat),
      /^This authentication method does not have sufficient permissions to call Inference Providers on behalf of user /,
    );
  });

  it('lists models to everybody', async () => {
    const reply = await get(`${sim.baseUrl}/models`, sim.key('refused'));
    assert.equal(reply.status, 200);
    const [first] = list(record(reply.json)['data']).map(record);
    assert.equal(first?.['id'], 'openai/gpt-oss-120b');
    assert.deepEqual(record(record(list(first?.['providers'])[0])['pricing']), { input: 0.15, output: 0.75 });
  });

  it('answers 402 once the month’s calls are used, until the month turns', async () => {
    sim.setLimits({ requestsPerMonth: 2 });
    assert.deepEqual([(await post(sim, 'good', hello)).status, (await post(sim, 'good', hello)).status], [200, 200]);
    const third = await post(sim, 'good', hello);
    assert.equal(third.status, 402);
    assert.match(errorOf(third), /^You have depleted your monthly included credits\./);
    clock.setWall(Date.UTC(2026, 11, 1));
    assert.equal((await post(sim, 'good', hello)).status, 200);
    assert.match(errorOf(await post(sim, 'noCreditOld', hello)), /^You have exceeded your monthly included credits/);
  });

  it('answers under the upstream’s own model name, without rate headers', async () => {
    const reply = await post(sim, 'good', hello);
    assert.equal(record(reply.json)['model'], 'gpt-oss-120b');
    assert.equal(reply.headers['x-inference-provider'], 'groq');
    assert.deepEqual(
      Object.keys(reply.headers).filter((name) => name.includes('ratelimit')),
      [],
    );
  });

  it('streams usage null until a last chunk without choices, if asked for', async () => {
    sim.answer = { pieces: ['Hel', 'lo'], usage: { prompt: 9, completion: 3 } };
    const asked = await post(sim, 'good', { ...hello, stream: true, stream_options: { include_usage: true } });
    const { events, done } = eventsOf(asked);
    assert.equal(streamedText(asked), 'Hello');
    assert.ok(events.slice(0, -1).every((event) => event['usage'] === null));
    assert.deepEqual(events.at(-1)?.['choices'], []);
    assert.deepEqual(events.at(-1)?.['usage'], { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 });
    assert.ok(done);
    const unasked = eventsOf(await post(sim, 'good', { ...hello, stream: true }));
    assert.ok(unasked.events.every((event) => event['usage'] === null));
    assert.ok(
      'reasoning_content' in record(firstChoice(unasked.events[1])['delta']) &&
        'token_ids' in firstChoice(unasked.events[1]),
    );
  });

  it('passes a tool call’s arguments on in pieces', async () => {
    const tools = [{ type: 'function', function: { name: 'readFile', parameters: { type: 'object' } } }];
    const messages = [{ role: 'user', content: '[[tool:readFile {"path":"a"}]]' }];
    const { events } = eventsOf(await post(sim, 'good', { ...hello, messages, tools, stream: true }));
    const calls = events.flatMap((event) => list(record(firstChoice(event)['delta'])['tool_calls'])).map(record);
    assert.equal(calls.length, 2);
    assert.equal(calls.map((call) => text(record(call['function'])['arguments'])).join(''), '{"path":"a"}');
  });

  it('has errors as text, as objects and in the upstream’s shape', async () => {
    const unknown = await post(sim, 'good', { ...hello, model: 'no/such' });
    assert.deepEqual(unknown.json, {
      error: {
        message: "The requested model 'no/such' does not exist.",
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    });
    assert.equal(record(record((await post(sim, 'modelRetired', hello)).json)['error'])['code'], 'model_not_supported');
    assert.deepEqual((await post(sim, 'modelRetired', hello)).json, {
      error: 'Model not supported by provider hf-inference',
    });
    assert.deepEqual((await post(sim, 'errorObject', hello)).json, { detail: 'upstream: bad request' });
    const field = await post(sim, 'good', { ...hello, max_completion_tokens: 5 });
    assert.equal(field.status, 422);
    assert.equal(record(record(field.json)['error'])['code'], 'UNSUPPORTED_OPENAI_PARAMS');
    const rate = await post(sim, 'rateMinute', hello);
    assert.equal(rate.status, 429);
    assert.equal(rate.headers['retry-after'], undefined);
  });
});
