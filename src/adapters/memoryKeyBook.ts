import type { ApiKey } from '../core/keys/apiKey.ts';
import type {
  AddOutcome,
  BookChanged,
  BookUpdated,
  ChangeKeys,
  KeyBook,
  KeyDraft,
  UnownedSecret,
} from '../core/keys/keyBook.ts';
import type { Cancel } from '../core/ports.ts';
import * as plans from '../core/quota/factPlans.ts';
import { MemoryStore } from './memoryStore.ts';

export class MemoryKeyBook implements KeyBook {
  readonly #store: MemoryStore;

  constructor(store = new MemoryStore()) {
    this.#store = store;
  }

  all(): readonly ApiKey[] {
    return this.#store.state.facts.keys();
  }

  async add(drafts: readonly KeyDraft[], change?: ChangeKeys): Promise<readonly AddOutcome[]> {
    return this.#carryOut(plans.planAddKeys(this.#store.state.facts, drafts, change));
  }

  async update(decide: ChangeKeys): Promise<BookUpdated> {
    return this.#carryOut(plans.planUpdateKeys(this.#store.state.facts, decide));
  }

  async remove(ids: readonly string[]): Promise<BookChanged> {
    return this.#carryOut(plans.planRemoveKeys(this.#store.state.facts, ids));
  }

  async expectSecrets(ids: readonly string[], nowMs: number): Promise<BookChanged> {
    return this.#carryOut(plans.planExpectSecrets(ids, nowMs));
  }

  unownedSecrets(): readonly UnownedSecret[] {
    return Array.from(this.#store.state.facts.unownedSecrets(), ([id, { sinceMs }]) => ({ id, sinceMs }));
  }

  async forgetSecrets(ids: readonly string[]): Promise<void> {
    this.#carryOut(plans.planForgetSecrets(this.#store.state.facts, ids));
  }

  onDidChange(listener: () => void): Cancel {
    let seen = this.all();
    return this.#store.onDidChange(() => {
      if (this.all() === seen) return;
      seen = this.all();
      listener();
    });
  }

  #carryOut<Answer>(plan: plans.Plan<Answer>): Answer {
    const answer = this.#store.state.carryOut(plan);
    if (plan.facts.length > 0) this.#store.changed();
    return answer;
  }
}
