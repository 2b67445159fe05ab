import type { AccountNames, Credential } from '../../core/quota/accountNames.ts';
import { planAccountName, type Plan } from '../../core/quota/factPlans.ts';
import type { PoolJoin } from '../../core/quota/poolJoin.ts';
import type { SqliteStore } from './sqliteStore.ts';

export class SqliteAccountNames implements AccountNames {
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  async noteAccountName(credential: Credential, accountName: string): Promise<PoolJoin | undefined> {
    const plan = (): Plan<PoolJoin | undefined> => planAccountName(this.#store.state.facts, credential, accountName);
    // Most replies name what is known: no transaction for that.
    return plan().facts.length === 0 ? undefined : this.#store.perform(plan);
  }

  accountName(credential: Credential): string | undefined {
    return this.#store.state.facts.accountName(credential);
  }
}
