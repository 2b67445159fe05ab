import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BusyClock } from '../support/busyClock.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { spend, usedOf } from './spend.ts';

describe('a ledger with a thousand keys', () => {
  const clock = new BusyClock();
  let folder: LedgerFolder;

  beforeEach(async () => {
    folder = new LedgerFolder(clock);
    const { ledger, keyBook } = await folder.window();
    const drafts = Array.from({ length: 1_000 }, (_, index) => draftOf(`k${index}`, { priority: index + 1 }));
    await keyBook.add(drafts);
    await spend(ledger, 700);
    ledger.dispose();
    clock.turns = 0;
    clock.lookMs = 1;
  });
  afterEach(() => folder.close());

  it('is opened without making anything of them, which it then does in turns', async () => {
    const { digested, ledger, keyBook } = await folder.window();
    let isDigested = false;
    void digested.then(() => (isDigested = true));
    assert.equal(clock.turns, 0);
    await clock.advance(0);
    assert.equal(isDigested, true);
    assert.ok(clock.turns > 3, `${clock.turns} turns`);
    assert.equal(keyBook.all().length, 1_000);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 700]);
  });

  it('answers whoever asks before', async () => {
    const { ledger, keyBook } = await folder.window();
    assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 700]);
    assert.equal(keyBook.all().length, 1_000);
    await spend(ledger, 300);
    assert.deepEqual(usedOf(ledger, 'secret:a'), [2, 1_000]);
  });

  it('takes a reservation that comes before', async () => {
    const { ledger } = await folder.window();
    await spend(ledger, 300);
    const { ledger: another } = await folder.window();
    for (const each of [ledger, another]) assert.deepEqual(usedOf(each, 'secret:a'), [2, 1_000]);
  });
});
