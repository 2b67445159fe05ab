import type { Account } from '../keys/apiKey.ts';

/** Who used something: as much of it as is known where the sums came back from a copy. */
export type Owner = { readonly fingerprint: string; readonly account: Account };

/** Whose use it was is not in a snapshot: it counts, and no report names it. */
export const restored = { provider: '', key: 'restored/1', keyId: '', fingerprint: '' } as const;

/**
 * On which account each secret draws now. An attempt keeps the account that it was recorded under;
 * where its key has joined or left a pool since, it counts where the key counts.
 */
export class Accounts {
  readonly #now = new Map<string, Account>();
  #changes = 0;

  /** Another number after each change. */
  get changes(): number {
    return this.#changes;
  }

  set(fingerprint: string, account: Account): void {
    this.#now.set(fingerprint, account);
    this.#changes += 1;
  }

  /** Undefined: it never changed. */
  known(fingerprint: string): Account | undefined {
    return this.#now.get(fingerprint);
  }

  /** Of a restored sum only the account is known: a secret's names its fingerprint. */
  of({ fingerprint, account }: Owner): Account {
    const whose = fingerprint === '' && account.startsWith('secret:') ? account.slice('secret:'.length) : fingerprint;
    return this.known(whose) ?? account;
  }

  all(): IterableIterator<[fingerprint: string, account: Account]> {
    return this.#now.entries();
  }
}
