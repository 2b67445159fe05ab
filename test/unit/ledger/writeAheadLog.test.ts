import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { spend, usedOf } from './spend.ts';

const mebibyte = 2 ** 20;

describe('the write-ahead log of a database', function () {
  this.timeout(60_000);
  let folder: LedgerFolder;

  beforeEach(() => {
    folder = new LedgerFolder();
  });
  afterEach(() => folder.close());

  const logBytes = (): number => statSync(`${folder.path}-wal`).size;

  async function writeMuch({ keyBook }: OpenLedger): Promise<void> {
    for (let count = 0; logBytes() < 5 * mebibyte; count += 1) {
      const label = 'x'.repeat(4_000);
      await keyBook.add([draftOf(`k${count}`, { label })]);
    }
  }

  it('is written back by the worker, not by the host, and begins anew', async () => {
    const window = await folder.window();
    await writeMuch(window);
    let spent = 0;
    while (logBytes() > mebibyte) {
      assert.ok(logBytes() < 20 * mebibyte, 'long before the host has to do it itself');
      await folder.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await spend(window.ledger, 10);
      spent += 10;
    }
    assert.equal(usedOf(window.ledger, 'secret:a')[1], spent);
    assert.equal(usedOf((await folder.window()).ledger, 'secret:a')[1], spent);
  });
});
