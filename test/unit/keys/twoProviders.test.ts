import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { fingerprintOf } from '../../../src/core/keys/fingerprint.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import type { Ledger } from '../../../src/core/quota/ledger.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { LedgerFolder } from '../ledger/ledgerFixture.ts';
import { askerOf, spend, usedOf } from '../ledger/spend.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { question, routerFixture, type FixtureKey } from '../support/routerFixture.ts';
import * as says from '../support/scriptedHttp.ts';
import { groqText, KeyringFixture, refusal } from './keyringFixture.ts';

const salt = Uint8Array.of(1);
const fingerprintAt = (provider: string): string => fingerprintOf(salt, new Secret('one-secret'), provider);

describe('the same secret at two providers', () => {
  const twoKeys = async (): Promise<{ fixture: KeyringFixture; groq: ApiKey; mistral: ApiKey }> => {
    const fixture = new KeyringFixture();
    for (const provider of ['groq', 'mistral']) {
      assert.equal((await fixture.keyring.add({ provider, text: groqText('a') })).kind, 'added');
    }
    const [groq, mistral] = fixture.keyring.keys();
    assert.ok(groq && mistral);
    return { fixture, groq, mistral };
  };

  it('is two keys: one is refused, and the other is asked', async () => {
    const keys: FixtureKey[] = [
      { ref: 'groq/1', fingerprint: fingerprintAt('groq') },
      { ref: 'gemini/1', fingerprint: fingerprintAt('gemini') },
    ];
    const http = new says.ScriptedHttp(({ secret }) => (secret === 'groq/1' ? says.refused() : says.answers()));
    const fixture = routerFixture({ http, keys });
    for (let request = 0; request < 2; request += 1) {
      assert.equal((await fixture.router.chat(question())).key, 'gemini/1');
    }
    assert.deepEqual([fixture.healthOf('groq/1').score, fixture.healthOf('gemini/1').score], [0, 100]);
  });

  it('has two healths, also for the check', async () => {
    const { fixture, mistral } = await twoKeys();
    fixture.checked = refusal;
    await fixture.keyring.check('groq/1');
    assert.equal(fixture.ledger.health(mistral.fingerprint).score, 100);
    assert.equal(fixture.ledger.health(mistral.fingerprint).accepted, true);
  });

  it('has two accounts: use, waits and learned limits of one are not the other’s', async () => {
    const { fixture, groq, mistral } = await twoKeys();
    const { clock } = fixture;
    const ledger: Ledger = fixture.ledger;
    const other = accountOf(mistral);
    await spend(ledger, 700, askerOf(groq));
    await ledger.learn(accountOf(groq), '*', { requestsPerMinute: 7 }, clock.now());
    const untilMs = clock.now() + 60_000;
    await ledger.block(accountOf(groq), { kind: 'exhausted', scope: '*', limit: 'credit', untilMs });
    assert.deepEqual(usedOf(ledger, other), [0, 0]);
    assert.deepEqual(ledger.learned(other, '*'), {});
    assert.deepEqual(ledger.blocks(other, clock.now()), []);
  });

  it('has two response times', async () => {
    const { fixture, groq, mistral } = await twoKeys();
    await spend(fixture.ledger, 10, { ...askerOf(groq), model: 'm' });
    assert.equal(fixture.ledger.medianLatencyMs(mistral.fingerprint, 'm'), undefined);
  });

  it('says of each when it is used up', async () => {
    const keys: FixtureKey[] = ['groq/1' as const, 'gemini/1' as const].map((ref) => {
      return { ref, fingerprint: fingerprintAt(ref.slice(0, ref.indexOf('/'))), limits: { requestsPerDay: 1 } };
    });
    const http = new says.ScriptedHttp(() => says.answers());
    const fixture = routerFixture({ http, keys });
    for (let request = 0; request < 2; request += 1) await fixture.router.chat(question());
    assert.deepEqual(
      fixture.said('exhausted').map(({ key }) => key),
      ['groq/1', 'gemini/1'],
    );
  });

  it('keeps what its accounts used apart in two pools, where that came back from the copy alone', async () => {
    const first = new LedgerFolder();
    const { keyBook, ledger, takeSnapshot } = await first.window();
    const drafts = ['groq', 'mistral'].map((provider) =>
      apiKeyOf({ provider, fingerprint: fingerprintAt(provider), id: provider }),
    );
    await keyBook.add(drafts);
    for (const key of keyBook.all()) await spend(ledger, 100, askerOf(key));
    const snapshot = takeSnapshot();
    first.close();
    const second = new LedgerFolder();
    const restored = await second.window({ snapshot: () => snapshot });
    await restored.keyBook.update(() => restored.keyBook.all().map((key) => ({ ...key, pool: 'p' })));
    assert.deepEqual(usedOf(restored.ledger, 'pool:groq/p'), [1, 100]);
    assert.deepEqual(usedOf(restored.ledger, 'pool:mistral/p'), [1, 100]);
    second.close();
  });
});

