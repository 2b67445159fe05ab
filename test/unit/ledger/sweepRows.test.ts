import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Connection } from '../../../src/adapters/sqliteLedger/connection.ts';
import { foldOldRows } from '../../../src/adapters/sqliteLedger/foldOldRows.ts';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { rollUp } from '../../../src/adapters/sqliteLedger/reportQueries.ts';
import { sweepRows } from '../../../src/adapters/sqliteLedger/sweepRows.ts';
import { accountOf, type ApiKey } from '../../../src/core/keys/apiKey.ts';
import { fingerprintOf } from '../../../src/core/keys/fingerprint.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { askerOf, noon, spend, teach } from './spend.ts';

const day = 86_400_000;
const fingerprintAt = (name: string): string => fingerprintOf(Uint8Array.of(1), new Secret(name), 'groq');
const day1 = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 9_000, sinceMs: 0 } as const;

describe('rows that nobody needs any more', () => {
  let folder: LedgerFolder;
  let window: OpenLedger;

  beforeEach(async () => {
    folder = new LedgerFolder();
    window = await folder.window();
  });
  afterEach(() => folder.close());

  const connection = (): Connection => {
    const open = window.connection();
    assert.ok(open);
    return open;
  };
  const count = (from: string): number => Number(connection().sql(`SELECT count(*) AS n FROM ${from}`).get()?.['n']);
  const keyAt = async (name: string): Promise<ApiKey> => {
    const [added] = await window.keyBook.add([draftOf(name, { fingerprint: fingerprintAt(name) })]);
    assert.ok(added?.ok);
    return added.key;
  };
  const useAll = async (key: ApiKey, model = 'm1'): Promise<void> => {
    const { ledger, accountNames } = window;
    const account = accountOf(key);
    await spend(ledger, 100, { ...askerOf(key), model, ceilings: [{ ...day1, scope: model }] });
    await ledger.changeHealth(key.fingerprint, (health) => ({ ...health, score: 50 }));
    await ledger.learn(account, model, { requestsPerMinute: 7 }, noon);
    await teach(ledger, { underWay: 3, nowMs: noon, refused: {} }, { ...askerOf(key), model });
    await ledger.block(account, { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
    await ledger.learnPromptRatio({
      provider: key.provider,
      model,
      estimate: 100,
      counted: 200,
      refused: false,
      nowMs: noon,
    });
    await accountNames.noteAccountName(key, `org of ${key.id}`);
  };
  /** The upkeep of a window that is open so many days later. */
  const later = async (days: number): Promise<void> => {
    folder.clock.setWall(noon + days * day);
    // Others work on: the newest attempt and fact always stay.
    await spend(window.ledger, 1, { who: 'busy', nowMs: folder.clock.now() });
    await window.ledger.mark('busy', folder.clock.now() + day, folder.clock.now());
    rollUp(connection());
    foldOldRows(connection(), folder.clock.now());
    sweepRows(connection(), folder.clock.now());
  };

  it('go with a removed key, once its attempts are no longer kept', async () => {
    const key = await keyAt('gone');
    await useAll(key, 'm9');
    await window.keyBook.remove([key.id]);
    await window.keyBook.forgetSecrets([key.id]);
    await later(20);
    assert.ok(count("facts WHERE kind = 'learned'") > 0, 'a secret that comes back finds what was known of it');
    await later(40);
    const left = connection()
      .sql("SELECT kind, subject FROM facts WHERE kind NOT IN ('mark', 'lastNumber', 'key')")
      .all();
    assert.deepEqual(left, []);
  });

  it('stay with a key that is there, however long it rested', async () => {
    const key = await keyAt('resting');
    await useAll(key);
    await later(200);
    const { ledger } = await folder.window();
    assert.equal(ledger.health(key.fingerprint).score, 50);
    assert.deepEqual(ledger.learned(accountOf(key), 'm1'), { requestsPerMinute: 7 });
    assert.equal(ledger.blocks(accountOf(key), folder.clock.now()).length, 1);
  });

  it('go where a bucket has long been empty or a model is no longer asked', async () => {
    const key = await keyAt('a');
    for (let model = 0; model < 30; model += 1) await useAll(key, `model-${model}`);
    await later(80);
    assert.equal(count("facts WHERE kind = 'levels'"), 0);
    assert.equal(count("facts WHERE kind = 'promptRatio'"), 0);
  });

  it('go where a cause would stand until a key answers that is gone', async () => {
    const [there, gone] = [await keyAt('there'), await keyAt('gone')];
    const causes = [`keyRefused:${there.fingerprint}`, `noCredit:${gone.fingerprint}`, 'modelReplaced:groq:m1'];
    for (const name of causes) connection().sql("INSERT INTO causes VALUES (?, 0, ?, '')").run(name, forever);
    await window.keyBook.remove([gone.id]);
    await later(1);
    const left = connection().sql('SELECT name FROM causes').all();
    assert.deepEqual(new Set(left.map((row) => row['name'])), new Set([causes[0], causes[2]]));
  });

  it('go with windows that were closed or killed', async () => {
    for (let opened = 0; opened < 150; opened += 1) connection().addWindow(1_000 + opened);
    await later(1);
    assert.ok(count('windows') <= 101, `${count('windows')} rows`);
    const { ledger } = await folder.window();
    await spend(ledger, 5);
  });

  it('are not kept twice for reports of old days, which read the same', async () => {
    const key = await keyAt('a');
    for (let ago = 0; ago < 60; ago += 1) await spend(window.ledger, 10, { ...askerOf(key), nowMs: noon - ago * day });
    const [fromMs, toMs] = [noon - 90 * day, noon + day];
    const look = async () => [
      await window.reports.byDay(fromMs, toMs, 'UTC'),
      await window.reports.overview(fromMs, toMs),
    ];
    await spend(window.ledger, 1, { who: 'busy' });
    const before = await look();
    foldOldRows(connection(), noon);
    assert.deepEqual(await look(), before);
    const old = `slot < ${noon - 36 * day}`;
    assert.deepEqual([count(`cells WHERE ${old}`), count(`sums WHERE ${old}`)], [0, 0]);
    assert.ok(count(`hour_cells WHERE ${old}`) > 20);
  });
});
