import type { ApiKey } from '../../core/keys/apiKey.ts';
import type { AddOutcome, ChangeKeys, KeyBook, KeyDraft, UnownedSecret } from '../../core/keys/keyBook.ts';
import type { Cancel } from '../../core/ports.ts';
import * as plans from '../../core/quota/factPlans.ts';
import type { SqliteStore } from './sqliteStore.ts';

/** Keys' metadata in the ledger's database: numbers are given inside its transactions. */
export class SqliteKeyBook implements KeyBook {
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  all(): readonly ApiKey[] {
    return this.#store.state.facts.keys();
  }

  async add(drafts: readonly KeyDraft[]): Promise<readonly AddOutcome[]> {
    return this.#store.perform(() => plans.planAddKeys(this.#store.state.facts, drafts));
  }

  async update(decide: ChangeKeys): Promise<readonly ApiKey[]> {
    return this.#store.perform(() => plans.planUpdateKeys(this.#store.state.facts, decide));
  }

  async remove(ids: readonly string[]): Promise<void> {
    return this.#store.perform(() => plans.planRemoveKeys(this.#store.state.facts, ids));
  }

  async expectSecrets(ids: readonly string[], nowMs: number): Promise<void> {
    return this.#store.perform(() => plans.planExpectSecrets(ids, nowMs));
  }

  unownedSecrets(): readonly UnownedSecret[] {
    return Array.from(this.#store.state.facts.unownedSecrets(), ([id, { sinceMs }]) => ({ id, sinceMs }));
  }

  async forgetSecrets(ids: readonly string[]): Promise<void> {
    return this.#store.perform(() => plans.planForgetSecrets(this.#store.state.facts, ids));
  }

  onDidChange(listener: () => void): Cancel {
    // Not read for this alone: at worst somebody is called once for nothing.
    let seen: readonly ApiKey[] | undefined;
    return this.#store.onDidChange(() => {
      if (this.all() === seen) return;
      seen = this.all();
      listener();
    });
  }
}
