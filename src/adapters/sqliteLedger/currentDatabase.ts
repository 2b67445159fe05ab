import { sqliteProblemOf, type SqliteProblem } from './sqliteProblem.ts';
import type { Opened } from './writeChange.ts';

/** The database that counts now, where there is one, and its transactions. */
export class CurrentDatabase {
  opened: Opened | undefined;
  /** Reads that failed so far. */
  readFailures = 0;
  readonly #onReadFailure: (problem: SqliteProblem, opened: Opened) => void;
  #inTransaction = false;

  constructor(onReadFailure: (problem: SqliteProblem, opened: Opened) => void) {
    this.#onReadFailure = onReadFailure;
  }

  /** One consistent look; undefined where there is no database or it could not be read. */
  read<Answer>(look: (opened: Opened) => Answer): Answer | undefined {
    const { opened } = this;
    if (opened === undefined) return undefined;
    if (this.#inTransaction) return look(opened);
    try {
      return this.inside(opened, 'BEGIN', () => look(opened));
    } catch (error) {
      const problem = sqliteProblemOf(error);
      if (problem === undefined) throw error;
      this.readFailures += 1;
      this.#onReadFailure(problem, opened);
      return undefined;
    }
  }

  /** Reads of the work are in the same transaction. Throws what SQLite throws. */
  inside<Answer>({ connection }: Opened, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => Answer): Answer {
    return connection.transaction(begin, () => {
      this.#inTransaction = true;
      try {
        return work();
      } finally {
        this.#inTransaction = false;
      }
    });
  }

  close(): void {
    const { opened } = this;
    this.opened = undefined;
    if (opened?.connection.db.isOpen === true) opened.connection.db.close();
  }
}
