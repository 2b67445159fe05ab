import type { Limits } from '../quota/limits.ts';

/** All that is known of one credential, except its secret. */
export type ApiKey = {
  /** Names the SecretStorage entry. Stable, random, never reused. */
  readonly id: string;
  /** Provider id: `groq`. */
  readonly provider: string;
  /** Stable within its provider; Add never reuses one. */
  readonly number: number;
  /** What the user calls it: "Primary". Empty when they gave none. */
  readonly label: string;
  /** 1 is asked first. */
  readonly priority: number;
  /** The user's own numbers; they win over learned and catalog ones. */
  readonly limits: Limits;
  /** The user's own number of requests that may be under way with it at once; it wins over the provider's. */
  readonly maxConcurrent?: number;
  /** Keys with the same pool draw on one account's quota. */
  readonly pool?: string;
  /** The user's own numbers for its pool, the same on all keys of it (`poolLimits.ts`). */
  readonly poolLimits?: Limits;
  /** The user took it out of a pool: it joins none by itself. */
  readonly parted?: true;
  readonly enabled: boolean;
  /** Scheme, host and port of the URLs that this key may be sent to. */
  readonly origins: readonly string[];
  /** Provider and keyed hash of the secret: the same secret is the same key, without being kept. */
  readonly fingerprint: string;
  readonly addedAtMs: number;
};

/**
 * Whose usage, cooldowns and exhaustion a key shares: its pool's, or its own secret's, so that a
 * changed secret starts afresh and one that comes back finds its usage again. Pools of two
 * providers that are called the same have nothing in common.
 */
export type Account = `pool:${string}` | `secret:${string}`;

export const accountOf = ({
  provider,
  pool,
  fingerprint,
}: Pick<ApiKey, 'provider' | 'pool' | 'fingerprint'>): Account =>
  pool === undefined ? ownAccountOf(fingerprint) : `pool:${provider}/${pool}`;

/** What a key alone uses is counted here, whether it is in a pool or not. */
export const ownAccountOf = (fingerprint: string): Account => `secret:${fingerprint}`;
