import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { catalog } from '../../../src/core/providers/catalog.ts';
import type { Message } from '../../../src/core/providers/message.ts';
import { estimateText, estimateTokens } from '../../../src/core/providers/tokenEstimate.ts';

const [groq, gemini] = catalog;
assert.ok(groq && gemini);
const estimate = (content: Message['content'], provider = gemini, model = 'gemini-3.8-flash') =>
  estimateTokens({ messages: [{ role: 'user', content }], provider, model });

describe('an estimate of tokens', () => {
  it('is a quarter of the characters, and what each message adds', () => {
    assert.equal(estimateText('x'.repeat(400)), 100);
    assert.equal(estimate('x'.repeat(400)), 107);
  });

  it('is heavier where letters are denser', () => {
    assert.equal(estimateText('你好世界'), 4);
    assert.equal(estimateText('شكرا'), 2);
    assert.equal(estimateText('🎉'), 2);
  });

  it('counts pictures, tool calls, results and tools', () => {
    assert.ok(estimate([{ type: 'image', mimeType: 'image/png', data: 'A'.repeat(1_000_000) }]) < 2_000);
    assert.ok(estimate([{ type: 'toolResult', id: 'a', content: 'x'.repeat(400) }]) > 100);
    const tools = [{ name: 'f', parameters: { type: 'object', description: 'x'.repeat(400) } }];
    const messages: Message[] = [{ role: 'user', content: '' }];
    assert.ok(estimateTokens({ messages, tools, provider: gemini, model: 'm' }) > 110);
  });

  it('knows what Groq’s template adds to gpt-oss', () => {
    assert.equal(estimate('', groq, 'openai/gpt-oss-20b') - estimate('', groq, 'qwen/qwen3.6-27b'), 72);
  });
});
