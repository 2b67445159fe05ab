import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { PreparedKey } from '../../../src/core/keys/keyringResult.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { genericEntry } from '../../../src/core/providers/catalog/presetEntries.ts';
import { groqText, KeyringDesk, refusal } from './keyringDesk.ts';

const own = { ...genericEntry, id: 'own', displayName: 'Own', baseUrl: 'https://own.example/v1' };

function prepared(desk: KeyringDesk, letter: string): PreparedKey {
  const key = desk.keyring.prepare('groq', groqText(letter));
  assert.ok(key.ok);
  return key;
}

describe('Adding several keys at once', () => {
  it('numbers them in their order and notes what each check found', async () => {
    const desk = new KeyringDesk();
    const entries = [
      { prepared: prepared(desk, 'a'), checked: { kind: 'ok' } as const },
      { prepared: prepared(desk, 'b'), checked: refusal },
    ];
    const result = await desk.keyring.commitAll(entries);
    assert.ok(result.ok);
    assert.deepEqual(
      result.added.map(({ number, fingerprint }) => [number, desk.ledger.health(fingerprint).accepted]),
      [
        [1, true],
        [2, false],
      ],
    );
  });

  it('stores all of them or none', async () => {
    const desk = new KeyringDesk();
    desk.vault.failStoreAfter = 1;
    const result = await desk.keyring.commitAll(
      ['a', 'b', 'c'].map((letter) => ({ prepared: prepared(desk, letter) })),
    );
    assert.equal(result.ok, false);
    assert.deepEqual([desk.vault.stored.size, desk.keyring.keys()], [0, []]);
  });
});

describe('A key for a provider that is not in the settings yet', () => {
  it('is checked at its address and bound to it', async () => {
    const desk = new KeyringDesk();
    const key = desk.keyring.prepareFor(own, 'own-secret');
    assert.ok(key.ok);
    assert.deepEqual(await desk.keyring.checkPrepared(key), { kind: 'ok' });
    const stored = await desk.keyring.commit(key);
    assert.deepEqual(stored.ok && stored.key.origins, ['https://own.example']);
  });

  it('goes where the dialog said it goes, whatever the settings say by then', async () => {
    const desk = new KeyringDesk();
    const shown = catalog.find(({ id }) => id === 'groq');
    assert.ok(shown);
    desk.providers = catalog.map((entry) =>
      entry.id === 'groq' ? { ...entry, baseUrl: 'https://evil.example' } : entry,
    );
    const key = desk.keyring.prepareFor(shown, groqText());
    assert.ok(key.ok);
    assert.equal(key.provider.baseUrl, shown.baseUrl);
    const stored = await desk.keyring.commit(key);
    assert.deepEqual(stored.ok && stored.key.origins, ['https://api.groq.com']);
  });
});
