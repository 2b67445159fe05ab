import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import type { KeyBook } from '../../../src/core/keys/keyBook.ts';
import type { PoolJoin } from '../../../src/core/quota/poolJoin.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { AwayFixture, AwayWindow } from './awayWindow.ts';
import type { LedgerFolder } from './ledgerFixture.ts';
import { askOf, midnight, reservationOf, settlementOf, spend, usedOf } from './spend.ts';

const minute = 60_000;
const bucket = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 } as const;
const ceilings = [bucket];

function keyOf(book: KeyBook, id = 'a'): ApiKey {
  const key = book.all().find((each) => each.id === id);
  assert.ok(key);
  return key;
}

describe('a window whose database was away', () => {
  let fixture: AwayFixture;
  let folder: LedgerFolder;
  let away: AwayWindow;
  let window: OpenLedger;
  let other: OpenLedger;

  beforeEach(async () => {
    fixture = await AwayFixture.open();
    ({ folder, away, window, other } = fixture);
  });
  afterEach(() => folder.close());

  const levelOf = ({ ledger }: OpenLedger): number => {
    const { used, held } = ledger.count('secret:a', bucket, folder.clock.now() + 500);
    return Math.round(used + held);
  };

  describe('changes no key meanwhile', () => {
    const refused = { ok: false, reason: 'away' };
    const labelled = (keys: readonly ApiKey[]): readonly ApiKey[] => keys.map((key) => ({ ...key, label: 'mine' }));

    beforeEach(async () => {
      await other.keyBook.add([draftOf('a')]);
      window.ledger.refresh();
      await away.leave();
    });

    it('so that a key that another window disabled stays disabled', async () => {
      await other.keyBook.update((keys) => keys.map((key) => ({ ...key, enabled: false })));
      assert.deepEqual(await window.keyBook.update(labelled), refused);
      await away.back();
      fixture.both(({ keyBook }) => [keyOf(keyBook).enabled, keyOf(keyBook).label], [false, '']);
    });

    it('so that no two keys have one number', async () => {
      assert.deepEqual(await window.keyBook.add([draftOf('b')]), [refused]);
      await other.keyBook.add([draftOf('c')]);
      await away.back();
      await window.keyBook.add([draftOf('b')]);
      fixture.both(
        ({ keyBook }) => keyBook.all().map(({ id, number }) => [id, number]),
        [
          ['a', 1],
          ['c', 2],
          ['b', 3],
        ],
      );
    });

    it('nor removes one', async () => {
      assert.deepEqual(await window.keyBook.remove(['a']), refused);
      await away.back();
      fixture.both(({ keyBook }) => keyBook.all().length, 1);
    });

    it('and looks for the database at once when somebody wants to', async () => {
      away.allow();
      assert.ok((await window.keyBook.update(labelled)).ok);
      fixture.both(({ keyBook }) => keyOf(keyBook).label, 'mine');
    });

    it('nor where it never had the database', async () => {
      const late = await AwayWindow.openAway(folder);
      assert.deepEqual(await late.window.keyBook.add([draftOf('b')]), [refused]);
      await late.back();
      assert.deepEqual(
        late.window.keyBook.all().map(({ id }) => id),
        ['a'],
      );
    });

    it('but notes the account that a provider names: its keys become one pool afterwards, and that is told', async () => {
      await other.keyBook.add([draftOf('b')]);
      const joins: PoolJoin[] = [];
      window.accountNames.onLateJoin((join) => void joins.push(join));
      await other.accountNames.noteAccountName(keyOf(other.keyBook, 'b'), 'org_x');
      assert.equal(await window.accountNames.noteAccountName(keyOf(window.keyBook), 'org_x'), undefined);
      assert.equal(keyOf(window.keyBook).pool, undefined);
      await away.back();
      fixture.both(({ keyBook }) => keyBook.all().map(({ pool }) => pool), ['org_x', 'org_x']);
      assert.deepEqual(
        joins.map(({ joining }) => joining.map(({ id }) => id)),
        [['a', 'b']],
      );
    });
  });

  it('keeps keys in the copy where the host has no SQLite at all', async () => {
    const without = await folder.window({ loadSqlite: async () => undefined });
    const [added] = await without.keyBook.add([draftOf('a', { label: 'Primary' })]);
    assert.equal(added?.ok, true);
    const copy = parseSnapshot(JSON.parse(JSON.stringify(without.takeSnapshot())));
    assert.ok(copy);
    const next = await folder.window({ loadSqlite: async () => undefined, snapshot: () => copy });
    assert.equal(keyOf(next.keyBook).label, 'Primary');
    assert.deepEqual(
      next.notices.map(({ kind }) => kind),
      ['noSqlite'],
    );
  });

  describe('adds its attempts once', () => {
    it('to what others counted', async () => {
      await away.leave();
      await spend(window.ledger, 100);
      await spend(other.ledger, 20);
      await away.back();
      fixture.both(({ ledger }) => usedOf(ledger, 'secret:a'), [2, 120]);
    });

    it('however often the disk goes and comes', async () => {
      for (const tokens of [100, 20, 3]) {
        await away.leave();
        await spend(window.ledger, tokens);
        await away.back();
      }
      fixture.both(({ ledger }) => usedOf(ledger, 'secret:a'), [3, 123]);
    });

    it('and knows what others counted when the disk goes again at once', async () => {
      await away.leave();
      await spend(window.ledger, 100);
      await spend(other.ledger, 20);
      await away.back();
      await away.leave();
      assert.deepEqual(usedOf(window.ledger, 'secret:a'), [2, 120]);
    });

    it('into a new file where the old one is gone', async () => {
      await spend(window.ledger, 1_000);
      other.ledger.dispose();
      await away.leave();
      await spend(window.ledger, 100);
      for (const suffix of ['', '-wal', '-shm']) rmSync(folder.path + suffix, { force: true });
      await away.back();
      for (const { ledger } of [window, await folder.window()]) {
        assert.deepEqual(usedOf(ledger, 'secret:a'), [2, 1_100]);
      }
    });

    it('where the request was sent before and has ended meanwhile', async () => {
      const open = reservationOf(await window.ledger.reserve(askOf({ tokens: 500, sent: true })));
      await away.leave();
      await window.ledger.settle(settlementOf(open, { total: 70 }));
      await away.back();
      fixture.both(({ ledger }) => usedOf(ledger, 'secret:a'), [1, 70]);
      fixture.both(({ ledger }) => ledger.use('secret:a', '*', midnight).heldTokens, 0);
    });

    it('where others took the window for dead and settled its request at the estimate', async () => {
      const open = reservationOf(await window.ledger.reserve(askOf({ tokens: 500, promptTokens: 400, sent: true })));
      await away.leave();
      fixture.seemsDead();
      await folder.clock.advance(10_000);
      assert.deepEqual(usedOf(other.ledger, 'secret:a'), [1, 500]);
      await window.ledger.settle(settlementOf(open, { total: 70 }));
      await away.back();
      fixture.both(({ ledger }) => usedOf(ledger, 'secret:a'), [1, 500]);
    });

    it('where they did and the request ends only afterwards', async () => {
      const open = reservationOf(await window.ledger.reserve(askOf({ tokens: 500, promptTokens: 400, sent: true })));
      await away.leave();
      fixture.seemsDead();
      await folder.clock.advance(10_000);
      await away.back();
      await window.ledger.settle(settlementOf(open, { total: 70 }));
      fixture.both(({ ledger }) => usedOf(ledger, 'secret:a'), [1, 500]);
    });

    it('when it closes while the database is just back', async () => {
      await away.leave();
      await spend(window.ledger, 100);
      away.allow();
      window.ledger.dispose();
      other.ledger.refresh();
      assert.deepEqual(usedOf(other.ledger, 'secret:a'), [1, 100]);
    });
  });

  describe('charges buckets once', () => {
    it('beside what others charged meanwhile', async () => {
      await spend(window.ledger, 8_000, { ceilings });
      await away.leave();
      await spend(window.ledger, 3_000, { ceilings });
      other.ledger.refresh();
      await spend(other.ledger, 4_000, { ceilings });
      await away.back();
      fixture.both((each) => Math.round(levelOf(each) / 100), 150);
    });

    it('for what is still under way, and gives back what was not used', async () => {
      await away.leave();
      const open = reservationOf(await window.ledger.reserve(askOf({ ceilings, tokens: 10_000, sent: true })));
      await spend(other.ledger, 4_000, { ceilings });
      await away.back();
      fixture.both((each) => Math.round(levelOf(each) / 1_000), 14);
      await window.ledger.settle(settlementOf(open, { total: 1_000, nowMs: folder.clock.now() }));
      fixture.both((each) => Math.round(levelOf(each) / 1_000), 5);
    });

    it('where it was reserved before', async () => {
      const open = reservationOf(await window.ledger.reserve(askOf({ ceilings, tokens: 10_000, sent: true })));
      await away.leave();
      await window.ledger.settle(settlementOf(open, { total: 1_000 }));
      other.ledger.refresh();
      await spend(other.ledger, 4_000, { ceilings });
      await away.back();
      fixture.both((each) => Math.round(levelOf(each) / 1_000), 5);
    });

    it('and not what has drained while nobody else used them', async () => {
      await away.leave();
      await spend(window.ledger, 1_000, { ceilings });
      await folder.clock.advance(61 * minute);
      await away.back();
      fixture.both(levelOf, 0);
    });

    it('and never under what the provider showed', async () => {
      await away.leave();
      const shown = [{ limit: 'tokensPerDay', scope: 'm1', value: 24_000, level: 20_000, withRequest: true }] as const;
      await spend(window.ledger, 100, { ceilings }, { shown });
      await away.back();
      fixture.both((each) => Math.round(levelOf(each) / 1_000), 20);
    });
  });
});
