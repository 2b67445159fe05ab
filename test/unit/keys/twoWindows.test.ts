import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { planImport, type FoundKey, type ImportPlan } from '../../../src/core/keys/importPlan.ts';
import { Keyring } from '../../../src/core/keys/keyring.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { LedgerFolder, type LedgerWindow } from '../ledger/ledgerFixture.ts';
import { MemoryVault } from '../support/memoryVault.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import { groqText, KeyringFixture } from './keyringFixture.ts';

async function twoWindows(...letters: string[]) {
  const fixture = new KeyringFixture();
  await fixture.addGroq(...letters);
  const other = fixture.newWindow(2);
  const key = (): ApiKey => {
    const found = fixture.keyring.find('groq/1');
    assert.ok(found);
    return found;
  };
  const plan = (...found: readonly Omit<FoundKey, 'provider'>[]): ImportPlan =>
    planImport({
      found: found.map((each) => ({ provider: 'groq', ...each })),
      existing: fixture.keyring.keys(),
      fingerprintOf: (...of) => fixture.keyring.fingerprintOf(...of),
    });
  return { fixture, keyring: fixture.keyring, other, key, plan };
}

const secretOf = (letter: string): Secret => new Secret(groqText(letter));

describe('An import whose preview is open while another window changes a key', () => {
  it('writes only what it changes', async () => {
    const { keyring, other, key, plan } = await twoWindows('a');
    const previewed = plan({ number: 1, secret: secretOf('a'), priority: 5, limits: { requestsPerDay: 7 } });
    await other.update('groq/1', { label: 'Mine', enabled: false, limits: { tokensPerDay: 14_400 }, pool: 'p' });
    assert.ok((await keyring.applyPlan(previewed)).ok);
    const { label, enabled, priority, limits, pool } = key();
    assert.deepEqual([label, enabled, priority, pool], ['Mine', false, 5, 'p']);
    assert.deepEqual(limits, { tokensPerDay: 14_400, requestsPerDay: 7 });
  });

  it('changes of a pool’s limits only those that it changes', async () => {
    const { keyring, other, key, plan } = await twoWindows('a');
    await keyring.update('groq/1', { pool: 'p', poolLimits: { tokensPerDay: 100 } });
    const previewed = plan({ number: 1, secret: secretOf('a'), pool: 'p', poolLimits: { requestsPerDay: 7 } });
    await other.update('groq/1', { poolLimits: { tokensPerDay: 200 } });
    assert.ok((await keyring.applyPlan(previewed)).ok);
    assert.deepEqual(key().poolLimits, { tokensPerDay: 200, requestsPerDay: 7 });
  });

  it('leaves alone what it holds and did not show as a change', async () => {
    const { keyring, other, key, plan } = await twoWindows('a');
    await keyring.update('groq/1', { label: 'Old' });
    const previewed = plan({ number: 1, secret: secretOf('a'), label: 'Old', priority: 5, enabled: true });
    await other.update('groq/1', { label: 'New', enabled: false });
    assert.ok((await keyring.applyPlan(previewed)).ok);
    assert.deepEqual([key().label, key().enabled, key().priority], ['New', false, 5]);
  });

  it('leaves a secret that was changed meanwhile', async () => {
    const { fixture, keyring, other, key, plan } = await twoWindows('a');
    const previewed = plan({ number: 1, secret: secretOf('a'), priority: 5 });
    const prepared = other.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    await other.changeSecret(prepared);
    assert.ok((await keyring.applyPlan(previewed)).ok);
    assert.equal(key().fingerprint, keyring.fingerprintOf(secretOf('b'), 'groq'));
    assert.equal(fixture.vault.stored.get(key().id), groqText('b'));
  });

  it('takes back only its own changes when it fails', async () => {
    const { fixture, keyring, other, key, plan } = await twoWindows('a');
    const previewed = plan({ number: 1, secret: secretOf('b'), priority: 5 }, { number: 2, secret: secretOf('c') });
    fixture.keyBook.add = async () => {
      await other.update('groq/1', { label: 'Mine' });
      throw new Error('disk full');
    };
    assert.equal((await keyring.applyPlan(previewed)).ok, false);
    assert.deepEqual([key().label, key().priority], ['Mine', 1]);
    assert.equal(key().fingerprint, keyring.fingerprintOf(secretOf('a'), 'groq'));
    assert.equal(fixture.vault.stored.get(key().id), groqText('a'));
  });

  it('changes nothing where its key is gone', async () => {
    const { fixture, keyring, other, plan } = await twoWindows('a', 'b');
    const previewed = plan(
      { number: 1, secret: secretOf('n'), priority: 5 },
      { number: 2, secret: secretOf('b'), priority: 9 },
    );
    await other.remove(['groq/1']);
    const result = await keyring.applyPlan(previewed);
    assert.equal(!result.ok && result.problem.kind, 'unknownKey');
    assert.equal(keyring.find('groq/2')?.priority, 2);
    assert.deepEqual([...fixture.vault.stored.values()], [groqText('b')]);
  });
});

