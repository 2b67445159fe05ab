import type { ApiKey } from '../keys/apiKey.ts';
import type { AccountNames } from './accountNames.ts';

/** Keys that go into one pool, since their provider says that they are one account. */
export type PoolJoin = {
  readonly provider: string;
  readonly accountName: string;
  readonly pool: string;
  /** Those that join now, by number. */
  readonly joining: readonly ApiKey[];
  /** Those that were in the pool before, by number; none: the pool is new. */
  readonly members: readonly ApiKey[];
};

/**
 * What joins once a provider has named this account. A key that is in a pool stays in it, and one
 * that the user took out of a pool joins none.
 */
export function poolJoinOf(
  keys: readonly ApiKey[],
  names: Pick<AccountNames, 'accountName'>,
  { provider, accountName }: Pick<PoolJoin, 'provider' | 'accountName'>,
): PoolJoin | undefined {
  const own = keys.filter((key) => key.provider === provider).toSorted((a, b) => a.number - b.number);
  const named = own.filter((key) => names.accountName(key) === accountName);
  const joining = named.filter((key) => key.pool === undefined && key.parted !== true);
  const isOfAccount = (pool: string): boolean =>
    own.every((key) => key.pool !== pool || (names.accountName(key) ?? accountName) === accountName);
  const pool = named.flatMap((key) => key.pool ?? []).find(isOfAccount);
  if (joining.length < (pool === undefined ? 2 : 1)) return undefined;
  return {
    provider,
    accountName,
    pool: pool ?? freePoolName(accountName, keys),
    joining,
    members: own.filter((key) => pool !== undefined && key.pool === pool),
  };
}

/** Not one that is in use: what goes by that name has nothing to do with this account. */
function freePoolName(accountName: string, keys: readonly ApiKey[]): string {
  const used = new Set(keys.map((key) => key.pool));
  let name = accountName;
  for (let number = 2; used.has(name); number += 1) name = `${accountName} (${number})`;
  return name;
}
