import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Secret } from '../../../src/core/keys/secret.ts';
import { groqText, KeyringDesk } from './keyringDesk.ts';

describe('Stored secrets', () => {
  it('are read once and answered at once afterwards', async () => {
    const { desk, id } = await deskWithKey();
    assert.equal(desk.keyring.cachedSecret(id), 'unknown');
    await Promise.all([desk.keyring.secretOf({ id }), desk.keyring.secretOf({ id })]);
    await desk.keyring.secretOf({ id });
    assert.equal(desk.vault.reads, 1);
    const cached = desk.keyring.cachedSecret(id);
    assert.equal(cached instanceof Secret && cached.reveal(), groqText());
  });

  it('are read anew after a change in another window', async () => {
    const { desk, id } = await deskWithKey();
    await desk.keyring.secretOf({ id });
    await desk.vault.store(id, new Secret('other'));
    assert.equal(desk.keyring.cachedSecret(id), 'unknown');
    assert.equal((await desk.keyring.secretOf({ id }))?.reveal(), 'other');
  });

  it('does not remember what a read brought that a change overtook', async () => {
    const { desk, id } = await deskWithKey();
    let answerFirst: (secret: Secret) => void = () => undefined;
    const read = desk.vault.get.bind(desk.vault);
    desk.vault.get = () => new Promise((resolve) => (answerFirst = resolve));
    const early = desk.keyring.secretOf({ id });
    desk.vault.get = read;
    await desk.vault.store(id, new Secret('other'));
    const late = desk.keyring.secretOf({ id });
    answerFirst(new Secret(groqText()));
    await Promise.all([early, late]);
    assert.equal((await desk.keyring.secretOf({ id }))?.reveal(), 'other');
  });

  it('that the system lost are named, with everything else of the key intact', async () => {
    const { desk, id } = await deskWithKey();
    await desk.keyring.update('groq/1', { label: 'Primary' });
    desk.vault.stored.delete(id);
    assert.deepEqual(await desk.newWindow(2).reconcile(), { missing: ['groq/1'], unreadable: [] });
    assert.equal(desk.keyring.find('groq/1')?.label, 'Primary');
  });

  it('that the storage does not answer for are not said to be lost', async () => {
    const { desk } = await deskWithKey();
    const other = desk.newWindow(2);
    desk.vault.failReads = true;
    assert.deepEqual(await other.lookForSecrets(), { missing: [], unreadable: ['groq/1'] });
    desk.vault.failReads = false;
    assert.deepEqual(await other.lookForSecrets(), { missing: [], unreadable: [] });
  });

  it('tells whoever shows keys once a read finds one missing, and when it is there again', async () => {
    const { desk, id } = await deskWithKey();
    let told = 0;
    desk.keyring.onDidChangeMissing(() => void (told += 1));
    await desk.keyring.secretOf({ id });
    assert.equal(told, 0);
    await desk.vault.delete(id);
    await desk.keyring.secretOf({ id });
    assert.equal(told, 1);
    await desk.vault.store(id, new Secret(groqText('b')));
    assert.equal(told, 2);
  });

  it('of a window that died before it wrote the key go, but not at once', async () => {
    const { desk } = await deskWithKey();
    desk.vault.stored.set('orphan', 'x');
    await desk.keyring.reconcile();
    await desk.clock.advance(60_000);
    await desk.keyring.reconcile();
    assert.ok(desk.vault.stored.has('orphan'));
    await desk.clock.advance(10 * 60_000);
    await desk.keyring.reconcile();
    assert.deepEqual([desk.vault.stored.has('orphan'), desk.vault.stored.size], [false, 1]);
  });

  it('are never cleared while the book is empty: it may have been lost', async () => {
    const desk = new KeyringDesk();
    desk.vault.stored.set('orphan', 'x');
    for (let round = 0; round < 3; round += 1) {
      await desk.keyring.reconcile();
      await desk.clock.advance(20 * 60_000);
    }
    assert.ok(desk.vault.stored.has('orphan'));
  });

  it('count where a window died between the vault and the book', async () => {
    const { desk, id } = await deskWithKey();
    desk.vault.stored.set(id, groqText('n'));
    await desk.newWindow(2).reconcile();
    assert.equal(desk.keyring.find('groq/1')?.fingerprint, desk.keyring.fingerprintOf(new Secret(groqText('n'))));
  });
});

async function deskWithKey(): Promise<{ desk: KeyringDesk; id: string }> {
  const desk = new KeyringDesk();
  await desk.addGroq('a');
  return { desk, id: desk.keyring.keys()[0]?.id ?? '' };
}
