import type { Cancel } from '../ports.ts';
import type { AccountNames, Credential } from '../quota/accountNames.ts';
import type { PoolJoin } from '../quota/poolJoin.ts';

/** Notes the accounts that providers name, and tells of the keys that became one pool by that. */
export class PoolJoiner implements AccountNames {
  readonly #names: AccountNames;
  readonly #listeners = new Set<(join: PoolJoin) => void>();
  #untold: PoolJoin[] = [];

  constructor(names: AccountNames) {
    this.#names = names;
  }

  async noteAccountName(credential: Credential, accountName: string): Promise<PoolJoin | undefined> {
    const join = await this.#names.noteAccountName(credential, accountName);
    if (join !== undefined) this.tell(join);
    return join;
  }

  tell(join: PoolJoin): void {
    if (this.#listeners.size === 0) this.#untold.push(join);
    for (const listener of this.#listeners) listener(join);
  }

  accountName(credential: Credential): string | undefined {
    return this.#names.accountName(credential);
  }

  /** Called in the one window whose reply it was. Whoever listens first hears of earlier ones too. */
  onJoin(listener: (join: PoolJoin) => void): Cancel {
    this.#listeners.add(listener);
    for (const join of this.#untold.splice(0)) listener(join);
    return () => void this.#listeners.delete(listener);
  }
}
