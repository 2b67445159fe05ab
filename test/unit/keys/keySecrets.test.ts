import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { groqText, KeyringFixture } from './keyringFixture.ts';

describe('Stored secrets', () => {
  it('are read once and answered at once afterwards', async () => {
    const { fixture, id } = await fixtureWithKey();
    assert.equal(fixture.keyring.cachedSecret(id), 'unknown');
    await Promise.all([fixture.keyring.secretOf({ id }), fixture.keyring.secretOf({ id })]);
    await fixture.keyring.secretOf({ id });
    assert.equal(fixture.vault.reads, 1);
    const cached = fixture.keyring.cachedSecret(id);
    assert.equal(cached instanceof Secret && cached.reveal(), groqText());
  });

  it('are read anew after a change in another window', async () => {
    const { fixture, id } = await fixtureWithKey();
    await fixture.keyring.secretOf({ id });
    await fixture.vault.store(id, new Secret('other'));
    assert.equal(fixture.keyring.cachedSecret(id), 'unknown');
    assert.equal((await fixture.keyring.secretOf({ id }))?.reveal(), 'other');
  });

  it('does not remember what a read brought that a change overtook', async () => {
    const { fixture, id } = await fixtureWithKey();
    let answerFirst: (secret: Secret) => void = () => undefined;
    const read = fixture.vault.get.bind(fixture.vault);
    fixture.vault.get = () => new Promise((resolve) => (answerFirst = resolve));
    const early = fixture.keyring.secretOf({ id });
    fixture.vault.get = read;
    await fixture.vault.store(id, new Secret('other'));
    const late = fixture.keyring.secretOf({ id });
    answerFirst(new Secret(groqText()));
    await Promise.all([early, late]);
    assert.equal((await fixture.keyring.secretOf({ id }))?.reveal(), 'other');
  });

  it('that the system lost are named, with everything else of the key intact', async () => {
    const { fixture, id } = await fixtureWithKey();
    await fixture.keyring.update('groq/1', { label: 'Primary' });
    fixture.vault.stored.delete(id);
    assert.deepEqual(await fixture.newWindow(2).reconcile(), { missing: ['groq/1'], unreadable: [] });
    assert.equal(fixture.keyring.find('groq/1')?.label, 'Primary');
  });

  it('that the storage does not answer for are not said to be lost', async () => {
    const { fixture } = await fixtureWithKey();
    const other = fixture.newWindow(2);
    fixture.vault.failReads = true;
    assert.deepEqual(await other.lookForSecrets(), { missing: [], unreadable: ['groq/1'] });
    fixture.vault.failReads = false;
    assert.deepEqual(await other.lookForSecrets(), { missing: [], unreadable: [] });
  });

  it('are read once more where a read fails', async () => {
    const { fixture, id } = await fixtureWithKey();
    const read = fixture.vault.get.bind(fixture.vault);
    fixture.vault.get = () => {
      fixture.vault.get = read;
      return Promise.reject(new Error('no answer from the bus'));
    };
    assert.equal((await fixture.keyring.secretOf({ id }))?.reveal(), groqText());
  });

  it('that the storage keeps silent about are given up after 10 seconds, and asked for anew', async () => {
    const { fixture, id } = await fixtureWithKey();
    const read = fixture.vault.get.bind(fixture.vault);
    fixture.vault.get = () => new Promise(() => undefined);
    const looked = fixture.keyring.lookForSecrets();
    const checked = fixture.keyring.check('groq/1');
    await fixture.clock.advance(10_000);
    assert.deepEqual(await looked, { missing: [], unreadable: ['groq/1'] });
    assert.equal((await checked).ok, false);
    fixture.vault.get = read;
    assert.equal((await fixture.keyring.secretOf({ id }))?.reveal(), groqText());
    assert.equal(fixture.clock.pending, 0);
  });

  it('tells whoever shows keys once a read finds one missing, and when it is there again', async () => {
    const { fixture, id } = await fixtureWithKey();
    let told = 0;
    fixture.keyring.onDidChangeMissing(() => void (told += 1));
    await fixture.keyring.secretOf({ id });
    assert.equal(told, 0);
    await fixture.vault.delete(id);
    await fixture.keyring.secretOf({ id });
    assert.equal(told, 1);
    await fixture.vault.store(id, new Secret(groqText('b')));
    assert.equal(told, 2);
  });

  it('of a window that died before it wrote the key go, but not at once', async () => {
    const { fixture } = await fixtureWithKey();
    const { keyBook, vault } = fixture;
    keyBook.add = () => new Promise(() => undefined);
    void fixture.keyring.add({ provider: 'groq', text: groqText('b') });
    while (vault.stored.size < 2) await Promise.resolve();
    const other = fixture.newWindow(2);
    await other.reconcile();
    await fixture.clock.advance(9 * 60_000);
    await other.reconcile();
    assert.equal(vault.stored.size, 2);
    await fixture.clock.advance(60_000);
    await other.reconcile();
    assert.deepEqual([...vault.stored.values()], [groqText('a')]);
  });

  it('of a removed key that the storage did not delete go the next time', async () => {
    const { fixture, id } = await fixtureWithKey();
    await fixture.addGroq('b');
    fixture.vault.failDeletes = true;
    await fixture.keyring.remove(['groq/1']);
    await fixture.newWindow(2).reconcile();
    assert.ok(fixture.vault.stored.has(id));
    fixture.vault.failDeletes = false;
    await fixture.newWindow(2).reconcile();
    assert.deepEqual([...fixture.vault.stored.values()], [groqText('b')]);
    assert.deepEqual(fixture.keyBook.unownedSecrets(), []);
  });

  it('of another ledger over the same storage stay, however often it is looked through', async () => {
    const { fixture } = await fixtureWithKey();
    await fixture.addGroq('b');
    fixture.vault.stored.set('another', 'x');
    for (let round = 0; round < 3; round += 1) {
      await fixture.keyring.reconcile();
      await fixture.clock.advance(20 * 60_000);
    }
    await fixture.keyring.remove(['groq/2']);
    await fixture.keyring.reconcile();
    assert.ok(fixture.vault.stored.has('another'));
  });

  it('count where a window died between the vault and the book', async () => {
    const { fixture, id } = await fixtureWithKey();
    fixture.vault.stored.set(id, groqText('n'));
    await fixture.newWindow(2).reconcile();
    assert.equal(
      fixture.keyring.find('groq/1')?.fingerprint,
      fixture.keyring.fingerprintOf(new Secret(groqText('n')), 'groq'),
    );
  });

  it('keep what is known of them in a window that could not read the salt', async () => {
    const { fixture } = await fixtureWithKey();
    const before = fixture.keyring.keys();
    const account = accountOf(before[0] ?? assert.fail());
    const untilMs = fixture.clock.now() + 86_400_000;
    await fixture.ledger.block(account, { kind: 'exhausted', scope: '*', limit: 'credit', untilMs });
    await fixture.newWindow(2, { bytes: Uint8Array.of(9), isKept: false }).reconcile();
    assert.deepEqual(fixture.keyring.keys(), before);
    assert.equal(fixture.ledger.blocks(accountOf(before[0] ?? assert.fail()), fixture.clock.now()).length, 1);
  });
});

async function fixtureWithKey(): Promise<{ fixture: KeyringFixture; id: string }> {
  const fixture = new KeyringFixture();
  await fixture.addGroq('a');
  return { fixture, id: fixture.keyring.keys()[0]?.id ?? '' };
}
