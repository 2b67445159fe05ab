import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { originsOf } from '../../../src/core/keys/keyOrigins.ts';
import { catalog, catalogDate, presets } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { readProviderSettings } from '../../../src/core/providers/providerSettings.ts';
import { plainL10n } from '../support/plainL10n.ts';

const read = (value: unknown) => readProviderSettings(value, plainL10n);

function of(value: unknown, id: string): Provider {
  const { providers, problems } = read(value);
  assert.deepEqual(problems, []);
  const found = providers.find((provider) => provider.id === id);
  assert.ok(found);
  return found;
}

const pathsOf = (value: unknown): readonly string[] => read(value).problems.map(({ path }) => path);

describe('the catalog', () => {
  it('is dated, and asks the fastest first', () => {
    assert.match(catalogDate, /^\d{4}-\d\d-\d\d$/);
    assert.deepEqual(
      catalog.map(({ id }) => id),
      ['groq', 'gemini', 'mistral', 'huggingface'],
    );
  });

  it('has only addresses, time zones and successors that can be used', () => {
    for (const provider of [...catalog, ...presets]) {
      assert.ok(!provider.baseUrl.endsWith('/'));
      assert.ok(originsOf(provider).length > 0);
      assert.doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone: provider.resetTimeZone }));
      const ids = provider.models.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const [old, successor] of Object.entries(provider.successors)) {
        assert.ok(ids.includes(successor), `${provider.id}: ${old} → ${successor}`);
        assert.ok(!ids.includes(old));
      }
    }
  });
});

