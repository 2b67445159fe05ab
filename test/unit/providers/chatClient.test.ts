import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../src/core/keys/secret.ts';
import { HttpError } from '../../../src/core/ports.ts';
import { catalog, presets } from '../../../src/core/providers/catalog.ts';
import type { AttemptPart, AttemptResult, ChatCall } from '../../../src/core/providers/chatCall.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { type PieceReply, PieceHttp } from '../support/pieceHttp.ts';

function provider(id: string): Provider {
  const found = [...catalog, ...presets].find((one) => one.id === id);
  assert.ok(found);
  return found;
}

const frame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content: unknown, more: object = {}): string =>
  frame({ model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }] });
const last = (reason = 'stop', more: object = {}): string =>
  frame({ model: 'm', choices: [{ index: 0, delta: {}, finish_reason: reason }], ...more });
const done = 'data: [DONE]\n\n';
const usage = (prompt: unknown, completion: unknown, total: unknown) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total },
});
const json = { 'content-type': 'application/json' };
const completion = (content: unknown, more: object = {}) =>
  JSON.stringify({
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    ...more,
  });

type Run = {
  readonly result: AttemptResult;
  readonly text: string;
  readonly parts: readonly AttemptPart[];
  readonly http: PieceHttp;
};

async function attempt(reply: PieceReply | HttpError, more: Partial<ChatCall> = {}, of = 'groq'): Promise<Run> {
  return await start(reply, more, of).run;
}

function start(reply: PieceReply | HttpError, more: Partial<ChatCall> = {}, of = 'groq') {
  const clock = new FakeClock();
  const http = new PieceHttp(reply);
  const client = new ChatClient({ http, clock, userAgent: 'test/1' });
  const parts: AttemptPart[] = [];
  const call: ChatCall = {
    provider: provider(of),
    model: provider(of).models[0]?.id ?? 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    maxTokens: 100,
    stream: true,
    secret: new Secret('test'),
    signal: new AbortController().signal,
    firstEventTimeoutMs: 20_000,
    idleTimeoutMs: 30_000,
    ...more,
  };
  const run = client
    .attempt(call, (part) => void parts.push(part))
    .then((result): Run => {
      return { result, parts, http, text: parts.map((part) => (part.type === 'text' ? part.text : '')).join('') };
    });
  return { clock, run, parts };
}

const kindOf = ({ result }: Run): string => (result.ok ? 'ok' : result.failure.kind);

