import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { UndiciHttp } from '../../src/adapters/undiciHttp.ts';
import { Secret } from '../../src/core/keys/secret.ts';
import { catalog } from '../../src/core/providers/catalog.ts';
import type { AttemptResult } from '../../src/core/providers/chatCall.ts';
import { ChatClient } from '../../src/core/providers/chatClient.ts';
import type { Dialect, Provider } from '../../src/core/providers/provider.ts';
import { readBounded } from '../../src/core/providers/replyBody.ts';

// A handful of cheap calls to the real providers, with keys from the environment. Not part of `npm test`.
// What the lines with "found:" say answers questions that public sources left open.

const variables: Readonly<Record<string, readonly string[]>> = {
  groq: ['GROQ_API_KEY'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  huggingface: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
};

const http = new UndiciHttp({
  config: () => ({ strictSSL: true, proxySupport: 'override', systemCertificates: true, env: process.env }),
  hostFetch: fetch,
});
const client = new ChatClient({
  http,
  userAgent: 'ai-keys-live-test/1',
  clock: {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  },
});
const { signal } = new AbortController();

const found = (what: string, value: unknown): void => console.log(`      found: ${what}: ${JSON.stringify(value)}`);

/** Mistral's free mode takes one request a second. */
const pace = ({ limits }: Provider): Promise<void> =>
  new Promise((done) =>
    setTimeout(done, limits.requestsPerSecond === undefined ? 0 : 1_500 / limits.requestsPerSecond),
  );

async function ask(provider: Provider, secret: Secret, stream: boolean, dialect: Partial<Dialect> = {}) {
  let text = '';
  await pace(provider);
  const result: AttemptResult = await client.attempt(
    {
      provider: { ...provider, dialect: { ...provider.dialect, ...dialect } },
      model: provider.models[0]?.id ?? '',
      messages: [{ role: 'user', content: 'Answer with the single word: yes' }],
      maxTokens: 400,
      stream,
      secret,
      signal,
      firstEventTimeoutMs: 30_000,
      idleTimeoutMs: 30_000,
    },
    (part) => (text += part.type === 'text' ? part.text : ''),
  );
  return { result, text };
}

/** As the provider itself puts it: what the client makes of a reply is in the other tests. */
async function raw(provider: Provider, secret: Secret, change: Readonly<Record<string, unknown>>): Promise<string> {
  await pace(provider);
  const { status, headers, body } = await http.send({
    method: 'POST',
    url: `${provider.baseUrl}/chat/completions`,
    headers: { 'content-type': 'application/json', 'user-agent': 'ai-keys-live-test/1' },
    auth: { header: 'authorization', scheme: 'Bearer', secret },
    body: JSON.stringify({
      model: provider.models[0]?.id,
      messages: [{ role: 'user', content: 'Answer with the single word: yes' }],
      [provider.dialect.capField]: 400,
      ...change,
    }),
    signal,
    connectTimeoutMs: 10_000,
    headersTimeoutMs: 30_000,
    idleTimeoutMs: 30_000,
    maxBytes: 1_000_000,
  });
  const text = await readBounded(body, 1_000_000);
  const limits = Object.entries(headers).filter(([name]) => /ratelimit|retry-after/.test(name));
  return [status, ...limits.map((entry) => entry.join(': ')), text.trim().slice(-600)].join('\n');
}

/** As long as a real one, so that it is refused for what it is and not for its shape. */
const wrongKeys: Readonly<Record<string, string>> = {
  groq: `gsk_${'a'.repeat(52)}`,
  gemini: `AIza${'a'.repeat(35)}`,
  mistral: 'a'.repeat(32),
  huggingface: `hf_${'a'.repeat(34)}`,
};

after(() => http.dispose());

for (const provider of catalog) {
  const names = variables[provider.id] ?? [];
  const text = names.map((name) => process.env[name]).find((value) => value !== undefined && value !== '');
  if (text === undefined) {
    console.log(`${provider.displayName}: skipped, ${names.join(' or ')} is not set`);
    continue;
  }
  describe(`${provider.displayName}, the real one`, () => {
    const secret = new Secret(text);

    it('accepts the key at no cost', async () => {
      const check = await client.check(provider, secret, signal);
      assert.equal(check.kind, 'ok', JSON.stringify(check));
      found('account and warning', check.kind === 'ok' && [check.account, check.warning]);
    });

    it('refuses a wrong key as authInvalid, at the check and at chat', async () => {
      const wrong = new Secret(wrongKeys[provider.id] ?? 'wrong');
      const check = await client.check(provider, wrong, signal);
      found('refusal at the check', check);
      const { result } = await ask(provider, wrong, false);
      found('refusal at chat', result);
      assert.equal(check.kind, 'refused');
      assert.equal(!result.ok && result.failure.kind, 'authInvalid');
    });

    it('lists chat models, and those of the catalog among them', async () => {
      const list = await client.models(provider, secret, signal);
      assert.ok(list.ok, JSON.stringify(list));
      const ids = new Set(list.models.map(({ id }) => id));
      found(
        'models of the catalog that are not listed',
        provider.models.map(({ id }) => id.replace(/:cheapest$/, '')).filter((id) => !ids.has(id)),
      );
      found('sizes', list.models.filter(({ contextTokens }) => contextTokens !== undefined).slice(0, 5));
    });

    for (const stream of [false, true]) {
      it(`answers ${stream ? 'streamed' : 'plain'}, with usage`, async () => {
        const { result, text: answer } = await ask(provider, secret, stream);
        found('result', result);
        assert.ok(result.ok, JSON.stringify(result));
        assert.match(answer, /yes/i);
        assert.ok(result.usage !== undefined && result.usage.total > 0);
      });
    }

    it('says what it makes of the other field for the cap, and of stream_options', async () => {
      const other = provider.dialect.capField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
      found(other, outcome(await ask(provider, secret, false, { capField: other })));
      found(
        'stream_options',
        outcome(await ask(provider, secret, true, { streamOptions: !provider.dialect.streamOptions })),
      );
    });

    it('says what it makes of an unknown field, of an unknown model, and how a stream ends', async () => {
      found('an unknown field', await raw(provider, secret, { aiKeysUnknown: 1 }));
      found('an unknown model', await raw(provider, secret, { model: 'ai-keys/none-such' }));
      found('the end of a stream', await raw(provider, secret, { stream: true }));
      found(
        'with include_usage',
        await raw(provider, secret, { stream: true, stream_options: { include_usage: true } }),
      );
    });
  }).timeout(90_000);
}

const outcome = ({ result }: { readonly result: AttemptResult }): unknown =>
  result.ok ? { ok: true, usage: result.usage } : { kind: result.failure.kind, said: result.failure.said };
