import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import {
  createBackup,
  describeBackupProblem,
  openBackup,
  readBackup,
  type OpenedBackup,
} from '../../../src/core/keys/backup.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import { groqText } from './keyringFixture.ts';

const key: ApiKey = {
  id: 'one',
  provider: 'groq',
  number: 3,
  label: 'Emergency',
  priority: 2,
  limits: { tokensPerDay: 14_400 },
  maxConcurrent: 2,
  pool: 'home',
  poolLimits: { requestsPerDay: 500 },
  enabled: false,
  origins: ['https://api.groq.com'],
  fingerprint: 'f',
  addedAtMs: 0,
};
const passphrase = new Secret('correct horse');
const text = await createBackup([{ key, secret: new Secret(groqText()) }], passphrase, {
  clock: new FakeClock(),
  random: new SeededRandom(),
});

async function opening(file: string, by: Secret): Promise<OpenedBackup> {
  const read = readBackup(file);
  return read.ok ? openBackup(read.sealed, by) : read;
}

describe('Encrypted backup', () => {
  it('is JSON with a format, a version, the scrypt parameters and a Fernet token', () => {
    assert.match(text, /"token": "gAAAAA[\w-]+=*"/);
    assert.match(
      text,
      /"format": "ai-keys-backup",\s+"version": 1,\s+"kdf": \{\s+"name": "scrypt",\s+"N": 32768,\s+"r": 8,\s+"p": 3,\s+"salt": "[\w-]+=*"/,
    );
  });

  it('holds no secret in the clear', () => {
    assert.ok(!text.includes(groqText()));
    assert.ok(!text.includes('Emergency'));
  });

  it('gives back numbers, labels, priorities, limits, requests at once, pools with their limits, and origins', async () => {
    const opened = await opening(text, passphrase);
    assert.ok(opened.ok);
    const [found] = opened.found;
    assert.equal(found?.secret.reveal(), groqText());
    const { provider, number, label, priority, limits, maxConcurrent, pool, poolLimits, enabled, origins } = key;
    assert.deepEqual(
      { ...found, secret: '' },
      { provider, number, label, priority, limits, maxConcurrent, pool, poolLimits, enabled, origins, secret: '' },
    );
    assert.ok(!inspect(opened, { depth: 9 }).includes(groqText()));
  });

  it('opens with the same passphrase typed in other code points', async () => {
    const ports = { clock: new FakeClock(), random: new SeededRandom() };
    const made = await createBackup([], new Secret('caf\u00e9'), ports);
    assert.ok((await opening(made, new Secret('cafe\u0301'))).ok);
  });

  it('answers a wrong passphrase and a changed byte with one clear error', async () => {
    const wrong = { ok: false, problem: { kind: 'wrongPassphraseOrChanged' } };
    assert.deepEqual(await opening(text, new Secret('wrong')), wrong);
    const at = text.indexOf('gAAAAA') + 60;
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    assert.deepEqual(await opening(changed, passphrase), wrong);
    assert.deepEqual(await opening(text.replace('"p": 3', '"p": 2'), passphrase), wrong);
    assert.deepEqual(await opening(text.replace(/"salt": "[^"]*"/, '"salt": "%"'), passphrase), wrong);
  });

  it('tells before the passphrase is asked a truncated file from one that is no backup', () => {
    assert.deepEqual(readBackup(text.slice(0, -20)), { ok: false, problem: { kind: 'truncated' } });
    for (const other of ['', 'GROQ_API_KEY=x', '[]', '{"format":"other"}']) {
      assert.deepEqual(readBackup(other), { ok: false, problem: { kind: 'notABackup' } });
    }
  });

  it('names the version of a newer backup', () => {
    const opened = readBackup(text.replace('"version": 1', '"version": 7'));
    assert.deepEqual(opened, { ok: false, problem: { kind: 'newerVersion', version: 7 } });
    assert.ok(!opened.ok);
    assert.match(describeBackupProblem(plainL10n, opened.problem), /version 7, which a newer AI Keys made/);
  });

  it('does not let a file take the memory of the machine', () => {
    const greedy = text.replace('"N": 32768', '"N": 1073741824');
    assert.deepEqual(readBackup(greedy), { ok: false, problem: { kind: 'tooDemanding' } });
  });
});
