import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { readEnvFile } from '../../../src/adapters/envFile.ts';
import { createBackup, openBackup, readBackup } from '../../../src/core/keys/backup.ts';
import { exportEnv } from '../../../src/core/keys/envExport.ts';
import { planEnvImport, type EnvPlan } from '../../../src/core/keys/envPlan.ts';
import type { FingerprintOf } from '../../../src/core/keys/fingerprint.ts';
import { planImport, type ImportPlan } from '../../../src/core/keys/importPlan.ts';
import { pasteKind, planPaste } from '../../../src/core/keys/paste.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import { groqText, KeyringFixture } from './keyringFixture.ts';

describe('Carrying out an import', () => {
  it('adds and changes what the plan says, numbers included', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const text = `GROQ_API_KEY=${groqText('d')}\nGROQ_API_KEY_1=${groqText('b')}\nGROQ_API_KEY_7=${groqText('c')}\nGROQ_KEY_7_PRIORITY=1`;
    const result = await fixture.keyring.applyPlan(planOf(fixture, text));
    assert.ok(result.ok);
    assert.deepEqual(
      [result.added.map(({ number }) => number), result.changed.map(({ number }) => number)],
      [[7, 8], [1]],
    );
    assert.deepEqual(secretsOf(fixture), { 1: groqText('b'), 7: groqText('c'), 8: groqText('d') });
    assert.equal(fixture.keyring.find('groq/7')?.priority, 1);
    assert.equal(
      fixture.keyring.keys().find(({ number }) => number === 1)?.fingerprint,
      result.changed[0]?.fingerprint,
    );
  });

  it('keeps a secret that the file moves on to another number', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    const shifted = ['n', 'a', 'b'].map((letter, index) => `GROQ_API_KEY_${index + 1}=${groqText(letter)}`);
    const result = await fixture.keyring.applyPlan(planOf(fixture, shifted.join('\n')));
    assert.ok(result.ok);
    assert.deepEqual(secretsOf(fixture), { 1: groqText('n'), 2: groqText('a'), 3: groqText('b') });
    for (const key of fixture.keyring.keys()) {
      const secret = await fixture.keyring.secretOf(key);
      assert.equal(secret === undefined ? undefined : fixture.keyring.fingerprintOf(secret, 'groq'), key.fingerprint);
    }
  });

  it('leaves keys alone whose numbers the file only swaps', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    const plan = planOf(fixture, `GROQ_API_KEY_1=${groqText('b')}\nGROQ_API_KEY_2=${groqText('a')}`);
    assert.deepEqual([plan.add.length, plan.change.length, plan.same.length], [0, 0, 2]);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const before = [secretsOf(fixture), fixture.keyring.keys(), fixture.vault.stored.size];
    const controller = new AbortController();
    let stored = 0;
    const plan = planOf(fixture, `GROQ_API_KEY_1=${groqText('b')}\n${manyKeys(100)}`);
    const result = await fixture.keyring.applyPlan(plan, {
      signal: controller.signal,
      onProgress: (done) => {
        stored = done;
        if (done === 40) controller.abort();
      },
    });
    assert.deepEqual(result, { ok: false, problem: { kind: 'cancelled' } });
    assert.ok(stored < 60, `${stored} secrets were stored after the cancel`);
    assert.deepEqual([secretsOf(fixture), fixture.keyring.keys(), fixture.vault.stored.size], before);
  });

  it('leaves nothing behind when the vault fails in the middle', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const before = [secretsOf(fixture), fixture.keyring.keys(), fixture.vault.stored.size];
    fixture.vault.failStoreAfter = 40;
    const result = await fixture.keyring.applyPlan(planOf(fixture, manyKeys(100)));
    assert.equal(!result.ok && result.problem.kind, 'vaultFailed');
    assert.ok(!JSON.stringify(result).includes('import-key'));
    assert.deepEqual([secretsOf(fixture), fixture.keyring.keys(), fixture.vault.stored.size], before);
  });

  it('leaves nothing behind when another window took one of its numbers meanwhile', async () => {
    const fixture = new KeyringFixture();
    const plan = planOf(fixture, `GROQ_API_KEY_1=${groqText('b')}\nGROQ_API_KEY_2=${groqText('c')}`);
    await fixture.newWindow(2).add({ provider: 'groq', text: groqText('x') });
    const result = await fixture.keyring.applyPlan(plan);
    assert.equal(!result.ok && result.problem.kind, 'numberTaken');
    assert.deepEqual(secretsOf(fixture), { 1: groqText('x') });
    assert.equal(fixture.vault.stored.size, 1);
  });

  it('imports 1,000 keys and tells the progress', async () => {
    const fixture = new KeyringFixture();
    let told = 0;
    const result = await fixture.keyring.applyPlan(planOf(fixture, manyKeys(1_000)), {
      onProgress: (done) => void (told = done),
    });
    assert.ok(result.ok);
    assert.deepEqual([told, fixture.keyring.keys().length, fixture.vault.stored.size], [1_000, 1_000, 1_000]);
  });
});

