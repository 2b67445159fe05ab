import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { Sqlite } from '../../../src/adapters/sqliteLedger/databaseFile.ts';
import type { LedgerOptions, OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { LedgerFolder } from './ledgerFixture.ts';

/** SQLITE_IOERR. */
const ioError = 10;

/** A window whose disk goes away and comes back; the others' stays. */
export class AwayWindow {
  readonly window: OpenLedger;
  readonly #folder: LedgerFolder;
  readonly #disk: { isAway: boolean };
  #spells = 0;

  private constructor(window: OpenLedger, folder: LedgerFolder, disk: { isAway: boolean }) {
    this.window = window;
    this.#folder = folder;
    this.#disk = disk;
  }

  static async open(folder: LedgerFolder, options: Partial<LedgerOptions> = {}): Promise<AwayWindow> {
    const disk = { isAway: false };
    return new AwayWindow(await folder.window({ ...options, loadSqlite: loaderOf(disk) }), folder, disk);
  }

  /** The same from its start on. */
  static async openAway(folder: LedgerFolder, options: Partial<LedgerOptions> = {}): Promise<AwayWindow> {
    const disk = { isAway: true };
    return new AwayWindow(await folder.window({ ...options, loadSqlite: loaderOf(disk) }), folder, disk);
  }

  async leave(): Promise<void> {
    this.#spells += 1;
    this.#disk.isAway = true;
    this.window.connection()?.db.exec('PRAGMA query_only = 1');
    await this.window.ledger.mark(`spell ${this.#spells}`, Number.MAX_SAFE_INTEGER, this.#folder.clock.now());
    if (this.window.connection() !== undefined) throw new Error('the database is still there');
  }

  /** It is there, and nobody has noticed yet. */
  allow(): void {
    this.#disk.isAway = false;
  }

  /** Answers once the window counts in its database again. */
  async back(): Promise<void> {
    this.allow();
    // Not longer, so that what happens next happens right after it.
    for (let turn = 0; turn < 130 && this.window.connection() === undefined; turn += 1) {
      await this.#folder.clock.advance(250);
    }
    if (this.window.connection() === undefined) throw new Error('the database is not used again');
  }
}

const loaderOf = (disk: { readonly isAway: boolean }) => async (): Promise<Sqlite> => ({
  DatabaseSync: class extends DatabaseSync {
    constructor(path: string) {
      if (disk.isAway) throw Object.assign(new Error('disk I/O error'), { errcode: ioError });
      super(path);
    }
  },
});

/** One such window, and another one whose disk is well. */
export class AwayFixture {
  readonly folder: LedgerFolder;
  readonly away: AwayWindow;
  readonly window: OpenLedger;
  readonly other: OpenLedger;
  readonly #process: { isAlive: boolean };

  private constructor(folder: LedgerFolder, away: AwayWindow, other: OpenLedger, process: { isAlive: boolean }) {
    this.folder = folder;
    this.away = away;
    this.window = away.window;
    this.other = other;
    this.#process = process;
  }

  static async open(): Promise<AwayFixture> {
    const folder = new LedgerFolder();
    const process = { isAlive: true };
    const away = await AwayWindow.open(folder);
    return new AwayFixture(folder, away, await folder.window({ isAlive: () => process.isAlive }), process);
  }

  /** From here on the other window finds no process of the one whose disk is away. */
  seemsDead(): void {
    this.#process.isAlive = false;
  }

  /** What both windows know now. */
  both(look: (window: OpenLedger) => unknown, expected: unknown): void {
    for (const each of [this.window, this.other]) {
      each.ledger.refresh();
      assert.deepEqual(look(each), expected);
    }
  }
}
