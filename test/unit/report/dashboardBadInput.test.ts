import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

import { forever } from '../../../src/core/quota/ledger.ts';
import { dashboardView } from '../../../src/shared/dashboardView.ts';
import { emptyFacts, exampleStatuses, healthOf, sceneNowMs, statusOf, viewOf } from './dashboardScenes.ts';
import { manyFacts } from './manyKeysScene.ts';

/** What goes over the wire: the page takes it only if it fits the schema. */
const fits = (view: unknown): void => {
  const parsed = dashboardView.safeParse(view);
  assert.ok(parsed.success, parsed.error?.message);
};

describe('The dashboard with bad input', () => {
  it('with no keys and no use has figures and no cards', () => {
    const view = viewOf(emptyFacts);
    fits(view);
    assert.deepEqual(view.providers, []);
    assert.deepEqual(
      view.overview.tiles.map(({ value }) => value),
      ['0', '0', '–', '–'],
    );
  });

  it('with one key has one card', () => {
    const view = viewOf({ ...emptyFacts, statuses: exampleStatuses.slice(0, 1), health: { groq: healthOf(1, 100) } });
    fits(view);
    assert.deepEqual(
      view.providers.map(({ keys }) => keys),
      ['1 key'],
    );
  });

  for (const count of [100, 1_000]) {
    it(`with ${count} keys fits into one message`, () => {
      const view = viewOf(manyFacts(count));
      fits(view);
      assert.equal(Object.keys(view.keys).length, count);
      assert.ok(JSON.stringify(view).length < 1_000_000);
    });
  }

  it('shortens a label of 500 characters', () => {
    const status = statusOf({ ref: 'groq/1', label: 'long '.repeat(100) });
    const label = viewOf({ ...emptyFacts, statuses: [status] }).keys['groq/1']?.label ?? '';
    assert.ok(label.length <= 40 && label.endsWith('…'), label);
  });

  it('keeps a label in right-to-left script, but no mark that turns what stands beside it', () => {
    const status = statusOf({ ref: 'groq/1', label: '\u202eمفتاح\u202c' });
    assert.equal(viewOf({ ...emptyFacts, statuses: [status] }).keys['groq/1']?.label, 'مفتاح');
  });

  it('without limits says what was used', () => {
    const view = viewOf({
      ...emptyFacts,
      statuses: [statusOf({ ref: 'groq/1', used: 4_320 }), statusOf({ ref: 'gemini/1', used: 12 })],
    });
    fits(view);
    assert.equal(view.keys['groq/1']?.used, '4.3K tokens today, no limit known');
    assert.equal(view.keys['gemini/1']?.used, '12 requests today, no limit known');
    assert.equal(view.providers[0]?.reset, undefined);
  });

  it('names a provider that this version does not know by its id, and says so', () => {
    const view = viewOf({ ...emptyFacts, statuses: [statusOf({ ref: 'acme/1', used: 5 })] });
    fits(view);
    assert.equal(view.providers[0]?.name, 'acme');
    assert.match(view.providers[0]?.health.words ?? '', /not a provider of this version/);
  });

  it('says why figures are missing when the record could not be read', () => {
    const view = viewOf({ ...emptyFacts, figures: undefined, problem: 'Some figures could not be read: disk' });
    fits(view);
    assert.match(view.overview.problem ?? '', /disk/);
    assert.equal(view.usage.none, 'These figures could not be read.');
  });

  it('shows no countdown to a moment that never comes or has passed', () => {
    const view = viewOf({
      ...emptyFacts,
      statuses: [
        statusOf({ ref: 'groq/1', state: 'exhausted', untilMs: forever }),
        statusOf({ ref: 'groq/2', used: 1, value: 9, resetAtMs: sceneNowMs - 1 }),
      ],
    });
    assert.deepEqual([view.keys['groq/1']?.until, view.keys['groq/2']?.until], [undefined, undefined]);
  });
});
