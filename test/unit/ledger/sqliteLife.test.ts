import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Sqlite } from '../../../src/adapters/sqliteLedger/databaseFile.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { askOf, noon, reservationOf, settlementOf, spend, tokensPerDay, usedOf } from './spend.ts';

const draft = draftOf('k1', { label: 'Primary', limits: { tokensPerDay: 14_400 }, fingerprint: 'a' });

describe('a ledger on disk', () => {
  let folder: LedgerFolder;

  beforeEach(() => {
    folder = new LedgerFolder();
  });
  afterEach(() => folder.close());

  it('survives a restart with everything that it knows', async () => {
    const first = await folder.window();
    await spend(first.ledger, 12_000);
    await first.keyBook.add([draft]);
    await first.ledger.changeHealth('a', (health) => ({ ...health, score: 55 }));
    await first.ledger.block('secret:a', { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: noon + 1e7 });
    first.ledger.dispose();
    const { ledger, keyBook, notices } = await folder.window();
    assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 12_000]);
    assert.equal(keyBook.all()[0]?.label, 'Primary');
    assert.equal(ledger.health('a').score, 55);
    assert.equal(ledger.blocks('secret:a', noon).length, 1);
    assert.equal(ledger.medianLatencyMs('a', 'm1'), 100);
    assert.deepEqual(notices, []);
  });

  it('remembers the last minute over a restart', async () => {
    const first = await folder.window();
    await spend(first.ledger, 700);
    first.ledger.dispose();
    const { ledger } = await folder.window();
    assert.deepEqual(usedOf(ledger, 'secret:a', '*', noon - 59_999), [1, 700]);
  });

  it('of an earlier form is left as it is, and what the copy knows goes on in a file of this form', async () => {
    const first = await folder.window();
    await spend(first.ledger, 12_000);
    await first.keyBook.add([draft]);
    const copy = parseSnapshot(JSON.parse(JSON.stringify(first.takeSnapshot())));
    assert.ok(copy);
    first.ledger.dispose();
    const db = new DatabaseSync(folder.path);
    db.exec('PRAGMA user_version = 1');
    db.close();
    const windows = await Promise.all([
      folder.window({ snapshot: () => copy }),
      folder.window({ snapshot: () => copy }),
    ]);
    for (const { ledger, keyBook, notices } of windows) {
      assert.deepEqual(notices, []);
      assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 12_000]);
      assert.equal(keyBook.all()[0]?.label, 'Primary');
    }
    await spend(windows[0].ledger, 5);
    assert.equal((await windows[1].ledger.reserve(askOf({ tokens: 1, ceilings: [tokensPerDay(12_005)] }))).ok, false);
    assert.ok(existsSync(folder.path));
  });

  it('goes on in memory when it may not be written, says so once, and writes it all when it may again', async () => {
    const { ledger, onNotice, connection } = await folder.window();
    const told: string[] = [];
    onNotice(({ kind }) => void told.push(kind));
    await spend(ledger, 100);
    connection()?.db.exec('PRAGMA query_only = 1');
    await spend(ledger, 20);
    await spend(ledger, 3);
    assert.deepEqual(told, ['readOnly']);
    assert.equal(connection(), undefined);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [3, 123]);
    await folder.clock.advance(31_000);
    assert.deepEqual(usedOf((await folder.window()).ledger, 'secret:a'), [3, 123]);
  });

  describe('that cannot be read', () => {
    const snapshotOfUse = async (): Promise<unknown> => {
      const before = await folder.window();
      await spend(before.ledger, 3_000, { nowMs: noon - 3 * 86_400_000 });
      await spend(before.ledger, 12_000);
      await spend(before.ledger, 20, { model: 'm2' });
      await before.keyBook.add([draft]);
      const kept: unknown = JSON.parse(JSON.stringify(before.takeSnapshot()));
      before.ledger.dispose();
      return kept;
    };

    const showsTheSame = async (kind: string): Promise<void> => {
      const window = await folder.window(await optionsFrom(kept));
      assert.deepEqual(
        window.notices.map((notice) => notice.kind),
        [kind],
      );
      assert.deepEqual(usedOf(window.ledger, 'secret:a'), [2, 12_020]);
      assert.deepEqual(usedOf(window.ledger, 'secret:a', 'm2'), [1, 20]);
      assert.deepEqual(usedOf(window.ledger, 'secret:a', '*', Date.UTC(2026, 10, 1)), [3, 15_020]);
      assert.equal(window.keyBook.all()[0]?.label, 'Primary');
      await spend(window.ledger, 80);
      assert.deepEqual(usedOf(window.ledger, 'secret:a'), [3, 12_100]);
    };
    const optionsFrom = async (value: unknown) => {
      const snapshot = parseSnapshot(value);
      assert.ok(snapshot);
      return { snapshot: () => snapshot };
    };
    let kept: unknown;

    beforeEach(async () => {
      kept = await snapshotOfUse();
    });

    it('because it is damaged is set aside, and the sums come back from the snapshot', async () => {
      writeFileSync(folder.path, 'this was never a database, whatever its name says. '.repeat(200));
      await showsTheSame('damaged');
      assert.ok(readdirSync(dirname(folder.path)).some((name) => name.includes('.unusable-')));
    });

    it('because it was cut short is set aside', async () => {
      truncateSync(folder.path, 5_000);
      await showsTheSame('damaged');
    });

    it('because a later version made it is left alone', async () => {
      const db = new DatabaseSync(folder.path);
      db.exec('PRAGMA user_version = 99');
      db.close();
      await showsTheSame('newer');
      assert.ok(existsSync(folder.path));
    });

    it('because it is gone comes back', async () => {
      for (const suffix of ['', '-wal', '-shm']) rmSync(folder.path + suffix, { force: true });
      const window = await folder.window(await optionsFrom(kept));
      assert.deepEqual(usedOf(window.ledger, 'secret:a'), [2, 12_020]);
      assert.equal(window.keyBook.all()[0]?.label, 'Primary');
    });
  });

  it('counts in memory where the host has no SQLite, and says so', async () => {
    const { ledger, notices } = await folder.window({ loadSqlite: async () => undefined });
    assert.deepEqual(notices, [{ kind: 'noSqlite' }]);
    await spend(ledger, 400);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 400]);
    assert.equal((await ledger.reserve(askOf({ tokens: 700, ceilings: [tokensPerDay(1_000)] }))).ok, false);
  });

  it('counts in memory where the folder cannot be made, and says so', async () => {
    mkdirSync(dirname(dirname(folder.path)), { recursive: true });
    writeFileSync(dirname(folder.path), 'a file where the folder should be');
    const { ledger, notices } = await folder.window();
    assert.deepEqual(notices, [{ kind: 'unreachable', path: folder.path }]);
    await spend(ledger, 400);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 400]);
  });

  it('works without WAL on a disk that cannot have it, shared and exact', async () => {
    const withoutWal: Sqlite = {
      DatabaseSync: class extends DatabaseSync {
        constructor(path: string) {
          super(`file:${path}?vfs=unix-dotfile`);
        }
      },
    };
    const loadSqlite = async (): Promise<Sqlite> => withoutWal;
    const [one, two] = [await folder.window({ loadSqlite }), await folder.window({ loadSqlite })];
    assert.deepEqual(one.notices, [{ kind: 'withoutWal', path: folder.path }]);
    await spend(one.ledger, 600);
    const ceilings = [tokensPerDay(1_000)];
    assert.equal((await two.ledger.reserve(askOf({ tokens: 500, ceilings }))).ok, false);
    assert.deepEqual(usedOf(two.ledger, 'secret:a'), [1, 600]);
  });

  it('goes on in memory when the disk is full, and writes it all when there is room again', async () => {
    const { ledger, onNotice, connection, keyBook } = await folder.window();
    const told: string[] = [];
    onNotice(({ kind }) => void told.push(kind));
    await spend(ledger, 100);
    const open = reservationOf(await ledger.reserve(askOf({ tokens: 40 })));
    const db = connection()?.db;
    db?.exec('PRAGMA max_page_count = 1');
    const pages = Number(db?.prepare('PRAGMA page_count').get()?.['page_count']);
    for (let count = 0; connection() !== undefined && count < 50; count += 1) {
      await keyBook.add([{ ...draft, id: `k${count}`, fingerprint: `f${count}`, label: 'x'.repeat(4_000) }]);
    }
    assert.ok(pages > 1);
    assert.deepEqual(told, ['full']);
    await spend(ledger, 300);
    await ledger.settle(settlementOf(open, { total: 25 }));
    assert.deepEqual(usedOf(ledger, 'secret:a'), [3, 425]);
    const keys = keyBook.all().length;
    await folder.clock.advance(31_000);
    assert.ok(connection() !== undefined);
    const { ledger: other, keyBook: otherBook } = await folder.window();
    const use = { requests: 3, tokens: 425, heldRequests: 0, heldTokens: 0 };
    assert.deepEqual(other.use('secret:a', '*', noon - (noon % 86_400_000)), use);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [3, 425]);
    assert.equal(otherBook.all().length, keys);
  });

  it('is written again when its file is deleted while windows use it, and shows the same', async () => {
    const [one, two, three] = [await folder.window(), await folder.window(), await folder.window()];
    await one.keyBook.add([draft]);
    await spend(one.ledger, 12_000);
    await spend(two.ledger, 400, { who: 'b' });
    const open = reservationOf(await one.ledger.reserve(askOf({ tokens: 40 })));
    for (const suffix of ['', '-wal', '-shm']) rmSync(folder.path + suffix, { force: true });
    // Written to the deleted file, which nobody has noticed yet.
    await spend(two.ledger, 7);
    await folder.clock.advance(1_000);
    await spend(one.ledger, 3);
    await one.ledger.settle(settlementOf(open, { total: 20 }));
    await folder.clock.advance(1_000);
    for (const { ledger, keyBook } of [one, two, three, await folder.window()]) {
      assert.deepEqual(usedOf(ledger, 'secret:a'), [4, 12_030]);
      assert.deepEqual(usedOf(ledger, 'secret:b'), [1, 400]);
      assert.equal(ledger.use('secret:a', '*', 0).heldTokens, 0);
      assert.equal(keyBook.all()[0]?.label, 'Primary');
    }
  });

  it('is set aside when it is damaged while two windows use it, and no sum is lost', async () => {
    const [one, two] = [await folder.window(), await folder.window()];
    const told: string[] = [];
    one.onNotice(({ kind }) => void told.push(kind));
    two.onNotice(({ kind }) => void told.push(kind));
    await one.keyBook.add([draft]);
    await spend(one.ledger, 500);
    await spend(two.ledger, 10, { who: 'b' });
    await folder.clock.advance(6_000);
    await spend(two.ledger, 5);
    one.connection()?.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const file = openSync(folder.path, 'r+');
    writeSync(file, Buffer.alloc(statSync(folder.path).size - 4_096, 7), 0, undefined, 4_096);
    closeSync(file);
    await spend(one.ledger, 50);
    await spend(two.ledger, 1);
    for (let turn = 0; turn < 4; turn += 1) await folder.clock.advance(500);
    for (const { ledger, keyBook } of [one, two, await folder.window()]) {
      assert.deepEqual(usedOf(ledger, 'secret:a'), [4, 556]);
      assert.deepEqual(usedOf(ledger, 'secret:b'), [1, 10]);
      assert.equal(keyBook.all()[0]?.label, 'Primary');
    }
    assert.ok(told.includes('damaged'));
  });

  it('forgets nothing when one failure follows the other', async () => {
    const { ledger, connection, keyBook } = await folder.window();
    await spend(ledger, 100);
    await folder.clock.advance(6_000);
    await spend(ledger, 7);
    for (const suffix of ['', '-wal', '-shm']) rmSync(folder.path + suffix, { force: true });
    await folder.clock.advance(500);
    connection()?.db.exec('PRAGMA max_page_count = 1');
    for (let count = 0; connection() !== undefined && count < 50; count += 1) {
      await keyBook.add([{ ...draft, id: `k${count}`, fingerprint: `f${count}`, label: 'x'.repeat(4_000) }]);
    }
    assert.equal(connection(), undefined);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [2, 107]);
  });

  it('waits for a lock held elsewhere without giving up, and loses nothing', async () => {
    const { ledger } = await folder.window();
    const holder = new DatabaseSync(folder.path);
    holder.exec('BEGIN IMMEDIATE');
    const all = Promise.all(Array.from({ length: 8 }, () => spend(ledger, 10)));
    await folder.clock.advance(2_000);
    holder.exec('COMMIT');
    holder.close();
    for (let turn = 0; turn < 20; turn += 1) await folder.clock.advance(50);
    await all;
    assert.deepEqual(usedOf(ledger, 'secret:a'), [8, 80]);
  });
});
