import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keyRow } from '../../../src/editor/tree/keyRow.ts';
import { keyTooltip } from '../../../src/editor/tree/keyTooltip.ts';
import { providerRow } from '../../../src/editor/tree/providerRow.ts';
import { keyStatus, limitStatus } from '../support/keyStatuses.ts';
import { plainL10n } from '../support/plainL10n.ts';

const nowMs = Date.UTC(2026, 10, 22, 19, 37);
const scene = { l10n: plainL10n, nowMs, language: 'en' };
const place = { providerName: 'Groq', needsKey: true, first: false, last: false };
const row = (...args: Parameters<typeof keyStatus>) => keyRow(keyStatus(...args), place, scene);

describe("a key's row in the tree", () => {
  it('shows a bar, the percentage and the label, and a badge of two characters', () => {
    const shown = row({ key: { label: 'Primary' } });
    assert.equal(shown.label, 'Key 1');
    assert.match(shown.description, /^▰{5}▱ 83% · Primary$/);
    assert.equal(shown.badge?.text, '83');
  });

  it('shows !! when exhausted, and when it comes back', () => {
    const shown = row({
      state: 'exhausted',
      untilMs: Date.UTC(2026, 10, 23),
      headline: limitStatus({ percentage: 100 }),
    });
    assert.equal(shown.badge?.text, '!!');
    assert.match(shown.description, /^used up · resets in 4h 23m · ▰{6} 100%/);
  });

  it('never shows 100 % before the limit is reached', () => {
    const shown = row({ headline: limitStatus({ percentage: 99.9 }) });
    assert.equal(shown.badge?.text, '99');
    assert.match(shown.description, /▱ 99%/);
  });

  it('shows neither bar nor badge where no limit is known', () => {
    const { headline: _headline, ...rest } = keyStatus();
    const shown = keyRow(rest, place, scene);
    assert.equal(shown.badge, undefined);
    assert.equal(shown.description, '');
  });

  it('says each state in a word and with an icon of its own', () => {
    const states = [
      'warning',
      'cooling',
      'exhausted',
      'quarantined',
      'refused',
      'disabled',
      'secretMissing',
      'originNotConfirmed',
    ] as const;
    const rows = states.map((state) => row({ state }));
    assert.equal(new Set(rows.map(({ icon }) => icon.id)).size, states.length);
    for (const [index, { spoken }] of rows.entries()) assert.match(spoken, /^Groq Key 1, [a-z ]+,/, states[index]);
  });

  it('lets a label of 500 characters, control characters and direction marks harm no row', () => {
    const { description } = row({ key: { label: `a\u0000b\n\u202ec ${'x'.repeat(500)}` } });
    assert.ok(description.length < 100);
    // oxlint-disable-next-line no-control-regex -- what must not be there
    assert.doesNotMatch(description, /[\u0000-\u001f\u202a-\u202e]/);
  });

  it('offers moves only where there is a place to move to', () => {
    const { contextValue } = keyRow(keyStatus(), { ...place, first: true }, scene);
    assert.equal(contextValue, 'key enabled ok canMoveDown');
  });
});

describe("a key's tooltip", () => {
  it('names every limit with what is used, its source and its reset as time and countdown', () => {
    const minute = limitStatus({
      limit: 'requestsPerMinute',
      used: 2,
      value: 30,
      percentage: 6.7,
      source: 'learned',
      resetAtMs: nowMs + 30_000,
    });
    const text = keyTooltip(keyStatus({ limits: [limitStatus(), minute] }), 'Groq', scene);
    assert.match(text, /Tokens per day \(yours\) \| 12K\/14\.4K \| .*83% \| .+ \(in 4h 23m\)/);
    assert.match(text, /Requests per minute \(learned\) \| 2\/30 \| .*7% \| in 30s/);
  });

  it('says the last error in words and when it was', () => {
    const health = {
      score: 0,
      lastError: { kind: 'authInvalid', sentence: 'Groq Key 1 was refused', atMs: nowMs - 60_000 },
    };
    assert.match(keyTooltip(keyStatus({ health }), 'Groq', scene), /Last error: Groq Key 1 was refused \(1m ago\)/);
  });

  it('shows what a label holds as text, never as a link or an icon', () => {
    const text = keyTooltip(keyStatus({ key: { label: '[x](command:evil) $(flame) <b>' } }), 'Groq', scene);
    assert.doesNotMatch(text, /(?<!\\)\]\(command:/);
    assert.doesNotMatch(text, /(?<!\\)\$\(/);
    assert.doesNotMatch(text, /<b>/);
  });
});

describe("a provider's row", () => {
  const health = { healthScore: 95, keys: 3, active: 2, quarantined: 1 };

  it('shows health and how many keys', () => {
    const shown = providerRow(
      { id: 'groq', name: 'Groq', known: true, health, statuses: [keyStatus(), keyStatus()] },
      scene,
    );
    assert.equal(shown.description, 'health 95% · 2 keys');
  });

  it('keeps the keys of a provider unknown to this version, and says so', () => {
    const shown = providerRow(
      { id: 'later', name: 'later', known: false, health: undefined, statuses: [keyStatus()] },
      scene,
    );
    assert.match(shown.description, /not a provider of this version · 1 key/);
  });
});
