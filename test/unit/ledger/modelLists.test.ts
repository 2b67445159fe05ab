import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { newestLists } from '../../../src/core/providers/modelLists.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { LedgerFolder } from './ledgerFixture.ts';

describe('what providers said of their models', () => {
  let folder: LedgerFolder;
  beforeEach(() => void (folder = new LedgerFolder()));
  afterEach(() => folder.close());

  it('is known in every window, whichever asked which provider', async () => {
    const [one, two] = [await folder.window(), await folder.window()];
    await one.modelLists.keep('groq', [{ id: 'g1', contextTokens: 8_000 }], 1);
    await two.modelLists.keep('mistral', [{ id: 'm1' }], 2);
    await one.modelLists.keep('groq', [{ id: 'g2' }], 3);
    for (const { ledger, modelLists } of [one, two]) {
      ledger.refresh();
      assert.deepEqual(modelLists.all(), {
        groq: { atMs: 3, models: [{ id: 'g2' }] },
        mistral: { atMs: 2, models: [{ id: 'm1' }] },
      });
      assert.equal(modelLists.all(), modelLists.all());
    }
  });

  it('comes back from the copy, and after a restart', async () => {
    const first = await folder.window();
    await first.modelLists.keep('groq', [{ id: 'g1', successor: 'g2' }], 1);
    const snapshot = parseSnapshot(JSON.parse(JSON.stringify(first.takeSnapshot())));
    const empty = new LedgerFolder();
    for (const window of [await folder.window(), await empty.window({ snapshot: () => snapshot })]) {
      assert.deepEqual(window.modelLists.all(), { groq: { atMs: 1, models: [{ id: 'g1', successor: 'g2' }] } });
    }
    empty.close();
  });

  it('is of each provider what was read last', () => {
    const list = (atMs: number) => ({ atMs, models: [{ id: `at-${atMs}` }] });
    assert.deepEqual(newestLists({ a: list(1), b: list(4) }, { a: list(2), b: list(3), c: list(1) }), {
      a: list(2),
      b: list(4),
      c: list(1),
    });
  });
});
