import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { topUp } from '../../../src/adapters/sqliteLedger/fillFrom.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { midnight, noon, spend, usedOf } from './spend.ts';

describe('a database made in place of one that several windows used', () => {
  let folder: LedgerFolder;

  beforeEach(() => {
    folder = new LedgerFolder();
  });
  afterEach(() => folder.close());

  it('counts once what others wrote to the deleted file before they noticed', async () => {
    const [late, latest] = [new FakeClock(), new FakeClock()];
    const one = await folder.window();
    const two = await folder.window({ clock: late });
    const three = await folder.window({ clock: latest });
    await spend(one.ledger, 100);
    for (const suffix of ['', '-wal', '-shm']) rmSync(folder.path + suffix, { force: true });
    await folder.clock.advance(500);
    await spend(two.ledger, 7);
    await spend(three.ledger, 3, { model: 'm2' });
    await spend(one.ledger, 20);
    await late.advance(500);
    await latest.advance(500);
    for (const { ledger } of [one, two, three]) {
      ledger.refresh();
      assert.deepEqual(usedOf(ledger, 'secret:a'), [4, 130]);
    }
  });

  it('takes over what another window began without, and lowers nothing', async () => {
    const [one, two] = [await folder.window(), await folder.window()];
    await spend(one.ledger, 500);
    await spend(two.ledger, 40, { who: 'b' });
    for (const { ledger } of [one, two]) {
      ledger.refresh();
      ledger.use('secret:a', '*', midnight);
    }
    const connection = two.connection();
    assert.ok(connection);
    const row = { account: 'secret:a', model: 'm1', atMs: midnight, requests: 3, tokens: 900 } as const;
    topUp(connection, {
      version: 2,
      takenAtMs: noon,
      facts: [],
      sums: [row, { ...row, account: 'secret:b', tokens: 10 }],
    });
    one.ledger.refresh();
    assert.deepEqual(usedOf(one.ledger, 'secret:a'), [3, 900]);
    assert.deepEqual(usedOf(one.ledger, 'secret:b'), [3, 40]);
  });
});