describe('the setting aiKeys.providers', () => {
  it('changes nothing where it says nothing', () => {
    for (const nothing of [undefined, null, {}]) assert.deepEqual(read(nothing), { providers: catalog, problems: [] });
  });

  it('moves a provider, and its check with it: the key has no business at the old address', () => {
    const groq = of({ groq: { baseUrl: 'http://127.0.0.1:9101/openai/v1/', models: ['openai/gpt-oss-20b'] } }, 'groq');
    assert.equal(groq.baseUrl, 'http://127.0.0.1:9101/openai/v1');
    assert.deepEqual(originsOf(groq), ['http://127.0.0.1:9101']);
    assert.deepEqual(
      groq.models.map(({ id, contextTokens }) => [id, contextTokens]),
      [['openai/gpt-oss-20b', 131_072]],
    );
    const moved = of({ huggingface: { baseUrl: 'https://hf.example.org/v1' } }, 'huggingface');
    assert.equal(moved.checkUrl, 'https://hf.example.org/v1/models');
    const both = of(
      { huggingface: { baseUrl: 'https://a.example/v1', checkUrl: 'https://b.example/whoami' } },
      'huggingface',
    );
    assert.deepEqual(originsOf(both), ['https://a.example', 'https://b.example']);
  });

  it('overrides single values and leaves the rest', () => {
    const gemini = of({ gemini: { resetTimeZone: 'UTC', limits: { requestsPerDay: 500 } } }, 'gemini');
    assert.equal(gemini.resetTimeZone, 'UTC');
    assert.deepEqual(gemini.limits, { requestsPerDay: 500 });
    assert.equal(gemini.dailyUnit, 'requests');
    const model = of({ groq: { models: [{ id: 'new', contextTokens: 5, limits: { tokensPerDay: 9 } }] } }, 'groq');
    assert.deepEqual(model.models, [{ id: 'new', contextTokens: 5, limits: { tokensPerDay: 9 } }]);
  });

  it('replaces models that were retired, and says so', () => {
    const { providers, problems } = read({ groq: { models: ['llama-3.3-70b-versatile', 'openai/gpt-oss-20b'] } });
    assert.deepEqual(
      providers[0]?.models.map(({ id, contextTokens }) => [id, contextTokens]),
      [
        ['openai/gpt-oss-120b', 131_072],
        ['openai/gpt-oss-20b', 131_072],
      ],
    );
    assert.match(problems[0]?.message ?? '', /llama-3\.3-70b-versatile was retired; openai\/gpt-oss-120b is used/);
  });

  it('adds an OpenAI-compatible provider by one entry', () => {
    const own = of(
      { 'my-llm': { displayName: 'My LLM', baseUrl: 'https://llm.example.org/v1', models: ['m1'], needsKey: true } },
      'my-llm',
    );
    assert.equal(own.checkUrl, 'https://llm.example.org/v1/models');
    assert.equal(own.dailyUnit, 'tokens');
    assert.equal(own.needsKey, true);
    assert.equal(of({ here: { baseUrl: 'http://[::1]:8080/v1' } }, 'here').needsKey, false);
  });

  it('switches presets on, and providers off', () => {
    assert.equal(of({ ollama: {} }, 'ollama').baseUrl, 'http://localhost:11434/v1');
    assert.deepEqual(
      read({ groq: { enabled: false } }).providers.map(({ id }) => id),
      ['gemini', 'mistral', 'huggingface'],
    );
  });

  it('caps the requests under way with a key where it says so: 1 for Ollama and LM Studio unless set', () => {
    assert.deepEqual(
      read({ ollama: {}, lmstudio: {} }).providers.map(({ id, maxConcurrent }) => [id, maxConcurrent]),
      [
        ['groq', undefined],
        ['gemini', undefined],
        ['mistral', undefined],
        ['huggingface', undefined],
        ['ollama', 1],
        ['lmstudio', 1],
      ],
    );
    assert.equal(of({ ollama: { maxConcurrent: 4 } }, 'ollama').maxConcurrent, 4);
    assert.equal(of({ groq: { maxConcurrent: 2 } }, 'groq').maxConcurrent, 2);
    for (const wrong of [0, -1, 1.5, 'many']) {
      assert.deepEqual(pathsOf({ ollama: { maxConcurrent: wrong } }), ['aiKeys.providers.ollama.maxConcurrent']);
    }
  });

  it('takes http: to this machine alone', () => {
    for (const url of [
      'http://localhost:1/v1',
      'http://127.9.9.9/v1',
      'http://[::1]/v1',
      'https://anywhere.example/v1',
    ]) {
      assert.deepEqual(pathsOf({ own: { baseUrl: url } }), [], url);
    }
    for (const url of [
      'http://example.org/v1',
      'http://127.0.0.1.example.org',
      'http://10.0.0.1',
      'http://localhost.example',
      'ftp://localhost',
      'file:///etc',
      'https://me:pw@example.org',
      'https://example.org?key=1',
      'example.org',
      '',
      7,
    ]) {
      assert.deepEqual(pathsOf({ own: { baseUrl: url } }), ['aiKeys.providers.own.baseUrl'], String(url));
    }
  });

  it('names each wrong value by its path, and uses its default', () => {
    const { providers, problems } = read({
      groq: {
        needsKey: 'yes',
        limits: { requestsPerDay: -1, tokensPerDay: 5, typo: 1 },
        models: ['a', 5, { id: '' }],
        basUrl: 'x',
      },
      gemini: { resetTimeZone: 'Mars/Olympus', dailyUnit: 'bananas', models: [1] },
      mistral: 5,
      bad: {},
      __proto__x: {},
      'a/b': { baseUrl: 'https://x.example' },
    });
    assert.deepEqual(problems.map(({ path }) => path.replace('aiKeys.providers.', '')).sort(), [
      '__proto__x', 'a/b', 'bad.baseUrl', 'gemini.dailyUnit', 'gemini.models.0', 'gemini.resetTimeZone', 'groq.basUrl',
      'groq.limits.requestsPerDay', 'groq.limits.typo', 'groq.models.1', 'groq.models.2', 'groq.needsKey', 'mistral',
    ]); // prettier-ignore
    assert.deepEqual(
      providers.map(({ id }) => id),
      ['groq', 'gemini', 'mistral', 'huggingface'],
    );
    const [groq, gemini] = providers;
    assert.equal(groq?.needsKey, true);
    assert.deepEqual(groq.limits, { tokensPerDay: 5 });
    assert.deepEqual(
      groq.models.map(({ id }) => id),
      ['a'],
    );
    assert.deepEqual(gemini?.models, catalog[1]?.models);
    for (const wrong of [5, 'x', [], true]) assert.deepEqual(pathsOf(wrong), ['aiKeys.providers']);
  });
});
