import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { topUp } from '../../../src/adapters/sqliteLedger/fillFrom.ts';
import type { KeyBook } from '../../../src/core/keys/keyBook.ts';
import { edited, type KeyEdit } from '../../../src/core/keys/keyEdit.ts';
import type { Limits } from '../../../src/core/quota/limits.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { groq } from '../quota/trackerFixture.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { propertyRuns } from '../support/runs.ts';
import { user } from './keyUser.ts';
import { LedgerFolder, ledgerFixtures, withRecord, type LedgerFixture, type LedgerWindow } from './ledgerFixture.ts';

const aThousand = { tokensPerDay: 1_000 };

const ids = ['a', 'b', 'c', 'd'];
const anyEdit: fc.Arbitrary<KeyEdit> = fc.oneof(
  fc.record({ pool: fc.constantFrom('p', 'q', null) }),
  fc.record({ poolLimits: fc.record({ tokensPerDay: fc.constantFrom(1_000, 2_000, null) }) }),
  fc.record({ poolLimits: fc.record({ requestsPerDay: fc.constantFrom(10, null) }), pool: fc.constantFrom('p', 'q') }),
);
const step = fc.record({ by: fc.constantFrom(0, 1), id: fc.constantFrom(...ids), edit: anyEdit });

/** Of the keys a, b, … in this order; undefined: the key has no such field at all. */
const limitsOf = (book: KeyBook): readonly (Limits | undefined)[] =>
  book
    .all()
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((key) => {
      assert.equal('poolLimits' in key, key.poolLimits !== undefined);
      return key.poolLimits;
    });

