import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { PreparedKey } from '../../../src/core/keys/keyringResult.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { genericEntry } from '../../../src/core/providers/catalog/presetEntries.ts';
import { groqText, KeyringFixture, refusal } from './keyringFixture.ts';

const own = { ...genericEntry, id: 'own', displayName: 'Own', baseUrl: 'https://own.example/v1' };

function prepared(fixture: KeyringFixture, letter: string): PreparedKey {
  const key = fixture.keyring.prepare('groq', groqText(letter));
  assert.ok(key.ok);
  return key;
}

describe('Adding several keys at once', () => {
  it('numbers them in their order and notes what each check found', async () => {
    const fixture = new KeyringFixture();
    const entries = [
      { prepared: prepared(fixture, 'a'), checked: { kind: 'ok' } as const },
      { prepared: prepared(fixture, 'b'), checked: refusal },
    ];
    const result = await fixture.keyring.commitAll(entries);
    assert.ok(result.ok);
    assert.deepEqual(
      result.added.map(({ number, fingerprint }) => [number, fixture.ledger.health(fingerprint).accepted]),
      [
        [1, true],
        [2, false],
      ],
    );
  });

  it('stores all of them or none', async () => {
    const fixture = new KeyringFixture();
    fixture.vault.failStoreAfter = 1;
    const result = await fixture.keyring.commitAll(
      ['a', 'b', 'c'].map((letter) => ({ prepared: prepared(fixture, letter) })),
    );
    assert.equal(result.ok, false);
    assert.deepEqual([fixture.vault.stored.size, fixture.keyring.keys()], [0, []]);
  });
});

describe('A key for a provider that is not in the settings yet', () => {
  it('is checked at its address and bound to it', async () => {
    const fixture = new KeyringFixture();
    const key = fixture.keyring.prepareFor(own, 'own-secret');
    assert.ok(key.ok);
    assert.deepEqual(await fixture.keyring.checkPrepared(key), { kind: 'ok' });
    const stored = await fixture.keyring.commit(key);
    assert.deepEqual(stored.ok && stored.key.origins, ['https://own.example']);
  });

  it('goes where the dialog said it goes, whatever the settings say by then', async () => {
    const fixture = new KeyringFixture();
    const shown = catalog.find(({ id }) => id === 'groq');
    assert.ok(shown);
    fixture.providers = catalog.map((entry) =>
      entry.id === 'groq' ? { ...entry, baseUrl: 'https://evil.example' } : entry,
    );
    const key = fixture.keyring.prepareFor(shown, groqText());
    assert.ok(key.ok);
    assert.equal(key.provider.baseUrl, shown.baseUrl);
    const stored = await fixture.keyring.commit(key);
    assert.deepEqual(stored.ok && stored.key.origins, ['https://api.groq.com']);
  });
});
