import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../../unit/support/fakeClock.ts';
import { errorOf, eventsOf, firstChoice, get, post, streamedText } from '../asking.ts';
import { list, record, text } from '../json.ts';
import type { Simulator } from '../simulator.ts';
import { startMistral } from './mistral.ts';

const hello = { model: 'mistral-small-latest', messages: [{ role: 'user', content: 'Hello' }] };
const tools = [{ type: 'function', function: { name: 'readFile', parameters: { type: 'object' } } }];

describe('simulated Mistral', () => {
  let sim: Simulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock(Date.UTC(2026, 10, 30, 23, 59, 0));
    sim = await startMistral({ clock });
    sim.countPrompt = () => 13;
  });
  afterEach(() => sim.stop());

  it('refuses a bad key in the three shapes that were captured, in turn', async () => {
    const replies = [
      await get(sim.checkUrl, sim.key('refused')),
      await post(sim, 'refused', hello),
      await post(sim, 'refused', hello),
    ];
    assert.deepEqual(
      replies.map((reply) => reply.status),
      [401, 401, 401],
    );
    assert.deepEqual(replies[0]?.json, { detail: 'Unauthorized' });
    assert.match(replies[1]?.body ?? '', /^\{"message":"Unauthorized","request_id":"[0-9a-f]{32}"\}$/);
    assert.equal(replies[2]?.body, '');
  });

  it('refuses extras with 422, in both shapes in turn', async () => {
    const detail = [
      {
        type: 'extra_forbidden',
        loc: ['body', 'max_completion_tokens'],
        msg: 'Extra inputs are not permitted',
        input: 8192,
      },
    ];
    const first = await post(sim, 'good', { ...hello, max_completion_tokens: 8192 });
    const second = await post(sim, 'good', { ...hello, max_completion_tokens: 8192 });
    assert.equal(first.status, 422);
    assert.deepEqual(first.json, { detail });
    assert.deepEqual(second.json, {
      object: 'error',
      message: { detail },
      type: 'invalid_request_error',
      param: null,
      code: null,
    });
  });

  it('refuses each field that Mistral refuses', async () => {
    sim.variant = 0;
    for (const field of ['seed', 'user', 'logit_bias', 'store', 'stream_options']) {
      const reply = await post(sim, 'good', { ...hello, [field]: 1 });
      assert.deepEqual(record(list(record(reply.json)['detail'])[0])['loc'], ['body', field]);
    }
    const messages = [{ role: 'assistant', content: 'Hm', reasoning_content: 'x' }, ...hello.messages];
    const reply = await post(sim, 'good', { ...hello, messages });
    assert.deepEqual(record(list(record(reply.json)['detail'])[0])['loc'], [
      'body',
      'messages',
      0,
      'assistant',
      'reasoning_content',
    ]);
    assert.equal((await post(sim, 'good', { ...hello, temperature: 1.6 })).status, 422);
  });

  it('wants tool-call ids of nine alphanumerics, tools where there is a choice of them, and the user last', async () => {
    const call = { id: 'call_abc', function: { name: 'readFile', arguments: '{}' } };
    const messages = [
      ...hello.messages,
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', content: 'x', tool_call_id: 'call_abc' },
    ];
    assert.match(
      errorOf(await post(sim, 'good', { ...hello, messages, tools })),
      /^Tool call id was call_abc but must be/,
    );
    assert.equal((await post(sim, 'good', { ...hello, tool_choice: 'auto' })).status, 400);
    assert.equal((await post(sim, 'good', { ...hello, messages: [{ role: 'assistant', content: 'x' }] })).status, 400);
  });

  it('takes one request a second, and says so with a bare message', async () => {
    assert.equal((await post(sim, 'good', hello)).status, 200);
    await clock.advance(999);
    const early = await post(sim, 'good', hello);
    assert.equal(early.status, 429);
    assert.deepEqual(early.json, { message: 'Requests rate limit exceeded' });
    assert.equal(early.headers['retry-after'], undefined);
    await clock.advance(1);
    assert.equal((await post(sim, 'good', hello)).status, 200);
  });

  it('shows plain integers and no reset', async () => {
    sim.answer = { text: 'Hi', usage: { prompt: 13, completion: 20 } };
    await post(sim, 'good', hello);
    await clock.advance(1_000);
    const { headers } = await post(sim, 'good', hello);
    const shown = Object.entries(headers).filter(([name]) => name.startsWith('x-ratelimit'));
    assert.deepEqual(Object.fromEntries(shown), {
      'x-ratelimit-limit-req-minute': '60',
      'x-ratelimit-remaining-req-minute': '58',
      'x-ratelimit-limit-tokens-minute': '50000',
      'x-ratelimit-remaining-tokens-minute': String(50_000 - 33 - 13),
      'x-ratelimit-limit-tokens-month': '4000000',
      'x-ratelimit-remaining-tokens-month': String(4_000_000 - 33 - 13),
      'x-ratelimit-tokens-query-cost': '13',
    });
  });

  it('says the same of a full minute and a full month; only the headers differ', async () => {
    const body = {
      object: 'error',
      message: 'Rate limit exceeded',
      type: 'rate_limited',
      param: null,
      code: '1300',
      raw_status_code: 429,
    };
    sim.setUsed(sim.key('good'), 'tokensPerMonth', 4_000_000);
    const month = await post(sim, 'good', hello);
    assert.deepEqual(month.json, body);
    assert.equal(month.headers['x-ratelimit-remaining-tokens-month'], '0');
    assert.notEqual(month.headers['x-ratelimit-remaining-tokens-minute'], '0');
    await clock.advance(60_000);
    assert.equal((await post(sim, 'good', hello)).status, 200, 'the month has turned');
    sim.setUsed(sim.key('good'), 'tokensPerMinute', 50_000);
    await clock.advance(1_000);
    const minute = await post(sim, 'good', hello);
    assert.deepEqual(minute.json, body);
    assert.equal(minute.headers['x-ratelimit-remaining-tokens-minute'], '0');
  });

  it('streams with padding, and usage on the last choice', async () => {
    sim.answer = { pieces: ['Hel', 'lo'], usage: { prompt: 13, completion: 20 } };
    const reply = await post(sim, 'good', { ...hello, stream: true });
    const { events, done } = eventsOf(reply);
    assert.deepEqual(record(firstChoice(events[0])['delta']), { role: 'assistant', content: '' });
    assert.equal(streamedText(reply), 'Hello');
    assert.match(text(events[1]?.['p']), /^[a-z0-9]+$/);
    assert.match(text(events[0]?.['id']), /^[0-9a-f]{32}$/);
    assert.equal(firstChoice(events.at(-1))['finish_reason'], 'stop');
    assert.deepEqual(events.at(-1)?.['usage'], {
      prompt_tokens: 13,
      total_tokens: 33,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 0 },
    });
    assert.ok(done);
  });

  it('streams a reasoning model’s content as arrays and strings', async () => {
    sim.answer = { pieces: ['Hel', 'lo'], reasoning: 'Hm.' };
    const reply = await post(sim, 'good', { ...hello, model: 'mistral-medium-latest', stream: true });
    const contents = eventsOf(reply).events.map((event) => record(firstChoice(event)['delta'])['content']);
    assert.deepEqual(contents[1], [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }]);
    assert.deepEqual(contents[2], [{ type: 'text', text: 'Hel' }]);
    assert.equal(contents[3], 'lo');
  });

  it('calls tools with ids that it takes back', async () => {
    const ask = { ...hello, messages: [{ role: 'user', content: '[[tool:readFile {"path":"a"}]]' }], tools };
    const message = record(firstChoice((await post(sim, 'good', ask)).json)['message']);
    const [call] = list(message['tool_calls']).map(record);
    assert.match(text(call?.['id']), /^[A-Za-z0-9]{9}$/);
    const messages = [
      ...ask.messages,
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', content: '42', tool_call_id: call?.['id'] },
    ];
    await clock.advance(1_000);
    const answer = await post(sim, 'good', { ...ask, messages });
    assert.equal(record(firstChoice(answer.json)['message'])['content'], 'The tool answered: 42');
  });

  it('names unknown models and too long prompts in its envelope', async () => {
    const unknown = await post(sim, 'good', { ...hello, model: 'X' });
    assert.equal(unknown.status, 400);
    assert.deepEqual(unknown.json, {
      object: 'error',
      message: 'Invalid model: X',
      type: 'invalid_model',
      param: null,
      code: '1500',
      raw_status_code: 400,
    });
    assert.equal(
      errorOf(await post(sim, 'contextTooLong', hello)),
      'Prompt contains 321774 tokens and 0 draft tokens, too large for model with 262144 maximum context length',
    );
  });

  it('lists models with capabilities and deprecation, aliases as items of their own', async () => {
    const models = list(record((await get(sim.checkUrl, sim.key('good'))).json)['data']).map(record);
    assert.ok(
      models.some((model) => model['id'] === 'mistral-small-2603') &&
        models.some((model) => model['id'] === 'mistral-small-latest'),
    );
    assert.ok(models.some((model) => record(model['capabilities'])['completion_chat'] === false));
    assert.ok(models.some((model) => typeof model['deprecation'] === 'string'));
  });

  it('has 3505 for capacity, as 429 and as 503', async () => {
    const tier = await post(sim, 'capacity', hello);
    assert.equal(tier.status, 429);
    assert.equal(record(tier.json)['type'], 'service_tier_capacity_exceeded');
    assert.equal(record((await post(sim, 'capacity', hello)).json)['code'], null);
    const backend = await post(sim, 'overloaded', hello);
    assert.equal(backend.status, 503);
    assert.equal(record(backend.json)['code'], '3505');
  });
});
