import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FakeClock } from '../../unit/support/fakeClock.ts';
import { type Asked, errorOf, eventsOf, firstChoice, get, post, streamedText } from '../asking.ts';
import { type Json, list, record, text } from '../json.ts';
import type { Simulator } from '../simulator.ts';
import { startGemini } from './gemini.ts';

const hello = { model: 'gemini-3.6-flash', messages: [{ role: 'user', content: 'Hello' }] };
const tools = [{ type: 'function', function: { name: 'readFile', parameters: { type: 'object' } } }];

const chatError = (reply: Asked): Json => record(record(list(reply.json)[0])['error']);
const detail = (reply: Asked, type: string): Json =>
  list(chatError(reply)['details'])
    .map(record)
    .find((one) => text(one['@type']).endsWith(type)) ?? {};
const quotaIds = (reply: Asked): readonly unknown[] =>
  list(detail(reply, 'QuotaFailure')['violations']).map((one) => record(one)['quotaId']);

const perDay = 'GenerateRequestsPerDayPerProjectPerModel-FreeTier';
const perMinute = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier';

describe('simulated Gemini', () => {
  let sim: Simulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    sim = await startGemini({ clock });
    sim.countPrompt = () => 7;
  });
  afterEach(() => sim.stop());

  it('refuses a bad key with 400: an array on chat, an object on models', async () => {
    const message = 'API key not valid. Please pass a valid API key.';
    const chat = await post(sim, 'refused', hello);
    assert.equal(chat.status, 400);
    assert.deepEqual(chat.json, [
      {
        error: {
          code: 400,
          message,
          status: 'INVALID_ARGUMENT',
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'API_KEY_INVALID',
              domain: 'googleapis.com',
              metadata: { service: 'generativelanguage.googleapis.com' },
            },
            { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
          ],
        },
      },
    ]);
    const models = await get(sim.checkUrl, sim.key('refused'));
    assert.deepEqual(models.json, {
      error: { code: 400, message: 'Please pass a valid API key', status: 'INVALID_ARGUMENT' },
    });
    assert.match(sim.key('oldKey'), /^AIzaSy[\w-]{33}$/);
    assert.equal((await post(sim, 'oldKey', hello)).status, 400);
  });

  it('has a status and a text for each way a key can be blocked', async () => {
    const cases = [
      ['unsupportedToken', 401, /Expected OAuth 2 access token/],
      ['leaked', 403, /reported as leaked/],
      ['suspended', 403, /has been suspended/],
      ['projectDenied', 403, /denied access/],
      ['noPermission', 403, /does not have permission/],
      ['regionBlocked', 400, /User location is not supported for the API use\./],
      ['noCredit', 402, /prepayment credits are depleted/],
      ['noCredit429', 429, /prepayment credits are depleted/],
    ] as const;
    for (const [behaviour, status, said] of cases) {
      const reply = await post(sim, behaviour, hello);
      assert.equal(reply.status, status, behaviour);
      assert.match(errorOf(reply), said);
    }
  });

  it('refuses two credentials at once', async () => {
    const reply = await get(sim.checkUrl, sim.key('good'), { 'x-goog-api-key': sim.key('good') });
    assert.equal(errorOf(reply), 'Multiple authentication credentials received. Please pass only one.');
  });

  it('has a 429 for each row of the matrix', async () => {
    const cases = [
      ['dayUsed', [perDay], '22s', /limit: 20, model: gemini-3\.6-flash\nPlease retry in 22\.881s\.$/],
      ['rateRequests', [perMinute], '34s', /Please retry in 34\.074824224s\.$/],
      [
        'rateMinute',
        ['GenerateContentInputTokensPerModelPerMinute-FreeTier'],
        '34s',
        /free_tier_input_token_count, limit: 250000/,
      ],
      ['dayAndMinute', [perMinute, perDay], '22s', /limit: 5.*\n.*limit: 20/],
      ['longWait', [perDay], '72000s', /Please retry in 20h0m\.$/],
      ['limitZero', [perDay, perMinute], '22s', /limit: 0, model/],
      ['bareQuota', [], undefined, /^Resource has been exhausted \(e\.g\. check quota\)\.$/],
    ] as const;
    for (const [behaviour, ids, delay, said] of cases) {
      const reply = await post(sim, behaviour, hello);
      assert.equal(reply.status, 429, behaviour);
      assert.deepEqual(quotaIds(reply), ids, behaviour);
      assert.equal(detail(reply, 'RetryInfo')['retryDelay'], delay, behaviour);
      assert.match(errorOf(reply), said, behaviour);
      assert.equal(chatError(reply)['status'], 'RESOURCE_EXHAUSTED');
    }
  });

  it('sends no rate header and no Retry-After', async () => {
    for (const behaviour of ['good', 'dayUsed'] as const) {
      const { headers } = await post(sim, behaviour, hello);
      assert.deepEqual(
        Object.keys(headers).filter((name) => /ratelimit|retry/.test(name)),
        [],
      );
      assert.equal(headers['server'], 'scaffolding on HTTPServer2');
    }
  });

  it('counts 5 a minute and 20 a day per model, and starts the day at midnight Pacific', async () => {
    for (let n = 0; n < 5; n += 1) assert.equal((await post(sim, 'good', hello)).status, 200);
    const minute = await post(sim, 'good', hello);
    assert.deepEqual(quotaIds(minute), [perMinute]);
    assert.equal(detail(minute, 'RetryInfo')['retryDelay'], '60s');
    assert.equal((await post(sim, 'good', { ...hello, model: 'gemini-3.5-flash' })).status, 200, 'another model');
    await clock.advance(60_000);
    assert.equal((await post(sim, 'good', hello)).status, 200, 'another minute');
    sim.setUsed(sim.key('good'), 'requestsPerDay', 20, 'gemini-3.6-flash');
    assert.deepEqual(quotaIds(await post(sim, 'good', hello)), [perDay]);
    clock.setWall(Date.UTC(2026, 10, 23, 7, 59, 59));
    assert.equal((await post(sim, 'good', hello)).status, 429, '23:59:59 in Los Angeles');
    clock.setWall(Date.UTC(2026, 10, 23, 8, 0, 0));
    assert.equal((await post(sim, 'good', hello)).status, 200);
  });

  it('knows that midnight Pacific is 07:00 UTC in summer', async () => {
    clock.setWall(Date.UTC(2026, 6, 1, 6, 59, 59));
    sim.setUsed(sim.key('good'), 'requestsPerDay', 20, 'gemini-3.6-flash');
    assert.equal((await post(sim, 'good', hello)).status, 429);
    clock.setWall(Date.UTC(2026, 6, 1, 7, 0, 0));
    assert.equal((await post(sim, 'good', hello)).status, 200);
  });

  it('gives a paid-only model a limit of 0', async () => {
    assert.match(
      errorOf(await post(sim, 'good', { ...hello, model: 'gemini-3.1-pro-preview' })),
      /limit: 0, model: gemini-3\.1-pro-preview/,
    );
  });

  it('streams usage in every chunk, the role in every delta, thinking in the total alone', async () => {
    sim.answer = { pieces: ['Hel', 'lo'], usage: { prompt: 7, completion: 2, total: 64 } };
    const reply = await post(sim, 'good', { ...hello, stream: true });
    const { events, done } = eventsOf(reply);
    assert.equal(streamedText(reply), 'Hello');
    assert.ok(events.every((event) => record(firstChoice(event)['delta'])['role'] === 'assistant'));
    assert.deepEqual(
      events.map((event) => event['usage']),
      [
        { completion_tokens: 1, prompt_tokens: 7, total_tokens: 63 },
        { completion_tokens: 2, prompt_tokens: 7, total_tokens: 64 },
      ],
    );
    assert.deepEqual(
      events.map((event) => firstChoice(event)['finish_reason']),
      [undefined, 'stop'],
    );
    assert.ok(done);
  });

  it('echoes the form of the model’s name that was sent', async () => {
    const reply = await post(sim, 'good', { ...hello, model: 'models/gemini-3.6-flash' });
    assert.equal(record(reply.json)['model'], 'models/gemini-3.6-flash');
  });

  it('gives a tool call a signature, and refuses it back without', async () => {
    const ask = {
      ...hello,
      messages: [{ role: 'user', content: '[[tool:readFile {"path":"a"}]]' }],
      tools,
      stream: true,
    };
    const { events } = eventsOf(await post(sim, 'good', ask));
    const [call] = list(record(firstChoice(events.at(-1))['delta'])['tool_calls']).map(record);
    assert.equal(firstChoice(events.at(-1))['finish_reason'], 'tool_calls');
    assert.ok(call !== undefined && !('index' in call));
    const again = (sent: Json) => [
      ...ask.messages,
      { role: 'assistant', tool_calls: [sent] },
      { role: 'tool', tool_call_id: call['id'], content: '42' },
    ];
    const { extra_content: _signature, ...bare } = call;
    const refusal = await post(sim, 'good', { ...ask, stream: false, messages: again(bare) });
    assert.equal(refusal.status, 400);
    assert.match(errorOf(refusal), /^Function call is missing a thought_signature/);
    const answer = await post(sim, 'good', { ...ask, stream: false, messages: again(call) });
    assert.equal(record(firstChoice(answer.json)['message'])['content'], 'The tool answered: 42');
  });

  it('refuses unknown fields, penalties, too large caps, retired and unknown models', async () => {
    const cases = [
      [{ seed: 1 }, 400, /^Invalid JSON payload received\. Unknown name "seed": Cannot find field\.$/],
      [{ frequency_penalty: 0.5 }, 400, /^Request contains an invalid argument\.$/],
      [{ max_tokens: 70_000 }, 400, /invalid argument/],
      [{ model: 'gemini-1.5-flash' }, 404, /^models\/gemini-1\.5-flash is not found for API version v1beta/],
      [{ model: 'gemini-2.5-flash' }, 404, /no longer available to new users/],
    ] as const;
    for (const [more, status, said] of cases) {
      const reply = await post(sim, 'good', { ...hello, ...more });
      assert.equal(reply.status, status);
      assert.match(errorOf(reply), said);
    }
  });

  it('lists models with and without the compat layer, in pages', async () => {
    const compat = record((await get(sim.checkUrl, sim.key('good'))).json);
    assert.deepEqual(list(compat['data'])[1], {
      id: 'models/gemini-3.8-flash',
      object: 'model',
      owned_by: 'google',
      display_name: 'Gemini 3.8 Flash',
    });
    const page = record(
      (await get(`${sim.origin}/v1beta/models?pageSize=2`, undefined, { 'x-goog-api-key': sim.key('good') })).json,
    );
    assert.equal(list(page['models']).length, 2);
    assert.equal(record(list(page['models'])[1])['inputTokenLimit'], 1_048_576);
    const next = record(
      (
        await get(
          `${sim.origin}/v1beta/models?pageSize=2&pageToken=${text(page['nextPageToken'])}&key=${sim.key('good')}`,
        )
      ).json,
    );
    assert.equal(record(list(next['models'])[0])['name'], 'models/gemini-3.7-flash');
  });

  it('answers natively too, without [DONE], with plain error objects', async () => {
    sim.answer = { text: 'Hello', reasoning: '' };
    const native = (path: string, body: unknown, key = sim.key('good')) =>
      fetch(`${sim.origin}/v1beta/models/gemini-3.6-flash:${path}`, {
        method: 'POST',
        headers: { 'x-goog-api-key': key },
        body: JSON.stringify(body),
      });
    const ask = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
    const plain = record(await (await native('generateContent', ask)).json());
    assert.equal(record(list(plain['candidates'])[0])['finishReason'], 'STOP');
    assert.equal(record(plain['usageMetadata'])['promptTokenCount'], 7);
    const stream = await (await native('streamGenerateContent?alt=sse', ask)).text();
    assert.ok(stream.startsWith('data: {') && !stream.includes('[DONE]'));
    const unknown = record(await (await native('generateContent', { ...ask, max_tokens: 5 })).json());
    assert.match(text(record(unknown['error'])['message']), /Unknown name "max_tokens"/);
    assert.equal((await native('generateContent', ask, sim.key('leaked'))).status, 403);
  });
});
