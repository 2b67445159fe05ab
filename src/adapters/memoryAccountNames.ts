import type { AccountNames } from '../core/quota/accountNames.ts';
import { planAccountName } from '../core/quota/factPlans.ts';
import type { MemoryStore } from './memoryStore.ts';

export class MemoryAccountNames implements AccountNames {
  readonly #store: MemoryStore;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  async noteAccountName(fingerprint: string, accountName: string): Promise<void> {
    this.#store.state.carryOut(planAccountName(this.#store.state.facts, fingerprint, accountName));
    this.#store.changed();
  }

  accountName(fingerprint: string): string | undefined {
    return this.#store.state.facts.accountName(fingerprint);
  }
}
