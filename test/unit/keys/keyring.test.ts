import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { describeKeyringProblem, type KeyringProblem } from '../../../src/core/keys/keyringProblem.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { groqText, KeyringDesk, offline, refusal } from './keyringDesk.ts';

describe('Adding a key', () => {
  it('stores the secret in the vault and everything else in the book', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b');
    const [first, second] = desk.keyring.keys();
    assert.deepEqual([first?.number, first?.priority, second?.number, second?.priority], [1, 1, 2, 2]);
    assert.deepEqual(first?.origins, ['https://api.groq.com']);
    assert.equal(desk.vault.stored.get(first?.id ?? ''), groqText('a'));
    assert.ok(!JSON.stringify(desk.keyring.keys()).includes(groqText('a')));
    assert.equal(desk.ledger.health(first?.fingerprint ?? '').accepted, true);
  });

  it('takes off white space and quotes that came along', async () => {
    const desk = new KeyringDesk();
    await desk.keyring.add({ provider: 'groq', text: `  "${groqText()}"\n` });
    assert.deepEqual([...desk.vault.stored.values()], [groqText()]);
  });

  it('refuses what cannot be a key, and stores nothing', async () => {
    const desk = new KeyringDesk();
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
      const result = await desk.keyring.add({ provider: 'groq', text });
      assert.equal(result.kind === 'failed' && wordsFor(result.problem), words);
    }
    assert.deepEqual([desk.checks, desk.vault.stored.size, desk.keyring.keys()], [[], 0, []]);
  });

  it('never rejects a key for its shape, and says how keys usually look', async () => {
    const desk = new KeyringDesk();
    const result = await desk.keyring.add({ provider: 'groq', text: 'odd-shape' });
    assert.deepEqual(result.kind === 'added' && result.hint, { usually: 'gsk_…' });
  });

  it('recognises the key of another provider', () => {
    const prepared = new KeyringDesk().keyring.prepare('gemini', groqText());
    assert.equal(prepared.ok && prepared.hint.looksLike, 'groq');
  });

  it('says which key a secret already is', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b');
    const again = await desk.keyring.add({ provider: 'groq', text: groqText('b') });
    assert.equal(again.kind === 'failed' && wordsFor(again.problem), 'This is already Groq Key 2.');
    assert.equal(desk.vault.stored.size, 2);
  });

  it('keeps a refused key only if the user insists', async () => {
    const desk = new KeyringDesk();
    desk.checked = refusal;
    const result = await desk.keyring.add({ provider: 'groq', text: groqText() });
    assert.equal(result.kind, 'refused');
    assert.equal(desk.vault.stored.size, 0);
    if (result.kind !== 'refused') return;
    const kept = await desk.keyring.commit(result.prepared, { checked: result.checked });
    assert.ok(kept.ok);
    const health = desk.ledger.health(kept.key.fingerprint);
    assert.deepEqual([health.score, health.accepted, health.quarantine?.cause], [0, false, 'refused']);
  });

  it('keeps a key that could not be checked', async () => {
    const desk = new KeyringDesk();
    desk.checked = offline;
    const result = await desk.keyring.add({ provider: 'groq', text: groqText() });
    assert.equal(result.kind === 'added' && result.checked.kind, 'couldNotRun');
    assert.equal(desk.ledger.health(desk.keyring.keys()[0]?.fingerprint ?? '').accepted, undefined);
  });

  it('stores nothing when it is cancelled during the check', async () => {
    const desk = new KeyringDesk();
    const controller = new AbortController();
    const adding = desk.keyring.add({ provider: 'groq', text: groqText(), signal: controller.signal });
    controller.abort();
    assert.deepEqual(await adding, { kind: 'failed', problem: { kind: 'cancelled' } });
    assert.deepEqual([desk.vault.stored.size, desk.keyring.keys()], [0, []]);
  });

  it('stores nothing when the vault fails, and says so without the secret', async () => {
    const desk = new KeyringDesk();
    desk.vault.failStoreAfter = 0;
    const result = await desk.keyring.add({ provider: 'groq', text: groqText() });
    assert.equal(
      result.kind === 'failed' && wordsFor(result.problem),
      'The system could not store the secret: no room for [secret]',
    );
    assert.deepEqual([desk.vault.stored.size, desk.keyring.keys()], [0, []]);
  });

  it('gives two windows that add at the same moment two numbers', async () => {
    const desk = new KeyringDesk();
    const other = desk.newWindow(2);
    await Promise.all([
      desk.keyring.add({ provider: 'groq', text: groqText('a') }),
      other.add({ provider: 'groq', text: groqText('b') }),
    ]);
    assert.deepEqual(
      desk.keyring.keys().map(({ number }) => number),
      [1, 2],
    );
    assert.deepEqual([...desk.vault.stored.values()].toSorted(), [groqText('a'), groqText('b')]);
  });

  it('makes one key of the same secret added by two windows at the same moment', async () => {
    const desk = new KeyringDesk();
    const other = desk.newWindow(2);
    const ask = { provider: 'groq', text: groqText() };
    const kinds = await Promise.all([desk.keyring.add(ask), other.add(ask)]);
    assert.deepEqual(kinds.map(({ kind }) => kind).toSorted(), ['added', 'failed']);
    assert.deepEqual([desk.keyring.keys().length, desk.vault.stored.size], [1, 1]);
  });

  it('never gives a removed key’s number again', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b');
    await desk.keyring.remove(['groq/2']);
    await desk.addGroq('c');
    assert.deepEqual(
      desk.keyring.keys().map(({ number }) => number),
      [1, 3],
    );
  });
});

