import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { groqText, KeyringFixture, offline, refusal } from './keyringFixture.ts';

describe('Checking keys', () => {
  it('ends any quarantine at once when the check is good', async () => {
    const fixture = await refusedFixture();
    fixture.checked = { kind: 'ok' };
    await fixture.keyring.check('groq/1');
    const health = healthOf(fixture);
    assert.deepEqual([health.quarantine, health.accepted, health.score], [undefined, true, 20]);
  });

  it('quarantines a refused key and remembers why', async () => {
    const fixture = await refusedFixture();
    const health = healthOf(fixture);
    assert.equal(health.score, 0);
    assert.equal(health.quarantine?.untilMs, fixture.clock.now() + 5 * 60_000);
    assert.equal(health.lastError?.kind, 'authInvalid');
  });

  it('does not take a key without credit for a refused one', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.checked = { kind: 'refused', failure: { kind: 'noCredit', said: 'Payment required', status: 402 } };
    await fixture.keyring.check('groq/1');
    const health = healthOf(fixture);
    assert.deepEqual([health.score, health.quarantine, health.lastError?.kind], [100, undefined, 'noCredit']);
  });

  it('changes nothing when it could not run', async () => {
    const fixture = await refusedFixture();
    const before = healthOf(fixture);
    fixture.checked = offline;
    await fixture.keyring.check('groq/1');
    assert.deepEqual(healthOf(fixture), before);
  });

  it('offers "try again" on a key without credit, and ends that only then', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const [key] = fixture.keyring.keys();
    assert.ok(key);
    await fixture.ledger.block(accountOf(key), { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
    const result = await fixture.keyring.check('groq/1');
    assert.equal(result.ok && result.canTryAgain, true);
    assert.equal(fixture.ledger.blocks(accountOf(key), fixture.clock.now()).length, 1);
    await fixture.keyring.tryAgain('groq/1');
    assert.deepEqual(fixture.ledger.blocks(accountOf(key), fixture.clock.now()), []);
  });

  it('ends any wait but that for credit, and the use elsewhere that came with it', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const [key] = fixture.keyring.keys();
    assert.ok(key);
    const account = accountOf(key);
    const { ledger, clock } = fixture;
    const nowMs = clock.now();
    const untilMs = nowMs + 86_400_000;
    await ledger.block(account, { kind: 'exhausted', scope: 'm', limit: 'requestsPerDay', untilMs });
    await ledger.noteOutside(account, 'm', 'requestsPerDay', 20, nowMs, untilMs);
    await ledger.noteOutside(account, 'other', 'requestsPerDay', 7, nowMs, untilMs);
    await ledger.block(account, { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
    await ledger.block('provider:groq', { kind: 'networkBlocked', scope: '*', limit: 'network', untilMs });
    await fixture.keyring.check('groq/1');
    assert.deepEqual(
      ledger.blocks(account, nowMs).map(({ limit }) => limit),
      ['credit'],
    );
    assert.deepEqual(ledger.blocks('provider:groq', nowMs), []);
    assert.equal(ledger.outside(account, 'm', 'requestsPerDay', nowMs), 0);
    assert.equal(ledger.outside(account, 'other', 'requestsPerDay', nowMs), 7);
  });

  it('brings models back that were gone for all or for its account', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    const [key] = fixture.keyring.keys();
    assert.ok(key);
    const nowMs = fixture.clock.now();
    const subjects = ['provider:groq', accountOf(key)] as const;
    const out = { model: 'm', baseUrl: 'https://api.groq.com/openai/v1', setAtMs: nowMs, untilMs: nowMs + 86_400_000 };
    for (const subject of subjects) await fixture.ledger.takeModelOut(subject, out);
    fixture.checked = refusal;
    await fixture.keyring.check('groq/1');
    assert.equal(fixture.ledger.modelsOut('provider:groq', nowMs).length, 1);
    fixture.checked = offline;
    await fixture.keyring.check('groq/1');
    assert.deepEqual(
      subjects.map((subject) => fixture.ledger.modelsOut(subject, nowMs)),
      [[], []],
    );
  });

  it('checks all enabled keys and tells the progress', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    await fixture.keyring.update('groq/2', { enabled: false });
    const progress: string[] = [];
    const results = await fixture.keyring.checkAll({
      onProgress: (done, total) => void progress.push(`${done}/${total}`),
    });
    assert.deepEqual(
      results.map(({ key }) => key.number),
      [1, 3, 4, 5, 6, 7, 8],
    );
    assert.equal(progress.at(-1), '7/7');
  });

  it('says of a key whose secret is gone that it must be entered again', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    fixture.vault.stored.clear();
    const result = await fixture.newWindow(2).check('groq/1');
    assert.deepEqual(!result.ok && result.problem, { kind: 'secretMissing', key: 'groq/1' });
  });

  it('answers per provider whether a key can be used', async () => {
    const fixture = new KeyringFixture();
    await fixture.addGroq('a');
    assert.deepEqual(await fixture.keyring.validateModelKeys(), {
      groq: true,
      gemini: false,
      mistral: false,
      huggingface: false,
    });
    await fixture.keyring.update('groq/1', { enabled: false });
    assert.equal((await fixture.keyring.validateModelKeys())['groq'], false);
  });

  it('does not count a refused key, even after its quarantine', async () => {
    const fixture = await refusedFixture();
    await fixture.clock.advance(10 * 60_000);
    assert.equal((await fixture.keyring.validateModelKeys())['groq'], false);
  });

  it('asks a provider that needs no key whether it is reachable', async () => {
    const fixture = new KeyringFixture();
    const [base] = fixture.providers;
    assert.ok(base);
    fixture.providers = [{ ...base, id: 'ollama', needsKey: false }];
    assert.deepEqual(await fixture.keyring.validateModelKeys(), { ollama: true });
    assert.deepEqual(fixture.checks, [undefined]);
    fixture.checked = offline;
    assert.deepEqual(await fixture.keyring.validateModelKeys(), { ollama: false });
  });

  it('puts keys into one pool where their checks name one account', async () => {
    const fixture = new KeyringFixture();
    fixture.checked = { kind: 'ok', account: 'me' };
    await fixture.addGroq('a', 'b');
    fixture.checked = { kind: 'ok', account: 'you' };
    await fixture.addGroq('c');
    assert.deepEqual(
      fixture.keyring.keys().map(({ pool }) => pool),
      ['me', 'me', undefined],
    );
  });

  it('writes no secret into the log', async () => {
    const fixture = await refusedFixture();
    fixture.vault.failReads = true;
    const other = fixture.newWindow(3);
    await other.reconcile();
    await other.remove(['groq/1']);
    assert.ok(fixture.lines.length >= 3);
    assert.ok(!fixture.lines.join('\n').includes(groqText('a')));
  });
});

async function refusedFixture(): Promise<KeyringFixture> {
  const fixture = new KeyringFixture();
  await fixture.addGroq('a');
  fixture.checked = refusal;
  await fixture.keyring.check('groq/1');
  return fixture;
}

const healthOf = (fixture: KeyringFixture): ReturnType<KeyringFixture['ledger']['health']> =>
  fixture.ledger.health(fixture.keyring.keys()[0]?.fingerprint ?? '');
