import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../../src/core/keys/secret.ts';
import { HttpError } from '../../../src/core/ports.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import { readModelList } from '../../../src/core/providers/modelList.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { PieceHttp, type PieceReply } from '../support/pieceHttp.ts';

const [groq, , , huggingface] = catalog;
assert.ok(groq && huggingface);

const json = { 'content-type': 'application/json' };
const never = new AbortController().signal;

function check(reply: PieceReply | HttpError, provider = groq) {
  assert.ok(provider);
  const client = new ChatClient({ http: new PieceHttp(reply), clock: new FakeClock(), userAgent: 'x' });
  return client.check(provider, new Secret('k'), never);
}

const whoami = (role: string, permissions: readonly string[]) => ({
  headers: json,
  pieces: [
    JSON.stringify({
      type: 'user', name: 'someone',
      auth: { type: 'access_token', accessToken: { displayName: 't', role, fineGrained: { global: [], scoped: [{ entity: {}, permissions }] } } },
    }),
  ],
}); // prettier-ignore

describe('the zero-token check', () => {
  it('is good, refused, or could not run', async () => {
    assert.deepEqual(
      await check({ headers: json, pieces: ['{"object":"list","data":[{"id":"a"},{"id":"whisper-large-v3"}]}'] }),
      { kind: 'ok', models: ['a'] },
    );
    const refused = await check({ status: 401, headers: json, pieces: ['{"error":{"message":"Invalid API Key"}}'] });
    assert.equal(refused.kind, 'refused');
    for (const open of [
      new HttpError('dns', 'x', true),
      { status: 503, pieces: [] },
      { status: 403, pieces: ['<html>'] },
      { headers: json, pieces: ['<html>'] },
    ]) {
      assert.equal((await check(open)).kind, 'couldNotRun');
    }
  });

  it('names a Hugging Face account, and warns of a token that may not call models', async () => {
    assert.deepEqual(await check(whoami('fineGrained', ['inference.serverless.write']), huggingface), {
      kind: 'ok',
      account: 'someone',
    });
    assert.deepEqual(await check(whoami('fineGrained', ['repo.read']), huggingface), {
      kind: 'ok',
      account: 'someone',
      warning: 'The token is valid but may not call models: give it the right "Make calls to Inference Providers"',
    });
    assert.deepEqual(await check(whoami('write', []), huggingface), { kind: 'ok', account: 'someone' });
    assert.deepEqual(await check({ headers: json, pieces: ['{"name":5}'] }, huggingface), { kind: 'ok' });
  });

  it('runs out of time, and stops when its caller does', async () => {
    const clock = new FakeClock();
    const client = new ChatClient({
      http: new PieceHttp({ headers: json, pieces: [undefined] }),
      clock,
      userAgent: 'x',
    });
    const run = client.check(groq, undefined, never);
    await clock.advance(15_000);
    const result = await run;
    assert.equal(result.kind === 'couldNotRun' && result.failure.kind, 'timeout');
  });
});

describe('a model list', () => {
  it('holds chat models alone, each once, with the sizes given', () => {
    const models = readModelList({
      data: [
        { id: 'openai/gpt-oss-120b', active: true, context_window: 131_072, max_completion_tokens: 65_536 },
        { id: 'off', active: false },
        { id: 'nosizes', context_window: null, max_completion_tokens: 'x' },
        { id: 'whisper-large-v3' }, { id: 'canopylabs/orpheus-v1' }, { id: 'meta/llama-prompt-guard-2' }, { id: 'text-embedding-3' },
        { id: 'models/gemini-3.8-flash' }, { id: 'models/gemini-3.8-flash' },
        { id: 'mistral-small-latest', capabilities: { completion_chat: true }, max_context_length: 262_144, deprecation: '2027-01-01T00:00:00Z', deprecation_replacement_model: 'next' },
        { id: 'mistral-ocr', capabilities: { completion_chat: false } },
        { id: 'hf', architecture: { output_modalities: ['text'] }, providers: [{ status: 'live', context_length: 10 }, { status: 'live', context_length: 5 }] },
        { id: 'hf-down', providers: [{ status: 'error' }] }, { id: 'hf-image', architecture: { output_modalities: ['image'] } },
        { id: '' }, {}, null, 5, { id: 'openai/gpt-oss-safeguard-20b' },
      ],
    }); // prettier-ignore
    assert.deepEqual(models, [
      { id: 'openai/gpt-oss-120b', contextTokens: 131_072, maxOutputTokens: 65_536 },
      { id: 'nosizes' },
      { id: 'gemini-3.8-flash' },
      { id: 'mistral-small-latest', contextTokens: 262_144, deprecatedAt: '2027-01-01T00:00:00Z', successor: 'next' },
      { id: 'hf', contextTokens: 5 },
      { id: 'openai/gpt-oss-safeguard-20b' },
    ]);
  });

  it('may be a bare array, and is none where it has another shape', () => {
    assert.deepEqual(readModelList([{ id: 'a' }]), [{ id: 'a' }]);
    for (const other of [{}, { data: {} }, null, 'x', { models: [] }]) assert.equal(readModelList(other), undefined);
  });
});
