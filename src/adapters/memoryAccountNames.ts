import type { AccountNames, Credential } from '../core/quota/accountNames.ts';
import { planAccountName } from '../core/quota/factPlans.ts';
import type { PoolJoin } from '../core/quota/poolJoin.ts';
import type { MemoryStore } from './memoryStore.ts';

export class MemoryAccountNames implements AccountNames {
  readonly #store: MemoryStore;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  async noteAccountName(credential: Credential, accountName: string): Promise<PoolJoin | undefined> {
    const { state } = this.#store;
    const plan = planAccountName(state.facts, credential, accountName);
    const join = state.carryOut(plan);
    if (plan.facts.length > 0) this.#store.changed();
    return join;
  }

  accountName(credential: Credential): string | undefined {
    return this.#store.state.facts.accountName(credential);
  }
}