for (const kind of ledgerFixtures) {
  describe(`a limit that the user sets on a pool, with a ledger ${kind.name}`, () => {
    let fixture: LedgerFixture;
    let window: LedgerWindow;
    let book: KeyBook;
    beforeEach(async () => {
      fixture = kind.open();
      window = await fixture.window();
      book = window.keyBook;
      await book.add([draftOf('a', { pool: 'p' }), draftOf('b', { pool: 'p' }), draftOf('c')]);
    });
    afterEach(() => fixture.close());

    it('holds to the token for what all its keys use together, through whichever it was set', async () => {
      const { edit, spend, room, stats } = user(window, fixture);
      await edit('b', { poolLimits: aThousand });
      assert.equal(await spend('a', 600), true);
      assert.equal(await spend('b', 300), true);
      assert.equal(room('b', 101), false);
      assert.equal(await spend('a', 101), false);
      assert.equal(await spend('b', 100), true);
      assert.equal(await spend('a', 1), false);
      assert.equal(await spend('c', 5_000), true);
      assert.deepEqual(stats(), [
        [1_000, 1_000],
        [1_000, 1_000],
        [5_000, null],
      ]);
    });

    it('counts what requests under way with any of its keys hold', async () => {
      const { edit, reserve } = user(window, fixture);
      await edit('a', { poolLimits: aThousand });
      assert.ok((await reserve('a', 900)).ok);
      assert.equal((await reserve('b', 200)).ok, false);
    });

    it('turns with the calendar and stands beside the provider’s bucket', async () => {
      const { edit, spend } = user(window, fixture, groq({ limits: { tokensPerDay: 1_500 } }));
      await edit('a', { poolLimits: aThousand });
      await spend('a', 1_000);
      assert.equal(await spend('b', 1), false);
      // Past midnight half of the bucket has drained.
      fixture.clock.sleep(12 * 3_600_000 + 60_000);
      assert.equal(await spend('b', 1_000), true);
      assert.equal(await spend('a', 1), false);
      await edit('a', { poolLimits: { tokensPerDay: null } });
      assert.equal(await spend('a', 800), false);
    });

    it('takes the place of the provider’s where that turns with the calendar too', async () => {
      const provider = groq({ limitForm: 'window', limitScope: 'key', limits: { requestsPerDay: 1 } });
      const { edit, spend } = user(window, fixture, provider);
      await edit('a', { poolLimits: { requestsPerDay: 3 } });
      const spent = [await spend('a', 10), await spend('b', 10), await spend('a', 10), await spend('b', 10)];
      assert.deepEqual(spent, [true, true, true, false]);
    });

    it('holds for a minute as it does for a day', async () => {
      const { edit, spend } = user(window, fixture, groq({ limitForm: 'window' }));
      await edit('a', { poolLimits: { requestsPerMinute: 2 } });
      assert.deepEqual([await spend('a', 10), await spend('b', 10), await spend('b', 10)], [true, true, false]);
      await fixture.clock.advance(60_001);
      assert.equal(await spend('b', 10), true);
    });

    it('stands beside the limit of one key, which holds for that key alone', async () => {
      const { edit, spend, stats } = user(window, fixture);
      await edit('a', { poolLimits: aThousand, limits: { tokensPerDay: 400 } });
      assert.equal(await spend('a', 400), true);
      assert.equal(await spend('a', 1), false);
      assert.equal(await spend('b', 600), true);
      assert.equal(await spend('b', 1), false);
      assert.deepEqual(stats()[1], [1_000, 1_000]);
    });

    it('is on all of its keys, in every window, and on no other', async () => {
      const other = await fixture.window();
      await user(window, fixture).edit('b', { poolLimits: aThousand });
      other.ledger.refresh();
      for (const { keyBook } of [window, other]) {
        assert.deepEqual(limitsOf(keyBook), [aThousand, aThousand, undefined]);
      }
      await user(other, fixture).spend('a', 900);
      window.ledger.refresh();
      assert.equal(await user(window, fixture).spend('b', 101), false);
    });

    it('changes by what was changed alone, where two windows change it at once', async () => {
      const other = await fixture.window();
      await user(window, fixture).edit('a', { poolLimits: { tokensPerDay: 1_000, requestsPerDay: 7 } });
      await user(other, fixture).edit('b', { poolLimits: { requestsPerMinute: 5, requestsPerDay: null } });
      window.ledger.refresh();
      const both = { tokensPerDay: 1_000, requestsPerMinute: 5 };
      assert.deepEqual(limitsOf(book), [both, both, undefined]);
      await user(other, fixture).edit('b', { label: 'mine', poolLimits: { tokensPerDay: null } });
      await user(window, fixture).edit('a', { poolLimits: { requestsPerMinute: null } });
      assert.deepEqual(limitsOf(book), [undefined, undefined, undefined]);
    });

    it('holds for a key that joins, whatever that brings, with what it had used', async () => {
      const { edit, join, spend } = user(window, fixture);
      await edit('a', { poolLimits: aThousand });
      await spend('c', 950);
      await edit('c', { pool: 'q', poolLimits: { tokensPerDay: 9 } });
      assert.deepEqual(limitsOf(book), [aThousand, aThousand, { tokensPerDay: 9 }]);
      await join('c');
      assert.deepEqual(limitsOf(book), [aThousand, aThousand, aThousand]);
      assert.equal(await spend('a', 51), false);
    });

    it('holds for a key that joins in another window while it is set', async () => {
      const other = await fixture.window();
      await user(other, fixture).join('c');
      await user(window, fixture).edit('a', { poolLimits: aThousand });
      assert.deepEqual(limitsOf(book), [aThousand, aThousand, aThousand]);
    });

    it('is none where its pool has none, though who joins brings one', async () => {
      const { edit, join } = user(window, fixture);
      await edit('c', { pool: 'q', poolLimits: aThousand });
      assert.deepEqual(limitsOf(book), [undefined, undefined, aThousand]);
      await join('c');
      assert.deepEqual(limitsOf(book), [undefined, undefined, undefined]);
    });

    it('holds for a key that is added into the pool, and for one that joins at its provider’s word', async () => {
      await user(window, fixture).edit('a', { poolLimits: aThousand });
      const [added] = await book.add([draftOf('d', { pool: 'p', poolLimits: { tokensPerDay: 9 } })]);
      assert.ok(added?.ok);
      assert.deepEqual(added.key.poolLimits, aThousand);
      for (const id of ['a', 'c']) await window.accountNames.noteAccountName(user(window, fixture).keyOf(id), 'org_x');
      assert.deepEqual(limitsOf(book), [aThousand, aThousand, aThousand, aThousand]);
    });

    it('goes along when the pool gets another name', async () => {
      const { edit, keyOf } = user(window, fixture);
      await edit('a', { poolLimits: aThousand });
      await book.update(() => ['a', 'b', 'c'].map((id) => edited(keyOf(id), { pool: 'renamed' })));
      assert.deepEqual(limitsOf(book), [aThousand, aThousand, aThousand]);
    });

    it('does not hold for a key that leaves, and goes with the last', async () => {
      const { edit, leave, join, spend } = user(window, fixture);
      await edit('a', { poolLimits: aThousand });
      await leave('a');
      assert.deepEqual(limitsOf(book), [undefined, aThousand, undefined]);
      assert.equal(await spend('a', 5_000), true);
      await book.remove(['b']);
      await join('a', 'c');
      assert.deepEqual(limitsOf(book), [undefined, undefined]);
    });

    it('is not set on a key that is in no pool', async () => {
      const { edit } = user(window, fixture);
      const changed = [await edit('a', { poolLimits: aThousand }), await edit('c', { poolLimits: aThousand })];
      assert.deepEqual(limitsOf(book), [aThousand, aThousand, undefined]);
      assert.deepEqual(
        changed.map((each) => each.ok && each.changed.map(({ id, poolLimits }) => [id, poolLimits])),
        [
          [
            ['a', aThousand],
            ['b', aThousand],
          ],
          [['c', undefined]],
        ],
      );
    });

    it('is no reason to write the pool’s other keys where nothing of it changes', async () => {
      const { edit, keyOf } = user(window, fixture);
      await edit('a', { poolLimits: aThousand });
      const before = keyOf('b');
      await edit('a', { label: 'Primary' });
      assert.equal(keyOf('b'), before);
      assert.deepEqual(before.poolLimits, aThousand);
    });

    it('is the same on all of its keys and in both windows, whatever these do in whatever order', () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) =>
          withRecord(kind, async (ground) => {
            const windows = [await ground.window(), await ground.window()] as const;
            await windows[0].keyBook.add(ids.map((id) => draftOf(id)));
            let wasSet = false;
            for (const { by, id, edit } of steps) {
              await user(windows[by], ground).edit(id, edit);
              wasSet ||= edit.poolLimits !== undefined;
            }
            for (const { ledger } of windows) ledger.refresh();
            const [ours, theirs] = windows.map(({ keyBook }) => keyBook.all());
            assert.deepEqual(ours, theirs);
            for (const [pool, keys] of Map.groupBy(ours ?? [], (key) => key.pool)) {
              for (const { poolLimits } of keys) assert.deepEqual(poolLimits, keys[0]?.poolLimits);
              assert.ok(keys[0]?.poolLimits === undefined || (pool !== undefined && wasSet));
            }
          }),
        ),
        propertyRuns(25, 1_000),
      ));
  });
}

