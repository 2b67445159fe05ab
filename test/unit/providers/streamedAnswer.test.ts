import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HttpError } from '../../../src/core/ports.ts';
import {
  attempt,
  delta,
  done,
  frame,
  json,
  kindOf,
  last,
  type Run,
  start,
  usage,
  completion,
} from '../support/chatFixture.ts';

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
    const { result, http } = await attempt({ pieces: [delta('a') + last() + done, undefined] });
    assert.equal(result.ok, true);
    assert.equal(http.piecesTaken, 1);
  });

  it('is whole without [DONE], and without a last blank line, when a finish reason came', async () => {
    assert.equal(kindOf(await attempt({ pieces: [delta('a'), last().trimEnd()] })), 'ok');
  });

  it('is whole when the provider only forgets to hang up', async () => {
    const { clock, run } = start({ pieces: [delta('a') + last(), undefined] });
    await clock.advance(2_000);
    assert.equal(kindOf(await run), 'ok');
  });

  describe('of a server that names a finish reason with every piece', () => {
    const piece = (content: string): string => frame({ choices: [{ delta: { content }, finish_reason: 'stop' }] });

    for (const [what, first] of [
      ['from the first piece on', piece('a')],
      ['before the first piece too', piece('')],
      ['after a piece without', delta('a')],
    ] as const) {
      it(`is not cut after two seconds, ${what}`, async () => {
        const [second, third] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
        const { clock, run } = start({ pieces: [first, second.promise, third.promise] });
        await clock.advance(5_000);
        second.resolve(piece('b'));
        await clock.advance(5_000);
        third.resolve(piece('c') + done);
        const { result, text } = await run;
        assert.deepEqual([result.ok, text.endsWith('bc')], [true, true]);
      });
    }

    it('is cut off where the connection breaks', async () => {
      const run = await attempt({ pieces: [piece('a'), piece('b'), new HttpError('reset', 'x')] });
      assert.equal(kindOf(run), 'cutOff');
    });

    it('is cut off after 30 seconds of silence', async () => {
      const { clock, run } = start({ pieces: [piece('a'), piece('b'), undefined] });
      await clock.advance(29_999);
      assert.equal(clock.pending, 1);
      await clock.advance(1);
      assert.equal(kindOf(await run), 'cutOff');
    });
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
    const nothingAfter = await attempt({
      pieces: [delta('a', {}), last('stop', usage(1, 2, 3)), frame({ choices: [], usage: null }), done],
    });
    assert.equal(nothingAfter.result.usage?.total, 3);
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
