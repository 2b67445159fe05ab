import { accountOf, type ApiKey } from '../keys/apiKey.ts';

/**
 * Which account a provider named for each secret (Groq's `org_…`, Hugging Face's user): keys of one
 * account draw on one quota, and should be in one pool.
 */
export interface AccountNames {
  noteAccountName(fingerprint: string, accountName: string): Promise<void>;
  accountName(fingerprint: string): string | undefined;
}

export type PoolCandidate = {
  readonly provider: string;
  readonly accountName: string;
  /** Two or more, by number; not all in one pool yet. */
  readonly keys: readonly ApiKey[];
};

/** Keys that share an account at their provider but are counted apart: worth offering a pool. */
export function samePoolCandidates(
  keys: readonly ApiKey[],
  names: Pick<AccountNames, 'accountName'>,
): readonly PoolCandidate[] {
  const groups = new Map<string, { provider: string; accountName: string; keys: ApiKey[] }>();
  for (const key of keys) {
    const accountName = names.accountName(key.fingerprint);
    if (accountName === undefined) continue;
    const id = `${key.provider}\n${accountName}`;
    const group = groups.get(id) ?? { provider: key.provider, accountName, keys: [] };
    group.keys.push(key);
    groups.set(id, group);
  }
  return [...groups.values()]
    .filter((group) => new Set(group.keys.map(accountOf)).size > 1)
    .map((group) => ({ ...group, keys: group.keys.toSorted((a, b) => a.number - b.number) }));
}
