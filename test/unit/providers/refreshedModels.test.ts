import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { catalog, presets } from '../../../src/core/providers/catalog.ts';
import { withListedModels } from '../../../src/core/providers/refreshedModels.ts';

const [groq, , , huggingface] = catalog;
const [ollama] = presets;
assert.ok(groq && huggingface && ollama);

describe('a refreshed model list', () => {
  it('brings sizes, takes out what is gone, and keeps the order of preference', () => {
    const listed = [{ id: 'openai/gpt-oss-20b', contextTokens: 7 }, { id: 'new' }, { id: 'openai/gpt-oss-120b' }];
    const { provider, gone } = withListedModels(groq, listed);
    assert.deepEqual(
      provider.models.map(({ id, contextTokens }) => [id, contextTokens]),
      [
        ['openai/gpt-oss-120b', 131_072],
        ['openai/gpt-oss-20b', 7],
      ],
    );
    assert.deepEqual(gone, ['qwen/qwen3.6-27b']);
  });

  it('finds Hugging Face’s models without their suffix', () => {
    const { provider } = withListedModels(huggingface, [{ id: 'openai/gpt-oss-120b', contextTokens: 9 }]);
    assert.deepEqual(provider.models, [{ id: 'openai/gpt-oss-120b:cheapest', contextTokens: 9, limits: {} }]);
  });

  it('is taken whole where nothing was preferred, and not believed where it knows nothing of ours', () => {
    assert.deepEqual(withListedModels(ollama, [{ id: 'llama3.2:latest' }]).provider.models, [
      { id: 'llama3.2:latest', limits: {} },
    ]);
    assert.equal(withListedModels(groq, [{ id: 'other' }]).provider, groq);
    assert.equal(withListedModels(groq, []).provider, groq);
  });
});