describe('a streamed answer', () => {
  it('is the same wherever its bytes were cut', async () => {
    const stream = `: keep-alive\r\n\r\n${delta('Grüße, ')}event: message\ndata:${JSON.stringify({ choices: [{ delta: { content: 'شكرا 你好 🎉' } }] })}\n\n${last('stop', usage(7, 5, 12))}${done}`;
    const bytes = new TextEncoder().encode(stream);
    for (let at = 0; at <= bytes.length; at += 1) {
      const { result, text } = await attempt({ pieces: [bytes.subarray(0, at), bytes.subarray(at)] });
      assert.equal(result.ok, true, `cut at ${at}`);
      assert.equal(text, 'Grüße, شكرا 你好 🎉', `cut at ${at}`);
      assert.equal(result.usage?.total, 12);
    }
    const single = await attempt({ pieces: [...bytes].map((byte) => Uint8Array.of(byte)) });
    assert.equal(single.text, 'Grüße, شكرا 你好 🎉');
  });

  it('is whole at [DONE]: what comes after is not waited for', async () => {
    const { result, http } = await attempt({ pieces: [delta('a') + last() + done, 'silence'] });
    assert.equal(result.ok, true);
    assert.equal(http.piecesTaken, 1);
  });

  it('is whole without [DONE], and without a last blank line, when a finish reason came', async () => {
    assert.equal(kindOf(await attempt({ pieces: [delta('a'), last().trimEnd()] })), 'ok');
  });

  it('is whole when the provider only forgets to hang up', async () => {
    const { clock, run } = start({ pieces: [delta('a') + last(), 'silence'] });
    await clock.advance(2_000);
    assert.equal(kindOf(await run), 'ok');
  });

  it('holds several data lines, arrays, and text in pieces; reasoning is no part of it', async () => {
    const { text } = await attempt({
      pieces: [
        delta(null, {}),
        frame({ choices: [{ delta: { reasoning: 'hmm', reasoning_content: 'hmm', channel: 'analysis' } }] }),
        delta([
          { type: 'thinking', thinking: [{ type: 'text', text: 'hmm' }] },
          { type: 'text', text: 'A' },
        ]),
        'data: {"choices":[{"delta":\ndata: {"content":"B"}}]}\n\n',
        frame({ choices: [] }),
        frame({ choices: [{}] }),
        last() + done,
      ],
    });
    assert.equal(text, 'AB');
  });

  it('leaves out <think> at its beginning, wherever that was cut, and nowhere else', async () => {
    const content = '\n<think>secret </thin k> </think>\n\nUse <think> as a tag.';
    for (let at = 0; at < content.length; at += 1) {
      const { text } = await attempt({ pieces: [delta(content.slice(0, at)), delta(content.slice(at)), last()] });
      assert.equal(text, 'Use <think> as a tag.', `cut at ${at}`);
    }
    assert.equal((await attempt({ pieces: [delta('<thin'), last()] })).text, '<thin');
  });

  it('bills the last usage said, never a sum, and Gemini’s thinking from the total', async () => {
    const groq = await attempt({
      pieces: [
        delta('a'),
        last('stop', { ...usage(78, 41, 119), x_groq: { usage: { prompt_tokens: 1, completion_tokens: 1 } } }),
        frame({ choices: [], ...usage(78, 41, 119) }),
        done,
      ],
    });
    assert.deepEqual(groq.result.usage, { prompt: 78, completion: 41, total: 119, estimated: false });
    const old = await attempt({
      pieces: [
        delta('a'),
        last('stop', { x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } } }),
        done,
      ],
    });
    assert.equal(old.result.usage?.total, 7);
    const gemini = await attempt(
      { pieces: [delta('a', usage(7, 1, 30)), last('stop', usage(7, 2, 64)), done] },
      {},
      'gemini',
    );
    assert.deepEqual(gemini.result.usage, { prompt: 7, completion: 2, total: 64, estimated: false });
  });

  it('has no usage where what was said cannot be true', async () => {
    for (const [prompt, output, total] of [
      [0, 0, 0],
      [-5, -5, -10],
      ['x', {}, null],
      [1e12, 1, 1e12],
      [Number.MAX_VALUE, 1, 1],
    ]) {
      const { result } = await attempt({ pieces: [delta('a'), last('stop', usage(prompt, output, total)), done] });
      assert.equal(result.ok && result.usage, undefined, JSON.stringify([prompt, output, total]));
    }
    const { result } = await attempt({ pieces: [delta('a'), last('stop', usage('12', '3', null)), done] });
    assert.deepEqual(result.usage, { prompt: 12, completion: 3, total: 15, estimated: false });
  });

  it('calls tools: in pieces by index, whole without one, several under index 0', async () => {
    const call = (value: object) => frame({ choices: [{ delta: { tool_calls: [value] } }] });
    const pieces = await attempt({
      pieces: [
        call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{"x"' } }),
        call({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }),
        call({ index: 0, function: { arguments: ':1}' } }),
        last('tool_calls') + done,
      ],
    });
    assert.deepEqual(pieces.parts, [
      { type: 'toolCall', call: { type: 'toolCall', id: 'a', name: 'f', arguments: '{"x":1}' } },
      { type: 'toolCall', call: { type: 'toolCall', id: 'b', name: 'g', arguments: '{}' } },
    ]);
    const signed = { google: { thought_signature: 's' } };
    const whole = await attempt({
      pieces: [
        call({ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: signed }),
        call({ id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } }),
        last('tool_calls') + done,
      ],
    });
    assert.deepEqual(
      whole.parts.map((part) => part.type === 'toolCall' && [part.call.id, part.call.signature]),
      [
        ['a', 's'],
        ['b', undefined],
      ],
    );
    const zero = await attempt({
      pieces: [
        call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
        call({ index: 0, id: 'b', function: { name: 'f', arguments: '{}' } }),
        last('tool_calls') + done,
      ],
    });
    assert.equal(zero.parts.length, 2);
  });
});

