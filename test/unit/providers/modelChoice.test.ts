import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { currentModelId, findModel, hasModel, parseWantedModel } from '../../../src/core/providers/modelChoice.ts';

const [groq, gemini, , huggingface] = catalog;
assert.ok(groq && gemini && huggingface);

describe('a wanted model', () => {
  it('may have its provider in front', () => {
    assert.deepEqual(parseWantedModel('groq/openai/gpt-oss-120b', catalog), {
      provider: 'groq',
      model: 'openai/gpt-oss-120b',
    });
    assert.deepEqual(parseWantedModel('openai/gpt-oss-120b', catalog), {
      provider: undefined,
      model: 'openai/gpt-oss-120b',
    });
    assert.deepEqual(parseWantedModel('m1', catalog), { provider: undefined, model: 'm1' });
  });

  it('that is retired maps to its successor', () => {
    assert.equal(currentModelId(groq, 'llama-3.3-70b-versatile'), 'openai/gpt-oss-120b');
    assert.equal(currentModelId(groq, 'llama-3.1-8b-instant'), 'openai/gpt-oss-20b');
    assert.equal(currentModelId(gemini, 'models/gemini-1.5-flash'), 'gemini-3.5-flash-lite');
    assert.equal(currentModelId(gemini, 'constructor'), 'constructor');
    assert.equal(currentModelId({ successors: { a: 'b', b: 'a' } }, 'a'), 'b');
    assert.deepEqual(
      [findModel(groq, 'llama-3.1-8b-instant').replaced, findModel(groq, 'openai/gpt-oss-20b').replaced],
      [true, false],
    );
  });

  it('is found with and without Hugging Face’s suffix, and asked for even if no list knows it', () => {
    assert.equal(findModel(huggingface, 'openai/gpt-oss-120b').model.id, 'openai/gpt-oss-120b:cheapest');
    assert.deepEqual(findModel(groq, 'brand-new').model, { id: 'brand-new', limits: {} });
    assert.deepEqual([hasModel(groq, 'brand-new'), hasModel(groq, 'llama3-8b-8192')], [false, true]);
  });
});
