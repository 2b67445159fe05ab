import type { Account } from '../keys/apiKey.ts';

/** Who used something: as much of it as is known where the sums came back from a copy. */
export type Owner = { readonly provider: string; readonly fingerprint: string; readonly account: Account };

/** Whose use it was is not in a snapshot: it counts, and no report names it. */
export const restored = { provider: '', key: 'restored/1', keyId: '', fingerprint: '' } as const;

/**
 * On which account each secret draws now. An attempt keeps the account that it was recorded under;
 * where its key has joined or left a pool since, it counts where the key counts.
 */
export class Accounts {
  readonly #ofKey = new Map<string, Account>();
  readonly #ofSecret = new Map<string, Account>();
  #changes = 0;

  /** Another number after each change. */
  get changes(): number {
    return this.#changes;
  }

  set(provider: string, fingerprint: string, account: Account): void {
    this.#ofKey.set(`${provider}/${fingerprint}`, account);
    this.#ofSecret.set(`secret:${fingerprint}`, account);
    this.#changes += 1;
  }

  /** Undefined: it never changed. */
  known(provider: string, fingerprint: string): Account | undefined {
    return this.#ofKey.get(`${provider}/${fingerprint}`);
  }

  of({ provider, fingerprint, account }: Owner): Account {
    const now = provider === '' ? this.#ofSecret.get(account) : this.known(provider, fingerprint);
    return now ?? account;
  }

  *all(): Generator<{ provider: string; fingerprint: string; account: Account }> {
    for (const [key, account] of this.#ofKey) {
      const slash = key.lastIndexOf('/');
      yield { provider: key.slice(0, slash), fingerprint: key.slice(slash + 1), account };
    }
  }
}
