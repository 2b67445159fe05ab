import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { degradedAnswer, type DegradedAsk } from '../../../src/core/guidance/degradedAnswer.ts';
import { guidance } from '../../../src/core/guidance/guidance.ts';
import { plainL10n as l10n } from '../support/plainL10n.ts';

const nowMs = Date.UTC(2026, 10, 22, 19, 37);
const opening = 'I apologize, all AI models are unavailable. Please try again in a few moments…';
const found = guidance({ l10n, text: 'ModuleNotFoundError: No module named \'yaml\'\n  File "app.py", line 3' });

const answer = (more: Partial<DegradedAsk> = {}): string =>
  degradedAnswer({ l10n, guidance: found, reasons: [], nowMs, noKeys: false, ...more });

describe('the degraded answer', () => {
  it('opens with the sentence that was agreed', () => {
    assert.ok(answer().startsWith(`${opening}\n`));
  });

  it('says why each key could not answer', () => {
    const text = answer({
      reasons: [
        { name: 'Groq Key 1', sentence: 'refused: the provider says the key is invalid' },
        { name: 'Groq Key 2', sentence: 'Groq Key 2: 0 of 14,400 tokens left' },
      ],
    });
    assert.ok(text.includes('- Groq Key 1: refused: the provider says the key is invalid'));
    assert.ok(text.includes('- Groq Key 2: 0 of 14,400 tokens left'));
    assert.ok(!text.includes('Groq Key 2: Groq Key 2'));
  });

  it('says it of 30 keys at the most, and how many more there are', () => {
    const reasons = Array.from({ length: 100 }, (_, index) => ({ name: `Groq Key ${index + 1}`, sentence: 'refused' }));
    const text = answer({ reasons });
    assert.ok(text.includes('- Groq Key 30: refused\n- …and 70 more'), text);
    assert.ok(!text.includes('Groq Key 31'));
  });

  it('says when the first one can again, and offers to ask again then', () => {
    const text = answer({ firstBackAtMs: nowMs + (4 * 60 + 23) * 60_000 });
    assert.ok(text.includes('in 4h 23m'), text);
    assert.ok(text.includes('Ask again'));
  });

  it('names no time when no key comes back by itself', () => {
    assert.match(answer(), /by itself/);
  });

  it('offers to ask at once when the time is over', () => {
    assert.match(answer({ firstBackAtMs: nowMs - 1 }), /again now/);
  });

  it('with no keys at all says how to add one instead', () => {
    const text = answer({ noKeys: true, firstBackAtMs: nowMs + 1_000 });
    assert.ok(text.includes('AI Keys: Add Key') && text.includes('AI Keys: Import .env'));
    assert.ok(!text.includes('Ask again') && !text.includes('Why no key'));
  });

  it('holds the guidance with file and line', () => {
    const text = answer();
    assert.ok(text.includes(found.title) && text.includes(found.meaning));
    for (const step of found.tries) assert.ok(text.includes(step));
    assert.ok(text.includes('`app.py:3`'));
  });

  it('gives a stale answer first, marked with its age, and no guidance', () => {
    const text = answer({ stale: { content: 'Install it.', ageMs: 3 * 3_600_000 } });
    assert.ok(text.startsWith(opening));
    assert.match(text, /earlier answer to the same question, 3h old:/);
    assert.ok(text.endsWith('Install it.'));
    assert.ok(!text.includes(found.title));
  });
});
