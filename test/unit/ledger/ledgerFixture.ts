import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryAccountNames } from '../../../src/adapters/memoryAccountNames.ts';
import { MemoryKeyBook } from '../../../src/adapters/memoryKeyBook.ts';
import { MemoryLedger } from '../../../src/adapters/memoryLedger.ts';
import { MemoryStore } from '../../../src/adapters/memoryStore.ts';
import { openLedger, type LedgerOptions, type OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import type { KeyBook } from '../../../src/core/keys/keyBook.ts';
import type { AccountNames } from '../../../src/core/quota/accountNames.ts';
import type { Ledger } from '../../../src/core/quota/ledger.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { SeededRandom } from '../support/seededRandom.ts';

export type LedgerWindow = { readonly ledger: Ledger; readonly keyBook: KeyBook; readonly accountNames: AccountNames };

export type LedgerFixture = {
  readonly clock: FakeClock;
  /** Another window over the same record. */
  window(): Promise<LedgerWindow>;
  close(): void;
};

/** A folder with one database, and windows over it; two processes unless told otherwise. */
export class LedgerFolder implements LedgerFixture {
  readonly clock: FakeClock;
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  readonly #windows: OpenLedger[] = [];

  constructor(clock = new FakeClock()) {
    this.clock = clock;
    this.path = join(this.#folder, 'storage', 'ledger.db');
  }

  async window(options: Partial<LedgerOptions> = {}): Promise<OpenLedger> {
    const random = new SeededRandom(this.#windows.length + 1);
    const window = await openLedger({ path: this.path, clock: this.clock, random, ...options });
    this.#windows.push(window);
    return window;
  }

  close(): void {
    for (const { ledger } of this.#windows) ledger.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function memoryFixture(): LedgerFixture {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const window = async (): Promise<LedgerWindow> => ({
    ledger: new MemoryLedger({ clock, store }),
    keyBook: new MemoryKeyBook(store),
    accountNames: new MemoryAccountNames(store),
  });
  return { clock, window, close: () => undefined };
}

/** One way to keep the record. */
type LedgerMaker = { readonly name: string; readonly open: () => LedgerFixture };

export const ledgerFixtures: readonly LedgerMaker[] = [
  { name: 'in memory', open: memoryFixture },
  { name: 'in SQLite', open: () => new LedgerFolder() },
];

/** Runs on a record in which nothing stands yet, and leaves nothing of it. */
export async function withRecord(kind: LedgerMaker, play: (fixture: LedgerFixture) => Promise<void>): Promise<void> {
  const fixture = kind.open();
  try {
    await play(fixture);
  } finally {
    fixture.close();
  }
}

type TwoLedgers = { readonly ledger: Ledger; readonly other: Ledger; readonly clock: FakeClock };

/** A test with the ledgers of two windows over one record. */
export const withTwoWindows = (kind: LedgerMaker, play: (fixture: TwoLedgers) => Promise<void>) => (): Promise<void> =>
  withRecord(kind, async (fixture) => {
    const { ledger } = await fixture.window();
    const { ledger: other } = await fixture.window();
    await play({ ledger, other, clock: fixture.clock });
  });
