import type { AccountNames } from '../../core/quota/accountNames.ts';
import { planAccountName } from '../../core/quota/factPlans.ts';
import type { SqliteStore } from './sqliteStore.ts';

export class SqliteAccountNames implements AccountNames {
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  async noteAccountName(fingerprint: string, accountName: string): Promise<void> {
    return this.#store.perform(() => planAccountName(this.#store.state.facts, fingerprint, accountName));
  }

  accountName(fingerprint: string): string | undefined {
    return this.#store.state.facts.accountName(fingerprint);
  }
}