describe('an answer that is none', () => {
  it('of reasoning that ate the cap is noContent by length, with what it cost', async () => {
    const { result } = await attempt({ pieces: [delta(null), last('length', usage(10, 100, 110)), done] });
    assert.deepEqual(result.ok ? undefined : result.failure, { kind: 'noContent', said: '', reason: 'length' });
    assert.equal(result.usage?.total, 110);
    const thinking = await attempt({ pieces: [delta('<think>and on and on'), last('length'), done] });
    assert.equal(kindOf(thinking), 'noContent');
    assert.equal(thinking.result.sawContent, false);
  });

  it('withheld by a filter, or simply empty, is noContent', async () => {
    const reasonOf = ({ result }: Run) =>
      result.ok || result.failure.kind !== 'noContent' ? undefined : result.failure.reason;
    assert.equal(reasonOf(await attempt({ pieces: [last('content_filter'), done] })), 'filter');
    assert.equal(reasonOf(await attempt({ pieces: [last('stop'), done] })), 'empty');
    assert.equal(reasonOf(await attempt({ pieces: [delta(' \n'), last('stop'), done] })), 'empty');
    assert.equal(reasonOf(await attempt({ headers: json, pieces: ['{"choices":[]}'] })), 'empty');
  });

  it('that ends inside a character, an event or a tool call is cutOff', async () => {
    const bytes = new TextEncoder().encode(delta('a') + delta('🎉'));
    for (let at = delta('a').length; at < bytes.length - 2; at += 1) {
      const run = await attempt({ pieces: [bytes.subarray(0, at)] });
      assert.equal(kindOf(run), 'cutOff', `cut at ${at}`);
      assert.equal(run.text, 'a');
    }
    const call = frame({
      choices: [{ delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }] } }],
    });
    const cut = await attempt({ pieces: [call] });
    assert.equal(kindOf(cut), 'cutOff');
    assert.equal(cut.result.sawContent, false);
    assert.equal(kindOf(await attempt({ pieces: [call, last('length'), done] })), 'noContent');
  });

  it('broken off by an error frame is cutOff after text, and the error’s own kind before', async () => {
    const error = frame({ error: { message: 'over capacity', type: 'internal_server_error' } });
    const after = await attempt({ pieces: [delta('a'), error] });
    assert.equal(kindOf(after), 'cutOff');
    assert.equal(after.result.sawContent, true);
    assert.equal(kindOf(await attempt({ pieces: [error] })), 'overloaded');
    assert.equal(
      kindOf(await attempt({ pieces: [frame({ x_groq: { error: 'over capacity' }, choices: [] })] })),
      'overloaded',
    );
    assert.equal(
      kindOf(await attempt({ pieces: ['event: error\ndata: {"message":"no","code":429}\n\n'] })),
      'rateMinute',
    );
  });

  it('that is a page, foreign or truncated JSON, binary or of a wrong type is badReply', async () => {
    const page = '<!DOCTYPE html><html></html>';
    for (const reply of [
      { headers: { 'content-type': 'text/html' }, pieces: [page] },
      { pieces: [page] },
      { headers: {}, pieces: [page] },
      { headers: json, pieces: [page] },
      { headers: json, pieces: [completion('a').slice(0, -5)] },
      { headers: json, pieces: ['{"hello":"world"}'] },
      { headers: json, pieces: ['[1,2]'] },
      { headers: json, pieces: [''] },
      { headers: { 'content-type': 'image/png' }, pieces: [Uint8Array.of(0x89, 0x50)] },
      { pieces: [Uint8Array.of(0xff, 0xfe, 0x00, 0x01)] },
      { pieces: ['data: {"hello"\n\n'] },
    ]) {
      const run = await attempt(reply);
      assert.equal(kindOf(run), 'badReply', JSON.stringify(reply));
      assert.equal(run.text, '');
    }
  });

  it('without end stays within its bounds', async () => {
    const line = await attempt({ pieces: ['data: ', ...Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024))] });
    assert.equal(kindOf(line), 'badReply');
    assert.ok(line.http.piecesTaken < 20);
    const text = await attempt({ pieces: Array.from({ length: 100 }, () => delta('x'.repeat(64 * 1024))) });
    assert.equal(kindOf(text), 'badReply');
    assert.ok(text.text.length <= 2 * 1024 * 1024);
    const comments = await attempt({ pieces: Array.from({ length: 300 }, () => `: ${'x'.repeat(64 * 1024)}\n`) });
    assert.equal(kindOf(comments), 'badReply');
    const errors = await attempt({ status: 500, pieces: Array.from({ length: 1_000 }, () => 'x'.repeat(64 * 1024)) });
    assert.equal(kindOf(errors), 'overloaded');
    assert.ok(errors.http.piecesTaken <= 2);
  });
});

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
    const { clock, run } = start({ pieces: [': queued\n\n', 'silence'] });
    await clock.advance(19_999);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    assert.equal(kindOf(await run), 'timeout');
    assert.equal(clock.pending, 0);
  });

  it('after the first event is silence alone, and ends what was begun as cutOff', async () => {
    const { clock, run, parts } = start({ pieces: [delta('a'), 'silence'] });
    await clock.advance(29_999);
    assert.equal(parts.length, 1);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    assert.equal(kindOf(await run), 'cutOff');
  });

  it('of the caller ends it as cancelled, before and during the request', async () => {
    const controller = new AbortController();
    const { clock, run } = start({ pieces: [delta('a'), 'silence'] }, { signal: controller.signal });
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