describe('Export and backup', () => {
  it('reads its own .env export back to the same keys', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    await fixture.keyring.update('groq/1', { label: 'Primary', limits: { tokensPerDay: 14_400 } });
    for (const text of ['it\'s#"1"', '$x', 'a\\', '`~`']) await fixture.keyring.add({ provider: 'gemini', text });
    const other = new KeyringFixture();
    const { text, missing } = exportEnv({
      keys: await withSecrets(fixture),
      providers: fixture.providers,
      l10n: plainL10n,
    });
    await other.keyring.applyPlan(planOf(other, text.reveal()));
    assert.deepEqual(missing, []);
    assert.deepEqual(secretsOf(other), secretsOf(fixture));
    assert.deepEqual(other.keyring.find('groq/1')?.limits, { tokensPerDay: 14_400 });
    assert.ok(text.reveal().includes('# Groq Key 1 (Primary)\n'));
    assert.equal(String(text), '[secret]');
  });

  it('names keys whose secret is lost, and exports the others', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const keys = fixture.keyring.keys().map((key) => ({ key, secret: undefined }));
    const { text, missing } = exportEnv({ keys, providers: fixture.providers, l10n: plainL10n });
    assert.deepEqual(
      missing.map(({ number }) => number),
      [1],
    );
    assert.deepEqual(planOf(fixture, text.reveal()).problems, []);
  });

  it('restores a backup to the same keys, labels, priorities, limits, pools with their limits, and origins', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b');
    await fixture.keyring.update('groq/2', {
      label: 'Backup',
      priority: 5,
      limits: { requestsPerDay: 7 },
      maxConcurrent: 3,
      pool: 'p',
      poolLimits: { requestsPerMinute: 9 },
      enabled: false,
    });
    const keys = (await withSecrets(fixture)).flatMap(({ key, secret }) =>
      secret === undefined ? [] : [{ key, secret }],
    );
    const text = await createBackup(keys, new Secret('pass'), { clock: fixture.clock, random: new SeededRandom(9) });
    const other = new KeyringFixture();
    const read = readBackup(text);
    assert.ok(read.ok);
    const opened = await openBackup(read.sealed, new Secret('pass'));
    assert.ok(opened.ok);
    const plan = planImport({
      found: opened.found,
      existing: [],
      fingerprintOf: (...of) => other.keyring.fingerprintOf(...of),
    });
    assert.ok((await other.keyring.applyPlan(plan)).ok);
    const bare = (from: KeyringFixture): unknown =>
      from.keyring.keys().map(({ id: _id, addedAtMs: _at, ...key }) => key);
    assert.deepEqual(bare(other), bare(fixture));
    assert.deepEqual(secretsOf(other), secretsOf(fixture));
  });

  it('changes how many requests may be under way at once where a backup says so', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const found = [{ provider: 'groq', number: 1, secret: new Secret(groqText('a')), maxConcurrent: 2 }];
    const fingerprintOf: FingerprintOf = (...of) => fixture.keyring.fingerprintOf(...of);
    await fixture.keyring.applyPlan(planImport({ found, existing: fixture.keyring.keys(), fingerprintOf }));
    assert.equal(fixture.keyring.find('groq/1')?.maxConcurrent, 2);
  });

  it('changes the limits of a pool where a backup says so, for all its keys, and leaves those that it does not name', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b', 'c');
    await fixture.keyring.setPool(['groq/1', 'groq/2'], 'p');
    await fixture.keyring.update('groq/1', { poolLimits: { tokensPerDay: 7, requestsPerDay: 8 } });
    const found = (['b', 'c'] as const).map((letter, index) => {
      const secret = new Secret(groqText(letter));
      return { provider: 'groq', number: index + 2, secret, pool: 'p', poolLimits: { tokensPerDay: 9 } };
    });
    const fingerprintOf: FingerprintOf = (...of) => fixture.keyring.fingerprintOf(...of);
    const planOfFound = (): ImportPlan => planImport({ found, existing: fixture.keyring.keys(), fingerprintOf });
    assert.ok((await fixture.keyring.applyPlan(planOfFound())).ok);
    for (const { pool, poolLimits } of fixture.keyring.keys()) {
      assert.deepEqual([pool, poolLimits], ['p', { tokensPerDay: 9, requestsPerDay: 8 }]);
    }
    assert.deepEqual(planOfFound().change, []);
  });

  it('binds a secret that it restores over another to the origins that it was bound to', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const secret = new Secret(groqText('z'));
    const found = [{ provider: 'groq', number: 1, secret, origins: ['https://old.example'] }];
    const fingerprintOf: FingerprintOf = (...of) => fixture.keyring.fingerprintOf(...of);
    const result = await fixture.keyring.applyPlan(
      planImport({ found, existing: fixture.keyring.keys(), fingerprintOf }),
    );
    assert.ok(result.ok);
    assert.deepEqual(fixture.keyring.find('groq/1')?.origins, ['https://old.example']);
  });
});

