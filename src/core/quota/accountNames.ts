import type { ApiKey } from '../keys/apiKey.ts';
import type { PoolJoin } from './poolJoin.ts';

/** A secret at one provider: another provider's word about the same secret is of another account. */
export type Credential = Pick<ApiKey, 'provider' | 'fingerprint'>;

/**
 * Which account a provider named for each credential (Groq's `org_…`, Hugging Face's user): keys of
 * one account draw on one quota.
 */
export interface AccountNames {
  /** Keys that are one account by that become one pool in the same change. Answers what joined; undefined: nothing. */
  noteAccountName(credential: Credential, accountName: string): Promise<PoolJoin | undefined>;
  accountName(credential: Credential): string | undefined;
}
