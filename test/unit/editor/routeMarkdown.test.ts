import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Route } from '../../../src/core/routing/route.ts';
import { routeMarkdown } from '../../../src/editor/route/routeMarkdown.ts';
import { plainL10n } from '../support/plainL10n.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const route: Route = {
  id: 'r1',
  atMs: nowMs,
  askedBy: 'analyzeError',
  outcome: 'answered',
  ms: 1_100,
  waits: [{ ms: 8_000, sentence: 'Waiting 8 s for Groq Key 1' }],
  attempts: [
    {
      key: 'groq/1',
      model: 'm',
      outcome: 'authInvalid',
      status: 401,
      sentence: 'Groq Key 1 was refused',
      startedAtMs: 0,
      ms: 40,
    },
    {
      key: 'groq/2',
      model: 'm',
      outcome: 'ok',
      sentence: 'Groq Key 2 (m): first in your order that can answer',
      startedAtMs: 0,
      ms: 1_060,
      tokens: { prompt: 1_000, completion: 10, total: 1_010, estimated: false },
    },
  ],
  passedOver: [
    {
      key: 'groq/3',
      model: 'm',
      reason: 'exhausted',
      sentence: 'Groq Key 3: 0 of 14,400 tokens left',
      untilMs: nowMs + 3_600_000,
    },
    { key: 'groq/4', model: 'm', reason: 'notNeeded', sentence: 'Groq Key 4: not needed' },
  ],
};

describe('why this key', () => {
  const scene = {
    l10n: plainL10n,
    nowMs,
    language: 'en',
    nameOfKey: (ref: string) => ref.replace('groq/', 'Groq Key '),
    runbookUri: (runbook: string) => `file:///${runbook}.md`,
  };
  const page = routeMarkdown(route, scene);

  it('lists each attempt in order with its outcome, and what went wrong in words', () => {
    const [first = '', second = ''] = page.split('\n').filter((line) => /^\d\. /.test(line));
    assert.match(first, /Groq Key 1 · `m` · \*\*Key refused \(401\)\*\* · 40 ms/);
    assert.match(second, /Groq Key 2 · `m` · \*\*answered\*\* · 1,010 tokens · 1\.1 s/);
    assert.match(page, /Groq Key 1 was refused/);
  });

  it('names the keys that were passed over, and only counts those that were not needed', () => {
    assert.match(page, /Groq Key 3\\: 0 of 14,400 tokens left.* until /);
    assert.doesNotMatch(page, /Groq Key 4/);
    assert.match(page, /1 more candidate was not needed/);
  });

  it('says who asked, as people know it', () => {
    assert.match(page, /asked by Analyze Error/);
  });

  it('leads to the runbook of what went wrong, and to none where nothing did', () => {
    assert.match(
      page,
      /## What to do\n\n- \[A key was refused\]\(file:\/\/\/key-rotated\.md\)\n- \[A quota is used up, or nearly\]/,
    );
    const nobody = routeMarkdown({ ...route, outcome: 'degraded', passedOver: [] }, scene);
    assert.match(nobody, /- \[Every key failed\]\(file:\/\/\/all-keys-failed\.md\)\n- \[A key was refused\]/);
    const smooth = routeMarkdown({ ...route, attempts: route.attempts.slice(1), passedOver: [] }, scene);
    assert.doesNotMatch(smooth, /What to do/);
  });

  it('tells of waits', () => {
    assert.match(page, /Waiting 8 s for Groq Key 1 \(8\.0 s\)/);
  });
});
