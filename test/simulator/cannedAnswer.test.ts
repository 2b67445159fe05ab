import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { applyFix, parseFixes } from '../../src/core/analysis/fix.ts';
import type { ChatAsk } from './answer.ts';
import { cannedAnswer } from './cannedAnswer.ts';

const ask = (lastUserText: string): ChatAsk => ({
  model: 'm',
  stream: true,
  includeUsage: false,
  cap: undefined,
  prompt: lastUserText,
  lastUserText,
  toolResult: undefined,
  toolNames: [],
  promptTokens: 1,
});

/** The file as the answer would leave it. */
function fixed(error: string, path: string, code: string): string {
  const prompt = `Error output:\n\`\`\`\n${error}\n\`\`\`\n\nFile "${path}", lines 3 to 9 (named in the error output):\n\`\`\`\n${code}\n\`\`\``;
  const answer = cannedAnswer(ask(prompt));
  assert.ok(typeof answer === 'string');
  const { fixes, refused } = parseFixes(answer);
  assert.deepEqual(refused, []);
  assert.equal(fixes[0]?.path, path);
  const applied = applyFix(code, fixes[0]);
  assert.ok(applied.ok);
  return applied.text;
}

describe('the simulator’s answer where a test says nothing', () => {
  it('guards the line that reads a property of undefined', () => {
    const code = 'function discountOf(id) {\n  const customer = find(id);\n  return customer.discount;\n}';
    assert.equal(
      fixed("TypeError: Cannot read properties of undefined (reading 'discount')", 'shop/customers.ts', code),
      "function discountOf(id) {\n  const customer = find(id);\n  if (customer === undefined) throw new Error('customer was not found');\n  return customer.discount;\n}",
    );
  });

  it('leaves out what lacks the key of a KeyError', () => {
    const code = 'def warmest(stations):\n    return max(stations, key=lambda station: station["reading"]["celsius"])';
    assert.equal(
      fixed("KeyError: 'celsius'", 'weather/stations.py', code),
      'def warmest(stations):\n    known = [station for station in stations if "celsius" in station["reading"]]\n    return max(known, key=lambda station: station["reading"]["celsius"])',
    );
  });

  it('shows an example where it was shown no code', () => {
    const answer = cannedAnswer(ask("TypeError: Cannot read properties of undefined (reading 'x')"));
    assert.ok(typeof answer === 'string' && answer.includes('```ts') && parseFixes(answer).fixes.length === 0);
  });
});
