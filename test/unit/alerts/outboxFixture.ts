import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemoryOutbox } from '../../../src/adapters/memoryOutbox.ts';
import { Connection } from '../../../src/adapters/sqliteLedger/connection.ts';
import { createTables } from '../../../src/adapters/sqliteLedger/schema.ts';
import { SqliteOutbox } from '../../../src/adapters/sqliteLedger/sqliteOutbox.ts';
import type { Outbox } from '../../../src/core/alerts/outbox.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { SeededRandom } from '../support/seededRandom.ts';

/** One database file, and a connection of its own for each window that opens it. */
export class OutboxFile {
  readonly path: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'outbox-'));
  readonly #databases: DatabaseSync[] = [];

  constructor() {
    this.path = join(this.#directory, 'ledger.db');
  }

  open(): SqliteOutbox {
    const db = new DatabaseSync(this.path);
    db.exec('PRAGMA busy_timeout = 20; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    createTables(db, () => {});
    this.#databases.push(db);
    const connection = new Connection(db);
    return new SqliteOutbox({
      connection: () => connection,
      clock: new FakeClock(),
      random: new SeededRandom(this.#databases.length),
      onForeignChange: () => () => {},
    });
  }

  dispose(): void {
    for (const db of this.#databases) db.close();
    rmSync(this.#directory, { recursive: true });
  }
}

export type OutboxFixture = {
  /** Gives each window its own door to one and the same outbox. */
  readonly open: () => Outbox;
  readonly dispose: () => void;
};

export const outboxFixtures: readonly { readonly name: string; readonly create: () => OutboxFixture }[] = [
  {
    name: 'in memory',
    create: () => {
      const outbox = new MemoryOutbox();
      return { open: () => outbox, dispose: () => {} };
    },
  },
  {
    name: 'in the database',
    create: () => {
      const file = new OutboxFile();
      return { open: () => file.open(), dispose: () => file.dispose() };
    },
  },
];
