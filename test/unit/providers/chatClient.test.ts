import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HttpError } from '../../../src/core/ports.ts';
import type { ChatCall } from '../../../src/core/providers/chatCall.ts';
import { attempt, completion, delta, done, json, kindOf, last, start, usage } from '../support/chatFixture.ts';

describe('a plain answer', () => {
  it('is accepted where a stream was asked for, and read as a failure if it is one', async () => {
    const run = await attempt({ headers: json, pieces: [completion('Hello', usage(3, 2, 5))] });
    assert.equal(run.text, 'Hello');
    assert.equal(run.result.usage?.total, 5);
    assert.equal((await attempt({ pieces: ['  \n', `[${completion('Hello')}]`] })).text, 'Hello');
    assert.equal(
      kindOf(
        await attempt({ headers: json, pieces: ['{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}'] }),
      ),
      'authInvalid',
    );
  });
});

describe('time', () => {
  it('to the first event runs out as timeout; comments are no event', async () => {
    const { clock, run } = start({ pieces: [': queued\n\n', undefined] });
    await clock.advance(19_999);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    assert.equal(kindOf(await run), 'timeout');
    assert.equal(clock.pending, 0);
  });

  it('after the first event is silence alone, and ends what was begun as cutOff', async () => {
    const { clock, run, parts } = start({ pieces: [delta('a'), undefined] });
    await clock.advance(29_999);
    assert.equal(parts.length, 1);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    assert.equal(kindOf(await run), 'cutOff');
  });

  it('of the caller ends it as cancelled, before and during the request', async () => {
    const controller = new AbortController();
    const { clock, run } = start({ pieces: [delta('a'), undefined] }, { signal: controller.signal });
    await clock.advance(1);
    controller.abort();
    const during = await run;
    assert.equal(kindOf(during), 'cancelled');
    assert.equal(clock.pending, 0);
    const before = await attempt({ pieces: [] }, { signal: controller.signal });
    assert.equal(kindOf(before), 'cancelled');
    assert.equal(before.http.requests.length, 0);
    assert.equal(before.result.ok || before.result.sent, false);
  });
});

describe('a connection that fails', () => {
  it('is a network failure, and not sent where none stood', async () => {
    const { result } = await attempt(new HttpError('dns', 'https://x: dns', true));
    assert.deepEqual(result.ok ? undefined : [result.failure.kind, result.sent], ['network', false]);
    const reset = await attempt(new HttpError('reset', 'https://x: reset'));
    assert.deepEqual(reset.result.ok ? undefined : [reset.result.failure.kind, reset.result.sent], ['network', true]);
    assert.equal(kindOf(await attempt(new HttpError('headersTimeout', 'x'))), 'timeout');
    assert.equal(kindOf(await attempt({ pieces: [delta('a'), new HttpError('reset', 'x')] })), 'cutOff');
    assert.equal(kindOf(await attempt({ pieces: [delta('a'), last(), new HttpError('reset', 'x')] })), 'ok');
  });
});

describe('a request', () => {
  const bodyOf = async (of: string, more: Partial<ChatCall> = {}): Promise<Record<string, unknown>> => {
    const { http } = await attempt({ pieces: [delta('a'), last(), done] }, more, of);
    const body: unknown = JSON.parse(http.requests[0]?.body ?? '');
    assert.ok(typeof body === 'object' && body !== null);
    return { ...body };
  };

  it('carries only fields that its provider accepts', async () => {
    const fields = async (of: string) => Object.keys(await bodyOf(of, { temperature: 3 })).sort();
    assert.deepEqual(await fields('groq'), [
      'max_completion_tokens',
      'messages',
      'model',
      'stream',
      'stream_options',
      'temperature',
    ]);
    assert.deepEqual(await fields('mistral'), ['max_tokens', 'messages', 'model', 'stream', 'temperature']);
    assert.equal((await bodyOf('mistral', { temperature: 3 }))['temperature'], 1.5);
    assert.equal('temperature' in (await bodyOf('gemini')), false);
  });

  it('has its key in a header and never in the address', async () => {
    const { http } = await attempt({ pieces: [delta('a'), last(), done] });
    const [request] = http.requests;
    assert.equal(request?.url, 'https://api.groq.com/openai/v1/chat/completions');
    assert.deepEqual([request?.auth?.header, request?.auth?.scheme], ['authorization', 'Bearer']);
    assert.equal(request?.headers['user-agent'], 'test/1');
    assert.ok(!JSON.stringify(request).includes('"test"'));
  });

  it('maps tool-call ids to Mistral’s nine characters, call and result alike', async () => {
    const call = { type: 'toolCall', id: 'call_abcdefgh_123', name: 'f', arguments: '{}' } as const;
    const body = await bodyOf('mistral', {
      messages: [
        { role: 'assistant', content: [call] },
        { role: 'tool', content: [{ type: 'toolResult', id: call.id, content: 'r' }] },
      ],
    });
    const ids = [...JSON.stringify(body).matchAll(/"(?:id|tool_call_id)":"([A-Za-z0-9]+)"/g)].map(([, id]) => id);
    assert.equal(ids.length, 2);
    assert.equal(ids[0]?.length, 9);
    assert.equal(ids[0], ids[1]);
  });

  it('with an image goes as a data URL, and not at all to a provider without eyes', async () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'image', mimeType: 'image/png', data: 'AAAA' },
        ],
      },
    ] as const;
    assert.match(JSON.stringify(await bodyOf('gemini', { messages })), /"url":"data:image\/png;base64,AAAA"/);
    const { result, http } = await attempt({ pieces: [] }, { messages }, 'groq');
    assert.deepEqual(result.ok ? undefined : [result.failure.kind, result.sent], ['badRequest', false]);
    assert.equal(http.requests.length, 0);
  });
});