describe('Pasting keys', () => {
  it('tells one key, several keys and a .env apart', () => {
    assert.equal(pasteKind(` ${groqText()}\n`), 'oneKey');
    assert.equal(pasteKind(`${groqText('a')}\n${groqText('b')}`), 'severalKeys');
    assert.equal(pasteKind(`# mine\nGROQ_API_KEY_1=${groqText()}`), 'env');
    assert.equal(pasteKind('c29tZXRoaW5nLXdpdGgtcGFkZGluZw=='), 'oneKey');
  });

  it('adds one key a line, each with the next number, and names bad lines', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const text = `${groqText('a')}\n"${groqText('b')}",\n\nnot a key\n${groqText('c')}`;
    const fingerprintOf: FingerprintOf = (...of) => fixture.keyring.fingerprintOf(...of);
    const plan = planPaste({ text, provider: 'groq', existing: fixture.keyring.keys(), fingerprintOf });
    assert.deepEqual(plan.problems, [{ line: 4, problem: { kind: 'whiteSpace' } }]);
    await fixture.keyring.applyPlan(plan);
    assert.deepEqual(secretsOf(fixture), { 1: groqText('a'), 2: groqText('b'), 3: groqText('c') });
  });
});

function planOf(fixture: KeyringFixture, text: string): EnvPlan {
  const reading = readEnvFile(text, fixture.providers);
  assert.ok(reading !== 'tooLarge');
  return planEnvImport({
    reading,
    existing: fixture.keyring.keys(),
    fingerprintOf: (...of) => fixture.keyring.fingerprintOf(...of),
    providers: fixture.providers,
  });
}

const manyKeys = (count: number): string =>
  Array.from({ length: count }, (_, index) => `GROQ_API_KEY_${index + 10}=import-key-${index}`).join('\n');

const withSecrets = (fixture: KeyringFixture) =>
  Promise.all(fixture.keyring.keys().map(async (key) => ({ key, secret: await fixture.keyring.secretOf(key) })));

/** What each number's secret really is in the vault. */
function secretsOf(fixture: KeyringFixture): Record<string, string | undefined> {
  const secrets: Record<string, string | undefined> = {};
  for (const { provider, number, id } of fixture.keyring.keys()) {
    secrets[provider === 'groq' ? number : `${provider}/${number}`] = fixture.vault.stored.get(id);
  }
  return secrets;
}
