import type { ApiKey } from '../../core/keys/apiKey.ts';
import {
  bookAway,
  type AddOutcome,
  type BookChanged,
  type BookUpdated,
  type ChangeKeys,
  type KeyBook,
  type KeyDraft,
  type UnownedSecret,
} from '../../core/keys/keyBook.ts';
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

  async add(drafts: readonly KeyDraft[], change?: ChangeKeys): Promise<readonly AddOutcome[]> {
    const away = drafts.map(() => bookAway);
    return this.#change(() => plans.planAddKeys(this.#store.state.facts, drafts, change), away);
  }

  async update(decide: ChangeKeys): Promise<BookUpdated> {
    return this.#change(() => plans.planUpdateKeys(this.#store.state.facts, decide), bookAway);
  }

  async remove(ids: readonly string[]): Promise<BookChanged> {
    return this.#change(() => plans.planRemoveKeys(this.#store.state.facts, ids), bookAway);
  }

  async expectSecrets(ids: readonly string[], nowMs: number): Promise<BookChanged> {
    return this.#change(() => plans.planExpectSecrets(ids, nowMs), bookAway);
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

  async #change<Answer>(plan: () => plans.Plan<Answer>, away: Answer): Promise<Answer> {
    this.#store.reach();
    return this.#store.perform(() => (this.#store.isAway ? { answer: away } : plan()));
  }
}
