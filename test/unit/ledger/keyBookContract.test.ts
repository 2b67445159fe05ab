import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { KeyBook, KeyDraft } from '../../../src/core/keys/keyBook.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { ledgerFixtures, type LedgerWindow, type LedgerFixture } from './ledgerFixture.ts';

const draft = (id: string, change: Partial<KeyDraft> = {}): KeyDraft =>
  draftOf(id, { origins: ['https://api.example.org'], fingerprint: `print-${id}`, ...change });

const namesOf = (book: KeyBook): string[] => book.all().map(({ provider, number }) => `${provider}/${number}`);

for (const kind of ledgerFixtures) {
  describe(`a key book ${kind.name}`, () => {
    let fixture: LedgerFixture;
    let window: LedgerWindow;
    let book: KeyBook;
    let other: KeyBook;

    beforeEach(async () => {
      fixture = kind.open();
      window = await fixture.window();
      book = window.keyBook;
      other = (await fixture.window()).keyBook;
    });
    afterEach(() => fixture.close());

    it('never gives a number again', async () => {
      await book.add([draft('a'), draft('b')]);
      await book.remove(['b']);
      await other.add([draft('c')]);
      await fixture.clock.advance(1_000);
      assert.deepEqual(namesOf(book), ['groq/1', 'groq/3']);
    });

    it('knows of secrets whose key is to be added or was removed, in every window', async () => {
      await book.expectSecrets(['a', 'b'], 1_000);
      await book.add([draft('a'), draft('c')]);
      await fixture.clock.advance(1_000);
      assert.deepEqual(other.unownedSecrets(), [{ id: 'b', sinceMs: 1_000 }]);
      await other.remove(['c', 'unknown']);
      await other.forgetSecrets(['b', 'unknown']);
      await fixture.clock.advance(1_000);
      assert.deepEqual(book.unownedSecrets(), [{ id: 'c', sinceMs: 0 }]);
    });

    it('gives a wanted number, and goes on after the highest', async () => {
      await book.add([draft('a', { number: 5 }), draft('b'), draft('c', { provider: 'gemini' })]);
      assert.deepEqual(namesOf(book), ['gemini/1', 'groq/5', 'groq/6']);
    });

    it('refuses a taken number with the key that has it', async () => {
      const [first] = await book.add([draft('a', { number: 2 })]);
      const [second] = await other.add([draft('b', { number: 2 })]);
      assert.ok(first?.ok === true);
      assert.deepEqual(second, { ok: false, reason: 'numberTaken', clash: first.key });
    });

    it('takes the same secret of one provider for the same key, in one paste too', async () => {
      const outcomes = await book.add([draft('a'), draft('b', { fingerprint: 'print-a' })]);
      assert.ok(outcomes[0]?.ok === true);
      assert.deepEqual(outcomes[1], { ok: false, reason: 'sameSecret', clash: outcomes[0].key });
      const [elsewhere] = await book.add([draft('c', { provider: 'mistral', fingerprint: 'print-a' })]);
      assert.equal(elsewhere?.ok, true);
    });

    it('adds and changes nothing where one of the keys is refused', async () => {
      await book.add([draft('a')]);
      const [key] = book.all();
      assert.ok(key);
      await other.add([draft('b', { number: 2 })]);
      const outcomes = await book.add([draft('c'), draft('d', { number: 2 })], () => [{ ...key, label: 'changed' }]);
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, false],
      );
      assert.deepEqual(namesOf(book), ['groq/1', 'groq/2']);
      assert.equal(book.all()[0]?.label, '');
    });

    it('adds a key with the secret that another one gives up in the same change', async () => {
      await book.add([draft('a')]);
      const [key] = book.all();
      assert.ok(key);
      const [added] = await book.add([draft('b', { fingerprint: 'print-a' })], () => [
        { ...key, fingerprint: 'print-new' },
      ]);
      assert.equal(added?.ok, true);
      assert.deepEqual(
        book.all().map(({ fingerprint }) => fingerprint),
        ['print-new', 'print-a'],
      );
    });

    it('sorts by provider, priority, number, and keeps the array until a key changes', async () => {
      await book.add([draft('a', { priority: 2 }), draft('b', { priority: 1 }), draft('c', { provider: 'gemini' })]);
      assert.deepEqual(namesOf(book), ['gemini/1', 'groq/2', 'groq/1']);
      const before = book.all();
      await window.ledger.mark('x', 1, 0);
      assert.equal(book.all(), before);
    });

    it('updates by id and tells the other window', async () => {
      await book.add([draft('a')]);
      await fixture.clock.advance(1_000);
      let told = 0;
      other.onDidChange(() => void (told += 1));
      const [key] = book.all();
      assert.ok(key);
      await book.update(() => [{ ...key, label: 'Primary', limits: { tokensPerDay: 14_400 }, pool: 'p' }]);
      await fixture.clock.advance(1_000);
      assert.equal(told, 1);
      assert.deepEqual(other.all(), [{ ...key, label: 'Primary', limits: { tokensPerDay: 14_400 }, pool: 'p' }]);
    });

    it('takes an unknown id, or another number, for a bug', async () => {
      await book.add([draft('a')]);
      const [key] = book.all();
      assert.ok(key);
      await assert.rejects(
        book.update(() => [{ ...key, id: 'nobody' }]),
        /nobody/,
      );
      await assert.rejects(
        book.update(() => [{ ...key, number: 9 }]),
        /groq\/1 cannot become groq\/9/,
      );
    });
  });
}
