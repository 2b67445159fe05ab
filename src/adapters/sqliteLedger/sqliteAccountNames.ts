import type { Cancel } from '../../core/ports.ts';
import type { AccountNames, Credential } from '../../core/quota/accountNames.ts';
import { planAccountName, type Plan } from '../../core/quota/factPlans.ts';
import type { PoolJoin } from '../../core/quota/poolJoin.ts';
import type { SqliteStore } from './sqliteStore.ts';

export class SqliteAccountNames implements AccountNames {
  readonly #store: SqliteStore;
  readonly #listeners = new Set<(join: PoolJoin) => void>();
  /** By pool. */
  readonly #late = new Map<string, PoolJoin>();

  constructor(store: SqliteStore) {
    this.#store = store;
    store.onDidChange(() => this.#tellLate());
  }

  async noteAccountName(credential: Credential, accountName: string): Promise<PoolJoin | undefined> {
    const plan = (): Plan<PoolJoin | undefined> => planAccountName(this.#store.state.facts, credential, accountName);
    // Most replies name what is known: no transaction for that.
    if (plan().facts.length === 0) return undefined;
    return this.#store.perform((late) => {
      const planned = plan();
      // Other windows may be changing these keys: they join when the database is back.
      if (this.#store.isAway)
        return { facts: planned.facts.filter(({ kind }) => kind === 'accountName'), answer: undefined };
      if (late !== undefined && planned.answer !== undefined) this.#late.set(planned.answer.pool, planned.answer);
      return planned;
    });
  }

  accountName(credential: Credential): string | undefined {
    return this.#store.state.facts.accountName(credential);
  }

  /** Keys became one pool when the database came back, by what was noted before. */
  onLateJoin(listener: (join: PoolJoin) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Once it is certain: a database that failed again is still away. */
  #tellLate(): void {
    const joins = [...this.#late.values()];
    this.#late.clear();
    if (this.#store.isAway) return;
    for (const join of joins) for (const listener of this.#listeners) listener(join);
  }
}
