import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { poolJoinOf } from '../../../src/core/quota/poolJoin.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';

type Told = Partial<ApiKey> & { readonly named?: string };

/** What joins once Groq has named `org_x`; keys are numbered as they come. */
function joinOf(...told: readonly Told[]) {
  const names = new Map<string, string | undefined>();
  const keys = told.map(({ named, ...change }, place) => {
    const key = apiKeyOf({ number: place + 1, ...change });
    names.set(`${key.provider} ${key.fingerprint}`, named);
    return key;
  });
  const accountName = ({ provider, fingerprint }: Pick<ApiKey, 'provider' | 'fingerprint'>): string | undefined =>
    names.get(`${provider} ${fingerprint}`);
  const join = poolJoinOf(keys, { accountName }, { provider: 'groq', accountName: 'org_x' });
  if (join === undefined) return undefined;
  const numbers = (of: readonly ApiKey[]): readonly number[] => of.map(({ number }) => number);
  return { pool: join.pool, joining: numbers(join.joining), members: numbers(join.members) };
}

const named = 'org_x';

describe('keys that a provider says are one account', () => {
  it('join a new pool, called like the account', () => {
    assert.deepEqual(joinOf({ named }, { named }, {}, { named: 'org_y' }), {
      pool: 'org_x',
      joining: [1, 2],
      members: [],
    });
  });

  it('are at least two', () => {
    assert.equal(joinOf({ named }, {}), undefined);
  });

  it('are keys of the provider that says so: the same secret elsewhere is another account', () => {
    assert.equal(joinOf({ named }, { named, provider: 'my-llm', number: 1 }), undefined);
  });

  it('join the pool that the user has made of others of the account', () => {
    assert.deepEqual(joinOf({ named, pool: 'mine' }, { pool: 'mine' }, { named }), {
      pool: 'mine',
      joining: [3],
      members: [1, 2],
    });
  });

  it('stay in the pools that the user put them into', () => {
    assert.equal(joinOf({ named, pool: 'p' }, { named, pool: 'q' }), undefined);
  });

  it('join no pool in which there is a key of another account', () => {
    assert.deepEqual(joinOf({ named, pool: 'p' }, { named: 'org_y', pool: 'p' }, { named }, { named }), {
      pool: 'org_x',
      joining: [3, 4],
      members: [],
    });
  });

  it('join no pool once the user has parted them', () => {
    assert.equal(joinOf({ named, parted: true }, { named, parted: true }, { named }), undefined);
  });

  it('join a pool whose name nothing else has', () => {
    assert.equal(joinOf({ named }, { named }, { provider: 'my-llm', pool: 'org_x' })?.pool, 'org_x (2)');
  });
});
