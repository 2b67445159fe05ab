import assert from 'node:assert/strict';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { HttpError } from '../../../src/core/ports.ts';
import { catalog, presets } from '../../../src/core/providers/catalog.ts';
import type { AttemptPart, AttemptResult, ChatCall } from '../../../src/core/providers/chatCall.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { FakeClock } from './fakeClock.ts';
import { type PieceReply, PieceHttp } from './pieceHttp.ts';

function provider(id: string): Provider {
  const found = [...catalog, ...presets].find((one) => one.id === id);
  assert.ok(found);
  return found;
}

export const frame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
export const delta = (content: unknown, more: object = {}): string =>
  frame({ model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }] });
export const last = (reason = 'stop', more: object = {}): string =>
  frame({ model: 'm', choices: [{ index: 0, delta: {}, finish_reason: reason }], ...more });
export const done = 'data: [DONE]\n\n';
export const usage = (prompt: unknown, completion: unknown, total: unknown) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total },
});
export const json = { 'content-type': 'application/json' };
export const completion = (content: unknown, more: object = {}) =>
  JSON.stringify({
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    ...more,
  });

export type Run = {
  readonly result: AttemptResult;
  readonly text: string;
  readonly parts: readonly AttemptPart[];
  readonly http: PieceHttp;
};

export async function attempt(reply: PieceReply | HttpError, more: Partial<ChatCall> = {}, of = 'groq'): Promise<Run> {
  return await start(reply, more, of).run;
}

export function start(reply: PieceReply | HttpError, more: Partial<ChatCall> = {}, of = 'groq') {
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

export const kindOf = ({ result }: Run): string => (result.ok ? 'ok' : result.failure.kind);
