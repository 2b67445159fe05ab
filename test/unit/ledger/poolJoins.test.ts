import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { PoolJoiner } from '../../../src/core/keys/poolJoiner.ts';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { edited } from '../../../src/core/keys/keyEdit.ts';
import type { KeyBook } from '../../../src/core/keys/keyBook.ts';
import type { PoolJoin } from '../../../src/core/quota/poolJoin.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { LedgerFolder, ledgerFixtures, type LedgerFixture, type LedgerWindow } from './ledgerFixture.ts';
import { askerOf, midnight, noon, spend, usedOf } from './spend.ts';

const keyOf = (book: KeyBook, id: string): ApiKey => {
  const key = book.all().find((each) => each.id === id);
  assert.ok(key);
  return key;
};

/** What a window hears of pools, and how it notes what a provider says of one of its keys. */
function listening({ accountNames, keyBook }: LedgerWindow) {
  const joiner = new PoolJoiner(accountNames);
  const told: PoolJoin[] = [];
  joiner.onJoin((join) => void told.push(join));
  const note = (...ids: readonly string[]): Promise<unknown> =>
    Promise.all(ids.map((id) => joiner.noteAccountName(keyOf(keyBook, id), 'org_x')));
  return { joiner, told, note };
}

for (const kind of ledgerFixtures) {
  describe(`keys of one account become one pool by themselves, with a ledger ${kind.name}`, () => {
    let fixture: LedgerFixture;
    let window: LedgerWindow;
    let book: KeyBook;
    let heard: ReturnType<typeof listening>;
    const pools = (): readonly (string | undefined)[] => ['a', 'b', 'c'].map((id) => keyOf(book, id).pool);
    const setPool = async (pool: string | null, ...ids: readonly string[]): Promise<void> =>
      void (await book.update(() => ids.map((id) => edited(keyOf(book, id), { pool }))));

    beforeEach(async () => {
      fixture = kind.open();
      window = await fixture.window();
      book = window.keyBook;
      heard = listening(window);
      await book.add(['a', 'b', 'c'].map((id) => draftOf(id)));
    });
    afterEach(() => fixture.close());

    it('as soon as the provider has named the account of two', async () => {
      await heard.note('a');
      assert.deepEqual(pools(), [undefined, undefined, undefined]);
      await heard.note('b');
      assert.deepEqual(pools(), ['org_x', 'org_x', undefined]);
      assert.deepEqual(
        heard.told.map(({ joining, members }) => [joining.length, members.length]),
        [[2, 0]],
      );
    });

    it('and a third one joins them', async () => {
      await heard.note('a', 'b', 'c');
      assert.deepEqual(pools(), ['org_x', 'org_x', 'org_x']);
      assert.deepEqual(
        heard.told[1]?.joining.map(({ id }) => id),
        ['c'],
      );
      assert.deepEqual(
        heard.told[1]?.members.map(({ id }) => id),
        ['a', 'b'],
      );
    });

    it('with what they used and what holds them: the longest wait of each', async () => {
      for (const id of ['a', 'b']) await spend(window.ledger, 100, { ...askerOf(keyOf(book, id)), nowMs: noon });
      const day = { kind: 'exhausted', scope: '*', limit: 'tokensPerDay' } as const;
      await window.ledger.block(accountOf(keyOf(book, 'a')), { ...day, untilMs: noon + 9_000 });
      await window.ledger.block(accountOf(keyOf(book, 'b')), { ...day, untilMs: noon + 1_000 });
      await heard.note('a', 'b');
      assert.deepEqual(usedOf(window.ledger, 'pool:groq/org_x', '*', midnight), [2, 200]);
      assert.deepEqual(
        window.ledger.blocks('pool:groq/org_x', noon).map(({ untilMs }) => untilMs),
        [noon + 9_000],
      );
    });

    it('with the limits that the user gave to single ones', async () => {
      await book.update(() => [{ ...keyOf(book, 'a'), limits: { tokensPerDay: 14_400 } }]);
      await heard.note('a', 'b');
      assert.deepEqual(keyOf(book, 'a').limits, { tokensPerDay: 14_400 });
    });

    it('and it is said once, by one of two windows that hear it at once', async () => {
      const other = listening(await fixture.window());
      await heard.note('a');
      await fixture.clock.advance(1_000);
      await Promise.all([heard.note('b'), other.note('b')]);
      assert.equal(heard.told.length + other.told.length, 1);
      await fixture.clock.advance(1_000);
      await other.note('a', 'b');
      assert.equal(heard.told.length + other.told.length, 1);
    });

    it('and it is said to whoever listens first where it came before that', async () => {
      const joiner = new PoolJoiner(window.accountNames);
      for (const id of ['a', 'b']) await joiner.noteAccountName(keyOf(book, id), 'org_x');
      const told: PoolJoin[] = [];
      joiner.onJoin((join) => void told.push(join));
      joiner.onJoin((join) => void told.push(join));
      assert.equal(told.length, 1);
    });

    it('and stay parted once the user has parted them', async () => {
      await heard.note('a', 'b');
      await setPool(null, 'a', 'b');
      await heard.note('a', 'b', 'c');
      assert.deepEqual(pools(), [undefined, undefined, undefined]);
      assert.equal(heard.told.length, 1);
    });

    it('until the user joins them, and others of the account join that pool', async () => {
      await heard.note('a', 'b');
      await setPool(null, 'a', 'b');
      await setPool('mine', 'a', 'b');
      assert.equal(keyOf(book, 'a').parted, undefined);
      await heard.note('c');
      assert.deepEqual(pools(), ['mine', 'mine', 'mine']);
    });

    it('not because another provider named it for the same secret', async () => {
      await book.add([draftOf('d', { provider: 'my-llm', fingerprint: keyOf(book, 'a').fingerprint })]);
      await heard.note('d', 'b');
      assert.deepEqual(pools(), [undefined, undefined, undefined]);
    });
  });
}

describe('keys that the user has parted', () => {
  let folder: LedgerFolder;
  beforeEach(() => void (folder = new LedgerFolder()));
  afterEach(() => folder.close());

  it('stay parted after a restart, and in a new database filled from the copy', async () => {
    const first = await folder.window();
    await first.keyBook.add([draftOf('a'), draftOf('b')]);
    await listening(first).note('a', 'b');
    await first.keyBook.update(() => first.keyBook.all().map((key) => edited(key, { pool: null })));
    const snapshot = first.takeSnapshot();
    first.ledger.dispose();
    const empty = new LedgerFolder();
    const windows = [await folder.window(), await empty.window({ snapshot: () => snapshot })];
    for (const window of windows) {
      const { note, told } = listening(window);
      await note('a', 'b');
      assert.equal(told.length, 0);
      assert.equal(window.accountNames.accountName(keyOf(window.keyBook, 'a')), 'org_x');
    }
    empty.close();
  });
});