describe('Changing keys', () => {
  it('edits label, priority, limits and pool, enables and disables', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    await desk.keyring.update('groq/1', {
      label: 'Primary',
      limits: { tokensPerDay: 9, requestsPerDay: 3 },
      pool: 'home',
      enabled: false,
    });
    await desk.keyring.update('groq/1', { limits: { requestsPerDay: null } });
    const key = desk.keyring.find('groq/1');
    assert.deepEqual(
      [key?.label, key?.limits, key?.pool, key?.enabled],
      ['Primary', { tokensPerDay: 9 }, 'home', false],
    );
    await desk.keyring.setPool(['groq/1'], null);
    assert.equal(desk.keyring.find('groq/1')?.pool, undefined);
  });

  it('moves keys up and down, and in front of another', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b', 'c');
    await desk.keyring.move(['groq/3'], 'up');
    assert.deepEqual(order(desk), [1, 3, 2]);
    await desk.keyring.move(['groq/1'], 'down');
    assert.deepEqual(order(desk), [3, 1, 2]);
    await desk.keyring.move(['groq/2'], 'down');
    assert.deepEqual(order(desk), [3, 1, 2]);
    await desk.keyring.place(['groq/2'], 'groq/3');
    assert.deepEqual(order(desk), [2, 3, 1]);
    await desk.keyring.place(['groq/2'], undefined);
    assert.deepEqual(order(desk), [3, 1, 2]);
    assert.deepEqual(
      desk.keyring.keys().map(({ priority }) => priority),
      [1, 2, 3],
    );
  });

  it('starts a changed secret with health 100 and finds it under the same number', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    desk.checked = refusal;
    await desk.keyring.check('groq/1');
    const prepared = desk.keyring.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    const changed = await desk.keyring.changeSecret(prepared);
    assert.ok(changed.ok);
    assert.equal(desk.ledger.health(changed.key.fingerprint).score, 100);
    assert.equal((await desk.keyring.secretOf(changed.key))?.reveal(), groqText('b'));
    assert.equal(desk.keyring.find('groq/1')?.fingerprint, changed.key.fingerprint);
  });

  it('ends the quarantine of a secret that comes back', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    const first = desk.keyring.find('groq/1')?.fingerprint;
    desk.checked = refusal;
    await desk.keyring.check('groq/1');
    for (const letter of ['b', 'a']) {
      const prepared = desk.keyring.prepareChange('groq/1', groqText(letter));
      assert.ok(prepared.ok);
      await desk.keyring.changeSecret(prepared);
    }
    assert.equal(desk.keyring.find('groq/1')?.fingerprint, first);
    assert.deepEqual(desk.ledger.health(first ?? ''), { score: 100 });
  });

  it('leaves all that is known of a secret that is entered again after the system lost it', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    const fingerprint = desk.keyring.find('groq/1')?.fingerprint ?? '';
    await desk.ledger.changeHealth(fingerprint, (health) => ({ ...health, score: 60 }));
    desk.vault.stored.clear();
    const prepared = desk.keyring.prepareChange('groq/1', groqText('a'));
    assert.ok(prepared.ok);
    assert.ok((await desk.keyring.changeSecret(prepared)).ok);
    assert.equal(desk.ledger.health(fingerprint).score, 60);
    assert.deepEqual([...desk.vault.stored.values()], [groqText('a')]);
  });

  it('puts the old secret back when the new one cannot be stored', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    const prepared = desk.keyring.prepareChange('groq/1', groqText('b'));
    assert.ok(prepared.ok);
    desk.keyBook.update = () => Promise.reject(new Error('disk full'));
    const result = await desk.keyring.changeSecret(prepared);
    assert.equal(!result.ok && wordsFor(result.problem), 'The keys could not be saved: disk full');
    assert.deepEqual([...desk.vault.stored.values()], [groqText('a')]);
  });

  it('does not take another key’s secret for a key', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b');
    const prepared = desk.keyring.prepareChange('groq/1', groqText('b'));
    assert.equal(!prepared.ok && prepared.problem.kind, 'duplicate');
    assert.ok(desk.keyring.prepareChange('groq/1', groqText('a')).ok);
  });

  it('removes metadata and secret together', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b');
    const result = await desk.keyring.remove(['groq/1', 'groq/9']);
    assert.deepEqual(result.ok && result.removed.map(({ number }) => number), [1]);
    assert.deepEqual([...desk.vault.stored.values()], [groqText('b')]);
  });

  it('says of an unknown key that it is no longer there', async () => {
    const desk = new KeyringDesk();
    const result = await desk.keyring.update('groq/4', { label: 'x' });
    assert.equal(!result.ok && wordsFor(result.problem), 'Groq Key 4 is no longer there.');
  });
});

const order = (desk: KeyringDesk): readonly number[] => desk.keyring.keys().map(({ number }) => number);

const wordsFor = (problem: KeyringProblem): string => describeKeyringProblem(plainL10n, catalog, problem);
