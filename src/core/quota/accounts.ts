import { ownAccountOf, type Account } from '../keys/apiKey.ts';
import type { SpentRow } from './snapshot.ts';

/** Who used something: as much of it as is known where the sums came back from a copy. */
export type Owner = { readonly fingerprint: string; readonly account: Account };

/**
 * Which key used it is in a snapshot by its fingerprint alone, or not at all where that was not known
 * of a pool's use (`''`): it counts, and no report names it.
 */
export const restoredOwner = ({ account, fingerprint }: Pick<SpentRow, 'account' | 'fingerprint'>) =>
  ({
    provider: '',
    key: 'restored/1',
    keyId: '',
    fingerprint: fingerprint ?? (account.startsWith(ownAccountOf('')) ? account.slice(ownAccountOf('').length) : ''),
    account,
  }) as const;

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

  of({ fingerprint, account }: Owner): Account {
    return this.known(fingerprint) ?? account;
  }

  /** Where its use counts: on its account, and by itself where that is a pool. */
  countedOn(owner: Owner): readonly Account[] {
    const account = this.of(owner);
    const own = ownAccountOf(owner.fingerprint);
    return account.startsWith('pool:') && owner.fingerprint !== '' ? [account, own] : [account];
  }

  all(): IterableIterator<[fingerprint: string, account: Account]> {
    return this.#now.entries();
  }
}
