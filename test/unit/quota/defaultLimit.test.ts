import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { catalog, catalogDate } from '../../../src/core/providers/catalog.ts';
import { defaultLimit } from '../../../src/core/quota/defaultLimit.ts';
import type { LimitName } from '../../../src/core/quota/limits.ts';
import { limitDefaultWords } from '../../../src/editor/commands/limitDefaultWords.ts';
import { groqText, KeyringFixture } from '../keys/keyringFixture.ts';
import { plainL10n } from '../support/plainL10n.ts';

const saidAtMs = Date.UTC(2026, 10, 22);

describe('What holds where the user gives no limit', () => {
  const fixture = async () => {
    const made = new KeyringFixture();
    await made.keyring.add({ provider: 'groq', text: groqText(), limits: { tokensPerDay: 14_400 } });
    const [key] = made.keyring.keys();
    const [groq] = catalog;
    assert.ok(key !== undefined && groq !== undefined);
    const ledger = new MemoryLedger({ clock: made.clock, store: new MemoryStore() });
    const wordsOf = (name: LimitName, provider = groq): string =>
      limitDefaultWords(plainL10n, 'en', defaultLimit(key, provider, name, ledger), provider, saidAtMs + 5 * 60_000);
    return { key, groq, ledger, wordsOf };
  };

  it('is the catalog’s with its date, whatever the user’s own number', async () => {
    const { wordsOf } = await fixture();
    assert.equal(wordsOf('requestsPerMinute'), `30 for each model, catalog of ${catalogDate}`);
    assert.equal(wordsOf('tokensPerDay'), `200,000 for each model, catalog of ${catalogDate}`);
    assert.equal(wordsOf('tokensPerMonth'), 'not known');
  });

  it('is the same in a pool, whatever the user’s number for that', async () => {
    const { key, groq, ledger } = await fixture();
    const pooled = { ...key, pool: 'p', poolLimits: { tokensPerDay: 7 } };
    const limit = defaultLimit(pooled, groq, 'tokensPerDay', ledger);
    assert.deepEqual([limit?.least, limit?.perModel], [200_000, true]);
  });

  it('names the span where models differ, and what the provider said before the catalog', async () => {
    const { key, groq, ledger, wordsOf } = await fixture();
    const [first] = groq.models;
    assert.ok(first !== undefined);
    await ledger.learn(accountOf(key), first.id, { requestsPerMinute: 20 }, saidAtMs);
    assert.equal(wordsOf('requestsPerMinute'), '20 to 30 for each model, as the provider said 5m ago');
  });

  it('is not dated for a provider of the user’s own', async () => {
    const { groq, wordsOf } = await fixture();
    const own = { ...groq, id: 'mine', limitScope: 'key' as const, models: [], limits: { requestsPerDay: 5 } };
    assert.equal(wordsOf('requestsPerDay', own), '5, from the settings');
  });
});
