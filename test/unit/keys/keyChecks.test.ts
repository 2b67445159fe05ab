import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { samePoolCandidates } from '../../../src/core/quota/accountNames.ts';
import { accountOf } from '../../../src/core/keys/apiKey.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { groqText, KeyringDesk, offline, refusal } from './keyringDesk.ts';

describe('Checking keys', () => {
  it('ends any quarantine at once when the check is good', async () => {
    const desk = await refusedDesk();
    desk.checked = { kind: 'ok' };
    await desk.keyring.check('groq/1');
    const health = healthOf(desk);
    assert.deepEqual([health.quarantine, health.accepted, health.score], [undefined, true, 20]);
  });

  it('quarantines a refused key and remembers why', async () => {
    const desk = await refusedDesk();
    const health = healthOf(desk);
    assert.equal(health.score, 0);
    assert.equal(health.quarantine?.untilMs, desk.clock.now() + 5 * 60_000);
    assert.equal(health.lastError?.kind, 'authInvalid');
  });

  it('does not take a key without credit for a refused one', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    desk.checked = { kind: 'refused', failure: { kind: 'noCredit', said: 'Payment required', status: 402 } };
    await desk.keyring.check('groq/1');
    const health = healthOf(desk);
    assert.deepEqual([health.score, health.quarantine, health.lastError?.kind], [100, undefined, 'noCredit']);
  });

  it('changes nothing when it could not run', async () => {
    const desk = await refusedDesk();
    const before = healthOf(desk);
    desk.checked = offline;
    await desk.keyring.check('groq/1');
    assert.deepEqual(healthOf(desk), before);
  });

  it('offers "try again" on a key without credit, and ends that only then', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    const [key] = desk.keyring.keys();
    assert.ok(key);
    await desk.ledger.block(accountOf(key), { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
    const result = await desk.keyring.check('groq/1');
    assert.equal(result.ok && result.canTryAgain, true);
    assert.equal(desk.ledger.blocks(accountOf(key), desk.clock.now()).length, 1);
    await desk.keyring.tryAgain('groq/1');
    assert.deepEqual(desk.ledger.blocks(accountOf(key), desk.clock.now()), []);
  });

  it('checks all enabled keys and tells the progress', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    await desk.keyring.update('groq/2', { enabled: false });
    const progress: string[] = [];
    const results = await desk.keyring.checkAll({
      onProgress: (done, total) => void progress.push(`${done}/${total}`),
    });
    assert.deepEqual(
      results.map(({ key }) => key.number),
      [1, 3, 4, 5, 6, 7, 8],
    );
    assert.equal(progress.at(-1), '7/7');
  });

  it('says of a key whose secret is gone that it must be entered again', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    desk.vault.stored.clear();
    const result = await desk.newWindow(2).check('groq/1');
    assert.deepEqual(!result.ok && result.problem, { kind: 'secretMissing', key: 'groq/1' });
  });

  it('answers per provider whether a key can be used', async () => {
    const desk = new KeyringDesk();
    await desk.addGroq('a');
    assert.deepEqual(await desk.keyring.validateModelKeys(), {
      groq: true,
      gemini: false,
      mistral: false,
      huggingface: false,
    });
    await desk.keyring.update('groq/1', { enabled: false });
    assert.equal((await desk.keyring.validateModelKeys())['groq'], false);
  });

  it('does not count a refused key, even after its quarantine', async () => {
    const desk = await refusedDesk();
    await desk.clock.advance(10 * 60_000);
    assert.equal((await desk.keyring.validateModelKeys())['groq'], false);
  });

  it('asks a provider that needs no key whether it is reachable', async () => {
    const desk = new KeyringDesk();
    const [base] = desk.providers;
    assert.ok(base);
    desk.providers = [{ ...base, id: 'ollama', needsKey: false }];
    assert.deepEqual(await desk.keyring.validateModelKeys(), { ollama: true });
    assert.deepEqual(desk.checks, [undefined]);
    desk.checked = offline;
    assert.deepEqual(await desk.keyring.validateModelKeys(), { ollama: false });
  });

  it('recognises keys of one account until they are in one pool', async () => {
    const desk = new KeyringDesk();
    desk.checked = { kind: 'ok', account: 'me' };
    await desk.addGroq('a', 'b');
    desk.checked = { kind: 'ok', account: 'you' };
    await desk.addGroq('c');
    const same = (): readonly (readonly number[])[] =>
      samePoolCandidates(desk.keyring.keys(), desk.accountNames).map(({ keys }) => keys.map(({ number }) => number));
    assert.deepEqual(same(), [[1, 2]]);
    await desk.keyring.setPool(['groq/1', 'groq/2'], 'me');
    assert.deepEqual(same(), []);
  });

  it('writes no secret into the log', async () => {
    const desk = await refusedDesk();
    desk.vault.failReads = true;
    const other = desk.newWindow(3);
    await other.reconcile();
    await other.remove(['groq/1']);
    assert.ok(desk.lines.length >= 3);
    assert.ok(!desk.lines.join('\n').includes(groqText('a')));
  });
});

async function refusedDesk(): Promise<KeyringDesk> {
  const desk = new KeyringDesk();
  await desk.addGroq('a');
  desk.checked = refusal;
  await desk.keyring.check('groq/1');
  return desk;
}

const healthOf = (desk: KeyringDesk): ReturnType<KeyringDesk['ledger']['health']> =>
  desk.ledger.health(desk.keyring.keys()[0]?.fingerprint ?? '');
