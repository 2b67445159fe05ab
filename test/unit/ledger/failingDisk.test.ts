import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Sqlite } from '../../../src/adapters/sqliteLedger/databaseFile.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { askOf, reservationOf, spend, usedOf } from './spend.ts';

describe('a ledger whose disk fails', () => {
  let folder: LedgerFolder;

  beforeEach(() => {
    folder = new LedgerFolder();
  });
  afterEach(() => folder.close());

  /** Whoever looks for the file gets an error that is not "no such file". */
  function hideFolder(): () => void {
    const storage = dirname(folder.path);
    renameSync(storage, `${storage}.away`);
    symlinkSync(storage, storage);
    return () => {
      unlinkSync(storage);
      renameSync(`${storage}.away`, storage);
    };
  }

  it('goes on with its database while nobody can tell whether the file is still there', async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown): void => void rejected.push(reason);
    const { ledger, notices, connection } = await folder.window();
    await spend(ledger, 100);
    const before = connection();
    const show = hideFolder();
    process.on('unhandledRejection', note);
    try {
      await folder.clock.advance(10_000);
      await spend(ledger, 20);
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', note);
      show();
    }
    await folder.clock.advance(1_000);
    assert.deepEqual([rejected, notices], [[], []]);
    assert.equal(connection(), before);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [2, 120]);
  });

  it('counts once what was written late, where it fails again at once', async () => {
    const { ledger, connection } = await folder.window();
    const fail = (): void => connection()?.db.exec('PRAGMA query_only = 1');
    await spend(ledger, 100);
    for (const [tokens, requests, used] of [
      [23, 2, 123],
      [1, 3, 124],
      [6, 4, 130],
    ] as const) {
      fail();
      await spend(ledger, tokens);
      assert.equal(connection(), undefined);
      assert.deepEqual(usedOf(ledger, 'secret:a'), [requests, used]);
      while (connection() === undefined) await folder.clock.advance(250);
      assert.deepEqual(usedOf(ledger, 'secret:a'), [requests, used]);
    }
    assert.deepEqual(usedOf((await folder.window()).ledger, 'secret:a'), [4, 130]);
  });

  it('counts once what it writes into a database made anew meanwhile', async () => {
    const { ledger, connection } = await folder.window();
    await spend(ledger, 100);
    connection()?.db.exec('PRAGMA query_only = 1');
    await spend(ledger, 24);
    for (const suffix of ['', '-wal', '-shm']) rmSync(folder.path + suffix, { force: true });
    while (connection() === undefined) await folder.clock.advance(250);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [2, 124]);
    assert.deepEqual(usedOf((await folder.window()).ledger, 'secret:a'), [2, 124]);
  });

  it('counts once what it could write only in part before it failed again', async () => {
    for (let allowed = 1; allowed <= 12; allowed += 1) {
      await withFolder(async (ownFolder) => {
        let writesLeft = Number.POSITIVE_INFINITY;
        const fragile = class extends DatabaseSync {
          override prepare(sql: string): StatementSync {
            const statement = super.prepare(sql);
            if (sql !== 'BEGIN IMMEDIATE') return statement;
            const run = statement.run.bind(statement);
            statement.run = () => {
              writesLeft -= 1;
              if (writesLeft < 0) throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
              return run();
            };
            return statement;
          }
        };
        const loadSqlite = async (): Promise<Sqlite> => ({ DatabaseSync: fragile });
        const { ledger, connection } = await ownFolder.window({ loadSqlite });
        await spend(ledger, 100);
        writesLeft = 0;
        for (const tokens of [20, 3, 1]) await spend(ledger, tokens);
        assert.deepEqual([connection(), ...usedOf(ledger, 'secret:a')], [undefined, 4, 124]);
        writesLeft = allowed;
        await ownFolder.clock.advance(30_000);
        assert.deepEqual(usedOf(ledger, 'secret:a'), [4, 124], `after ${allowed} writes`);
        writesLeft = Number.POSITIVE_INFINITY;
        await ownFolder.clock.advance(61_000);
        assert.ok(connection());
        assert.deepEqual(usedOf(ledger, 'secret:a'), [4, 124], `after ${allowed} writes`);
        assert.deepEqual(usedOf((await ownFolder.window()).ledger, 'secret:a'), [4, 124]);
      });
    }
  });

  it('leaves nothing running where it is disposed of in the middle of a look', async () => {
    const { ledger, connection } = await folder.window();
    reservationOf(await ledger.reserve(askOf({ tokens: 40 })));
    const holder = new DatabaseSync(folder.path);
    holder.exec('BEGIN IMMEDIATE');
    // Its sign of life waits for the lock.
    await folder.clock.advance(2_000);
    ledger.dispose();
    holder.exec('COMMIT');
    holder.close();
    await folder.clock.advance(31_000);
    assert.deepEqual([connection(), folder.clock.pending], [undefined, 0]);
  });
});

async function withFolder(play: (folder: LedgerFolder) => Promise<void>): Promise<void> {
  const folder = new LedgerFolder();
  try {
    await play(folder);
  } finally {
    folder.close();
  }
}
