import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keyRow } from '../../../src/editor/tree/keyRow.ts';
import { keyTooltip, tooltipCommands } from '../../../src/editor/tree/keyTooltip.ts';
import { providerRow } from '../../../src/editor/tree/providerRow.ts';
import { keyStatus, limitStatus } from '../support/keyStatuses.ts';
import { plainL10n } from '../support/plainL10n.ts';

const nowMs = Date.UTC(2026, 10, 22, 19, 37);
const scene = { l10n: plainL10n, nowMs, language: 'en' };
const groq = { providerName: 'Groq' };
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
    assert.match(shown.description, /^used up · 4h 23m · ▰{6} 100%/);
    assert.match(shown.spoken, /resets in 4h 23m/);
  });

  it('says that a key runs low before its bar, which a narrow side bar cuts off', () => {
    assert.equal(row({ state: 'warning' }).description, 'running low · ▰▰▰▰▰▱ 83%');
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
      'providerUnknown',
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
    assert.equal(contextValue, 'key ok check edit disable moveDown why remove');
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
      learnedAtMs: nowMs - 3 * 3_600_000,
      resetAtMs: nowMs + 30_000,
    });
    const text = keyTooltip(keyStatus({ limits: [limitStatus(), minute] }), groq, scene);
    assert.match(text, /Tokens per day \(yours\) \| 12K\/14\.4K \| .*83% \| .+ \(in 4h 23m\)/);
    assert.match(text, /Requests per minute \(learned 3h ago\) \| 2\/30 \| .*7% \| in 30s/);
  });

  it('tells a limit of the key alone from the same one of its pool', () => {
    const limits = [limitStatus({ ofKeyAlone: true }), limitStatus({ used: 10_000, value: 100_000, percentage: 10 })];
    const text = keyTooltip(keyStatus({ limits, key: { pool: 'home' } }), groq, scene);
    assert.match(text, /Tokens per day \(yours for this key alone\) \| 12K\/14\.4K/);
    assert.match(text, /Tokens per day \(yours\) \| 10K\/100K/);
  });

  it('says how many requests at once the provider was found to take', () => {
    assert.match(
      keyTooltip(keyStatus({ learnedConcurrent: { most: 2, setAtMs: nowMs - 60_000 } }), groq, scene),
      /At most 2 requests at once \(learned 1m ago\)/,
    );
    assert.doesNotMatch(keyTooltip(keyStatus(), groq, scene), /at once/);
  });

  it('says of a bucket what frees in an hour, and when it is free again once it is used up', () => {
    const bucket = { form: 'bucket', source: 'catalog', value: 200_000 } as const;
    const some = limitStatus({ ...bucket, used: 50_000, percentage: 25, resetAtMs: nowMs });
    assert.match(
      keyTooltip(keyStatus({ limits: [some] }), groq, scene),
      /50K\/200K \| .*25% \| frees 8\.3K an hour \|/,
    );
    const untilMs = nowMs + 72 * 60_000;
    const full = limitStatus({ ...bucket, used: 200_000, percentage: 100, resetAtMs: untilMs });
    const text = keyTooltip(keyStatus({ state: 'exhausted', untilMs, headline: full, limits: [full] }), groq, scene);
    assert.match(text, /State: used up, free again in 1h 12m/);
    assert.match(text, /\(in 1h 12m\), frees 8\.3K an hour \|/);
    assert.doesNotMatch(text, /resets/);
  });

  it('says the last error in words and when it was', () => {
    const health = {
      score: 0,
      lastError: { kind: 'authInvalid', sentence: 'Groq Key 1 was refused', atMs: nowMs - 60_000 },
    };
    assert.match(keyTooltip(keyStatus({ health }), groq, scene), /Last error: Groq Key 1 was refused \(1m ago\)/);
  });

  it('names each limit, however many there are, the tightest first', () => {
    const many = Array.from({ length: 24 }, (_, index) => limitStatus({ scope: `model-${index}`, percentage: index }));
    const lines = keyTooltip(keyStatus({ limits: many }), groq, scene).split('\n');
    const rows = lines.filter((line) => line.startsWith('| Tokens'));
    assert.equal(rows.length, 24);
    assert.match(rows[0] ?? '', /model\\-23/);
  });

  it('says the pool, and with which model the key was used last, with a link to why', () => {
    const health = { score: 100, lastUsedAtMs: nowMs - 120_000 };
    const status = keyStatus({ health, key: { pool: 'home' } });
    const text = keyTooltip(status, { ...groq, last: { model: 'm-1', route: 'r-7' } }, scene);
    assert.match(text, /Pool: home/);
    assert.match(text, /Last used: 2m ago, with m\\-1/);
    assert.ok(text.includes(`command:aiKeys.explainRoute?${encodeURIComponent('["r-7"]')}`));
  });

  it('links to what to do where there is something to do, and to no command but those it trusts', () => {
    const refused = keyTooltip(keyStatus({ state: 'refused' }), groq, scene);
    assert.match(refused, /What to do\]\(command:aiKeys\.openRunbook/);
    assert.doesNotMatch(keyTooltip(keyStatus(), groq, scene), /openRunbook/);
    for (const [, command] of refused.matchAll(/\]\(command:([\w.]+)/g))
      assert.ok(
        tooltipCommands.some((known) => known === command),
        command,
      );
  });

  it('shows what a label holds as text, never as a link or an icon', () => {
    const text = keyTooltip(keyStatus({ key: { label: '[x](command:evil) $(flame) <b>' } }), groq, scene);
    assert.doesNotMatch(text, /(?<!\\)\]\(command:evil/);
    assert.doesNotMatch(text, /(?<!\\)\$\(/);
    assert.doesNotMatch(text, /<b>/);
  });
});

describe("a provider's row", () => {
  const health = { healthScore: 95, keys: 3, active: 2, quarantined: 1 };

  it('shows health and how many keys', () => {
    const shown = providerRow(
      { id: 'groq', name: 'Groq', known: true, needsKey: true, health, statuses: [keyStatus(), keyStatus()] },
      scene,
    );
    assert.equal(shown.description, 'health 95% · 2 keys');
  });

  it('shows one that needs no key, and offers nothing that takes one', () => {
    const facts = { id: 'ollama', name: 'Ollama', known: true, needsKey: false, health: undefined, statuses: [] };
    const shown = providerRow(facts, scene);
    assert.deepEqual([shown.description, shown.contextValue], ['needs no key', 'provider known']);
    assert.equal(shown.spoken, 'Ollama, needs no key');
  });

  it('keeps the keys of a provider unknown to this version, and says so', () => {
    const shown = providerRow(
      { id: 'later', name: 'later', known: false, needsKey: true, health: undefined, statuses: [keyStatus()] },
      scene,
    );
    assert.match(shown.description, /not a provider of this version · 1 key/);
  });
});