describe('a copy from before fingerprints named their provider', () => {
  const key = apiKeyOf({ id: 'k', fingerprint: 'abc', label: 'Primary' });
  const facts = (kind: string, subject: string, value: unknown, scope = '') => ({
    kind,
    subject,
    scope,
    name: '',
    value,
  });
  const copy = {
    version: 1,
    takenAtMs: 0,
    sums: [{ account: 'secret:abc', model: 'm', atMs: Date.UTC(2026, 10, 22, 1), requests: 2, tokens: 500 }],
    facts: [
      facts('key', 'k', key),
      facts('lastNumber', 'groq', 3),
      facts('health', 'abc', { score: 40 }),
      facts('levels', 'secret:abc', { tokensPerDay: { level: 500, atMs: 0 } }, '*'),
      facts('learned', 'secret:abc', { requestsPerMinute: { value: 7, atMs: 0 } }, '*'),
      // In the form of then, each of which another one has followed.
      facts('learned', 'secret:abc', { requestsPerDay: 900 }, 'm'),
      facts('modelOut', 'secret:abc', { untilMs: 5 }, 'm'),
      facts('mark', 'summary', { untilMs: 5 }),
    ],
  };

  it('gives back keys, use, levels and health', async () => {
    const snapshot = parseSnapshot(copy);
    assert.ok(snapshot);
    const folder = new LedgerFolder();
    const { ledger, keyBook } = await folder.window({ snapshot: () => snapshot });
    const [there] = keyBook.all();
    assert.ok(there);
    assert.equal(there.fingerprint, 'groq/abc');
    assert.deepEqual(usedOf(ledger, accountOf(there)), [2, 500]);
    assert.equal(ledger.health(there.fingerprint).score, 40);
    assert.deepEqual(ledger.learned(accountOf(there), '*'), { requestsPerMinute: 7 });
    const bucket = { limit: 'tokensPerDay', scope: '*', form: 'bucket', value: 10_000, sinceMs: 0 } as const;
    assert.equal(ledger.count(accountOf(there), bucket, 0).used, 500);
    folder.close();
  });

  it('gives two keys of one secret what was known of it, each', () => {
    const two = [key, { ...key, id: 'g', provider: 'gemini' }].map((each) => facts('key', each.id, each));
    const snapshot = parseSnapshot({ ...copy, facts: [...two, facts('drawsOn', 'abc', 'pool:groq/p', 'groq')] });
    assert.deepEqual(
      snapshot?.sums.map(({ account, tokens }) => [account, tokens]),
      [
        ['secret:groq/abc', 500],
        ['secret:gemini/abc', 500],
      ],
    );
    assert.deepEqual(
      snapshot?.facts.flatMap(({ kind, subject }) => (kind === 'drawsOn' ? [subject] : [])),
      ['groq/abc'],
    );
  });
});
