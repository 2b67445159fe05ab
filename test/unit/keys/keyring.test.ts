import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { describeKeyringProblem } from '../../../src/core/keys/describeKeyringProblem.ts';
import type { KeyringProblem } from '../../../src/core/keys/keyringProblem.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { groqText, KeyringFixture, offline, refusal } from './keyringFixture.ts';

describe('Adding a key', () => {
  it('stores the secret in the vault and everything else in the book', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    const [first, second] = fixture.keyring.keys();
    assert.deepEqual([first?.number, first?.priority, second?.number, second?.priority], [1, 1, 2, 2]);
    assert.deepEqual(first?.origins, ['https://api.groq.com']);
    assert.equal(fixture.vault.stored.get(first?.id ?? ''), groqText('a'));
    assert.ok(!JSON.stringify(fixture.keyring.keys()).includes(groqText('a')));
    assert.equal(fixture.ledger.health(first?.fingerprint ?? '').accepted, true);
  });

  it('takes off white space and quotes that came along', async () => {
    const fixture = new KeyringFixture();
    await fixture.keyring.add({ provider: 'groq', text: `  "${groqText()}"\n` });
    assert.deepEqual([...fixture.vault.stored.values()], [groqText()]);
  });

  it('refuses what cannot be a key, and stores nothing', async () => {
    const fixture = new KeyringFixture();
    const refused = [
      ['', 'The key is empty.'],
      [' \u200b ', 'The key is empty.'],
      ['""', 'The key is empty.'],
      ['gsk_a\nb', 'The key has a line break in it. Copy it again in one piece.'],
      ['my key: x', 'The key has white space in it. Copy it again without the words around it.'],
      ['gsk_…', 'The key has a character that no key can hold, such as "…" from a shortened copy.'],
      ['x'.repeat(5_000), 'The key is longer than 4096 characters. Is it the key alone?'],
    ] as const;
    for (const [text, words] of refused) {
      const result = await fixture.keyring.add({ provider: 'groq', text });
      assert.equal(result.kind === 'failed' && wordsFor(result.problem), words);
    }
    assert.deepEqual([fixture.checks, fixture.vault.stored.size, fixture.keyring.keys()], [[], 0, []]);
  });

  it('never rejects a key for its shape, and says how keys usually look', async () => {
    const fixture = new KeyringFixture();
    const result = await fixture.keyring.add({ provider: 'groq', text: 'odd-shape' });
    assert.deepEqual(result.kind === 'added' && result.hint, { usually: 'gsk_…' });
  });

  it('recognises the key of another provider', () => {
    const prepared = new KeyringFixture().keyring.prepare('gemini', groqText());
    assert.equal(prepared.ok && prepared.hint.looksLike, 'groq');
  });

  it('says which key a secret already is', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    const again = await fixture.keyring.add({ provider: 'groq', text: groqText('b') });
    assert.equal(again.kind === 'failed' && wordsFor(again.problem), 'This is already Groq Key 2.');
    assert.equal(fixture.vault.stored.size, 2);
  });

  it('keeps a refused key only if the user insists', async () => {
    const fixture = new KeyringFixture();
    fixture.checked = refusal;
    const result = await fixture.keyring.add({ provider: 'groq', text: groqText() });
    assert.equal(result.kind, 'refused');
    assert.equal(fixture.vault.stored.size, 0);
    if (result.kind !== 'refused') return;
    const kept = await fixture.keyring.commit(result.prepared, { checked: result.checked });
    assert.ok(kept.ok);
    const health = fixture.ledger.health(kept.key.fingerprint);
    assert.deepEqual([health.score, health.accepted, health.quarantine?.cause], [0, false, 'refused']);
  });

  it('keeps a key that could not be checked', async () => {
    const fixture = new KeyringFixture();
    fixture.checked = offline;
    const result = await fixture.keyring.add({ provider: 'groq', text: groqText() });
    assert.equal(result.kind === 'added' && result.checked.kind, 'couldNotRun');
    assert.equal(fixture.ledger.health(fixture.keyring.keys()[0]?.fingerprint ?? '').accepted, undefined);
  });

  it('stores nothing when it is cancelled during the check', async () => {
    const fixture = new KeyringFixture();
    const controller = new AbortController();
    const adding = fixture.keyring.add({ provider: 'groq', text: groqText(), signal: controller.signal });
    controller.abort();
    assert.deepEqual(await adding, { kind: 'failed', problem: { kind: 'cancelled' } });
    assert.deepEqual([fixture.vault.stored.size, fixture.keyring.keys()], [0, []]);
  });

  it('stores nothing when the vault fails, and says so without the secret', async () => {
    const fixture = new KeyringFixture();
    fixture.vault.failStoreAfter = 0;
    const result = await fixture.keyring.add({ provider: 'groq', text: groqText() });
    assert.equal(
      result.kind === 'failed' && wordsFor(result.problem),
      'The system could not store the secret: no room for […]',
    );
    assert.deepEqual([fixture.vault.stored.size, fixture.keyring.keys()], [0, []]);
  });

  it('gives two windows that add at the same moment two numbers', async () => {
    const fixture = new KeyringFixture();
    const other = fixture.newWindow(2);
    await Promise.all([
      fixture.keyring.add({ provider: 'groq', text: groqText('a') }),
      other.add({ provider: 'groq', text: groqText('b') }),
    ]);
    assert.deepEqual(
      fixture.keyring.keys().map(({ number }) => number),
      [1, 2],
    );
    assert.deepEqual([...fixture.vault.stored.values()].toSorted(), [groqText('a'), groqText('b')]);
  });

  it('makes one key of the same secret added by two windows at the same moment', async () => {
    const fixture = new KeyringFixture();
    const other = fixture.newWindow(2);
    const ask = { provider: 'groq', text: groqText() };
    const kinds = await Promise.all([fixture.keyring.add(ask), other.add(ask)]);
    assert.deepEqual(kinds.map(({ kind }) => kind).toSorted(), ['added', 'failed']);
    assert.deepEqual([fixture.keyring.keys().length, fixture.vault.stored.size], [1, 1]);
  });

  it('never gives a removed key’s number again', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    await fixture.keyring.remove(['groq/2']);
    await fixture.addGroq('c');
    assert.deepEqual(
      fixture.keyring.keys().map(({ number }) => number),
      [1, 3],
    );
  });
});

