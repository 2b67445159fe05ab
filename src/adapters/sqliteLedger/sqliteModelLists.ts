import type { ListedModel } from '../../core/providers/chatCall.ts';
import type { ModelLists } from '../../core/providers/modelLists.ts';
import type { SqliteStore } from './sqliteStore.ts';

/** What providers last said of their models, in the ledger's database: what one window asked, all have. */
export class SqliteModelLists {
  readonly #store: SqliteStore;

  constructor(store: SqliteStore) {
    this.#store = store;
  }

  /** The same object until one changes. */
  all(): ModelLists {
    return this.#store.state.facts.modelLists();
  }

  keep(provider: string, models: readonly ListedModel[], atMs: number): Promise<void> {
    const value = { atMs, models: [...models] };
    const kept = { kind: 'modelList', subject: provider, scope: '', name: '', value } as const;
    return this.#store.perform(() => ({ answer: undefined, facts: [kept] }));
  }
}