describe('A new secret that is being checked while another window changes the key', () => {
  it('changes the secret alone', async () => {
    const { keyring, other, key } = await twoWindows('a');
    const prepared = keyring.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    await other.update('groq/1', { enabled: false, pool: 'p', label: 'Mine' });
    const changed = await keyring.changeSecret(prepared, { kind: 'ok' });
    assert.deepEqual(changed.ok && changed.key, key());
    assert.deepEqual([key().enabled, key().pool, key().label], [false, 'p', 'Mine']);
    assert.equal(key().fingerprint, keyring.fingerprintOf(secretOf('b'), 'groq'));
  });

  it('is refused where another key has it by now', async () => {
    const { fixture, keyring, other } = await twoWindows('a', 'b');
    const prepared = keyring.prepareChange('groq/1', groqText('n'));
    const sooner = other.prepareChange('groq/2', groqText('n'));
    assert.ok(prepared.ok && sooner.ok);
    await other.changeSecret(sooner);
    const changed = await keyring.changeSecret(prepared);
    assert.equal(!changed.ok && changed.problem.kind === 'duplicate' && changed.problem.of.number, 2);
    assert.deepEqual([...fixture.vault.stored.values()], [groqText('a'), groqText('n')]);
  });
});

describe('Two windows over one database', () => {
  const keyringOf = ({ keyBook, ledger, accountNames }: LedgerWindow, { clock }: LedgerFolder, vault: MemoryVault) => {
    const write = (): void => undefined;
    return new Keyring({
      keyBook,
      ledger,
      accountNames,
      vault,
      clock,
      random: new SeededRandom(5),
      salt: { bytes: Uint8Array.of(1), isKept: true },
      l10n: plainL10n,
      log: { info: write, warn: write, error: write },
      providers: () => catalog,
      client: { check: async () => ({ kind: 'ok' }) },
    });
  };
  const play = async (test: (one: Keyring, two: Keyring) => Promise<void>): Promise<void> => {
    const folder = new LedgerFolder();
    const vault = new MemoryVault();
    const [one, two] = [await folder.window(), await folder.window()];
    const keyrings = [keyringOf(one, folder, vault), keyringOf(two, folder, vault)] as const;
    for (const letter of ['a', 'b', 'c']) await keyrings[0].add({ provider: 'groq', text: groqText(letter) });
    two.ledger.refresh();
    try {
      await test(...keyrings);
    } finally {
      folder.close();
    }
  };

  it('keep each other’s changes, also before the one has seen what the other wrote', () =>
    play(async (one, two) => {
      await one.update('groq/1', { label: 'Mine' });
      await two.update('groq/1', { enabled: false });
      await one.confirmOrigins('groq/1', ['https://one.example']);
      await two.confirmOrigins('groq/1', ['https://two.example']);
      const key = two.find('groq/1');
      assert.deepEqual([key?.label, key?.enabled], ['Mine', false]);
      assert.deepEqual(key?.origins.slice(1), ['https://one.example', 'https://two.example']);
    }));

  it('move keys in the order that they have then', () =>
    play(async (one, two) => {
      await one.move(['groq/3'], 'up');
      await two.move(['groq/3'], 'up');
      assert.deepEqual(
        two.keys().map(({ number }) => number),
        [3, 1, 2],
      );
      await one.place(['groq/3'], undefined);
      assert.deepEqual(
        one.keys().map(({ number }) => number),
        [1, 2, 3],
      );
    }));
});

describe('A window that starts while another changes a secret', () => {
  it('does not undo that by what it read of it before', async () => {
    const { fixture, keyring, other, key } = await twoWindows('a');
    const { vault } = fixture;
    const prepared = keyring.prepareChange('groq/1', groqText('n'));
    assert.ok(prepared.ok);
    // The storage is slow to answer, and to say that something changed.
    const get = vault.get.bind(vault);
    let changed: Promise<unknown> = Promise.resolve();
    vault.tells = false;
    vault.get = async (id) => {
      const secret = await get(id);
      vault.get = get;
      changed = keyring.changeSecret(prepared);
      await changed;
      return secret;
    };
    await other.reconcile();
    await changed;
    assert.equal(key().fingerprint, keyring.fingerprintOf(secretOf('n'), 'groq'));
  });
});