describe('Changing keys', () => {
  it('edits label, priority, limits and pool, enables and disables', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    await fixture.keyring.update('groq/1', {
      label: 'Primary',
      limits: { tokensPerDay: 9, requestsPerDay: 3 },
      pool: 'home',
      enabled: false,
    });
    await fixture.keyring.update('groq/1', { limits: { requestsPerDay: null } });
    const key = fixture.keyring.find('groq/1');
    assert.deepEqual(
      [key?.label, key?.limits, key?.pool, key?.enabled],
      ['Primary', { tokensPerDay: 9 }, 'home', false],
    );
    await fixture.keyring.setPool(['groq/1'], null);
    assert.equal(fixture.keyring.find('groq/1')?.pool, undefined);
  });

  it('moves keys up and down, and in front of another', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b', 'c');
    await fixture.keyring.move(['groq/3'], 'up');
    assert.deepEqual(order(fixture), [1, 3, 2]);
    await fixture.keyring.move(['groq/1'], 'down');
    assert.deepEqual(order(fixture), [3, 1, 2]);
    await fixture.keyring.move(['groq/2'], 'down');
    assert.deepEqual(order(fixture), [3, 1, 2]);
    await fixture.keyring.place(['groq/2'], 'groq/3');
    assert.deepEqual(order(fixture), [2, 3, 1]);
    await fixture.keyring.place(['groq/2'], undefined);
    assert.deepEqual(order(fixture), [3, 1, 2]);
    assert.deepEqual(
      fixture.keyring.keys().map(({ priority }) => priority),
      [1, 2, 3],
    );
  });

  it('starts a changed secret with health 100 and finds it under the same number', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.checked = refusal;
    await fixture.keyring.check('groq/1');
    const prepared = fixture.keyring.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    const changed = await fixture.keyring.changeSecret(prepared);
    assert.ok(changed.ok);
    assert.equal(fixture.ledger.health(changed.key.fingerprint).score, 100);
    assert.equal((await fixture.keyring.secretOf(changed.key))?.reveal(), groqText('b'));
    assert.equal(fixture.keyring.find('groq/1')?.fingerprint, changed.key.fingerprint);
  });

  it('ends the quarantine of a secret that comes back', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const first = fixture.keyring.find('groq/1')?.fingerprint;
    fixture.checked = refusal;
    await fixture.keyring.check('groq/1');
    for (const letter of ['b', 'a']) {
      const prepared = fixture.keyring.prepareChange('groq/1', groqText(letter));
      assert.ok(prepared.ok);
      await fixture.keyring.changeSecret(prepared);
    }
    assert.equal(fixture.keyring.find('groq/1')?.fingerprint, first);
    assert.deepEqual(fixture.ledger.health(first ?? ''), { score: 100 });
  });

  it('leaves all that is known of a secret that is entered again after the system lost it', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const fingerprint = fixture.keyring.find('groq/1')?.fingerprint ?? '';
    await fixture.ledger.changeHealth(fingerprint, (health) => ({ ...health, score: 60 }));
    fixture.vault.stored.clear();
    const prepared = fixture.keyring.prepareChange('groq/1', groqText('a'));
    assert.ok(prepared.ok);
    assert.ok((await fixture.keyring.changeSecret(prepared)).ok);
    assert.equal(fixture.ledger.health(fingerprint).score, 60);
    assert.deepEqual([...fixture.vault.stored.values()], [groqText('a')]);
  });

  it('puts the old secret back when the new one cannot be stored', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const prepared = fixture.keyring.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    fixture.keyBook.update = () => Promise.reject(new Error('disk full'));
    const result = await fixture.keyring.changeSecret(prepared);
    assert.equal(!result.ok && wordsFor(result.problem), 'The keys could not be saved: disk full');
    assert.deepEqual([...fixture.vault.stored.values()], [groqText('a')]);
  });

  it('does not take another key’s secret for a key', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    const prepared = fixture.keyring.prepareChange('groq/1', groqText('b'));
    assert.equal(!prepared.ok && prepared.problem.kind, 'duplicate');
    assert.ok(fixture.keyring.prepareChange('groq/1', groqText('a')).ok);
  });

  it('removes metadata and secret together', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    const result = await fixture.keyring.remove(['groq/1', 'groq/9']);
    assert.deepEqual(result.ok && result.removed.map(({ number }) => number), [1]);
    assert.deepEqual([...fixture.vault.stored.values()], [groqText('b')]);
  });

  it('says of an unknown key that it is no longer there', async () => {
    const fixture = new KeyringFixture();
    const result = await fixture.keyring.update('groq/4', { label: 'x' });
    assert.equal(!result.ok && wordsFor(result.problem), 'Groq Key 4 is no longer there.');
  });
});

const order = (fixture: KeyringFixture): readonly number[] => fixture.keyring.keys().map(({ number }) => number);

const wordsFor = (problem: KeyringProblem): string => describeKeyringProblem(plainL10n, catalog, problem);