describe('a limit of a pool', () => {
  let folder: LedgerFolder;
  let snapshot: ReturnType<typeof parseSnapshot>;
  beforeEach(async () => {
    folder = new LedgerFolder();
    const first = await folder.window();
    await first.keyBook.add([draftOf('a', { pool: 'p' }), draftOf('b', { pool: 'p' })]);
    await user(first, folder).edit('a', { poolLimits: aThousand });
    await user(first, folder).spend('a', 900);
    snapshot = parseSnapshot(JSON.parse(JSON.stringify(first.takeSnapshot())));
    assert.ok(snapshot);
  });
  afterEach(() => folder.close());

  it('is there again after a restart', async () => {
    const again = await folder.window();
    assert.deepEqual(limitsOf(again.keyBook), [aThousand, aThousand]);
    assert.equal(await user(again, folder).spend('b', 101), false);
  });

  for (const [name, options] of [
    ['in a new database', {}],
    ['in memory', { loadSqlite: async () => undefined }],
  ] as const) {
    it(`comes back from the copy, ${name}`, async () => {
      const empty = new LedgerFolder(folder.clock);
      const again = await empty.window({ ...options, snapshot: () => snapshot });
      assert.deepEqual(limitsOf(again.keyBook), [aThousand, aThousand]);
      assert.equal(await user(again, empty).spend('b', 101), false);
      empty.close();
    });
  }

  it('holds for keys that another window had put into the pool of a new database before the copy came', async () => {
    const empty = new LedgerFolder(folder.clock);
    const other = await empty.window();
    await other.keyBook.add([draftOf('b', { number: 2, pool: 'p' })]);
    const connection = other.connection();
    assert.ok(connection && snapshot);
    topUp(connection, snapshot);
    const again = await empty.window();
    assert.deepEqual(limitsOf(again.keyBook), [aThousand, aThousand]);
    await user(again, empty).edit('a', { label: 'Primary' });
    assert.deepEqual(limitsOf((await empty.window()).keyBook), [aThousand, aThousand]);
    empty.close();
  });
});
