import { areSameLimits, type Limits } from '../quota/limits.ts';
import { accountOf, type Account, type ApiKey } from './apiKey.ts';

/**
 * The keys of a book in its order, as a change leaves them, with each pool's limits on all of its keys:
 * there they are read, copied and lost with the keys. Where the keys of a pool differ, those that were in
 * it before decide, of them the first whose limits the change alters: so a limit is set through any one
 * key, the last of two windows wins, and who joins takes over what stands. In a pool that nobody was in,
 * as one that gets another name, the first that brings any decides.
 */
export function withPoolLimits(keys: readonly ApiKey[], before: readonly ApiKey[]): readonly ApiKey[] {
  const old = new Map(before.map((key) => [key.id, key]));
  const limits = new Map<Account, Limits | undefined>();
  for (const [account, members] of Map.groupBy(keys.filter(isPooled), accountOf)) {
    const stayed = members.filter(({ id, pool }) => old.get(id)?.pool === pool);
    const changed = stayed.find(({ id, poolLimits }) => !areSameLimits(poolLimits, old.get(id)?.poolLimits));
    limits.set(account, (changed ?? stayed[0] ?? members.find(hasLimits))?.poolLimits);
  }
  return keys.map((key) => {
    const { poolLimits, ...rest } = key;
    const own = limits.get(accountOf(key));
    if (areSameLimits(poolLimits, own)) return key;
    return own === undefined ? rest : { ...rest, poolLimits: own };
  });
}

const isPooled = ({ pool }: ApiKey): boolean => pool !== undefined;
const hasLimits = ({ poolLimits }: ApiKey): boolean => poolLimits !== undefined;
