import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { askOf, midnight, noon, reservationOf, settlementOf, usedOf } from './spend.ts';

const held = ({ ledger }: OpenLedger): number => ledger.use('secret:a', '*', midnight).heldTokens;

describe('reservations of another window', () => {
  let folder: LedgerFolder;
  let alive: boolean;
  let watching: OpenLedger;
  let dying: OpenLedger;
  let sent: string;

  beforeEach(async () => {
    folder = new LedgerFolder();
    alive = true;
    watching = await folder.window({ pid: 1, isAlive: () => alive });
    // Its own timers never run: a process that stopped shows no sign of life.
    const stopped = { now: () => folder.clock.now(), monotonic: () => 0, after: () => () => undefined };
    dying = await folder.window({ pid: 2, clock: stopped, isAlive: () => true });
    sent = reservationOf(await dying.ledger.reserve(askOf({ tokens: 1_000, promptTokens: 400, sent: true })));
    await dying.ledger.reserve(askOf({ tokens: 70 }));
    await folder.clock.advance(500);
  });
  afterEach(() => folder.close());

  it('are held as long as it lives', async () => {
    assert.equal(held(watching), 1_070);
    await folder.clock.advance(10_000);
    assert.equal(held(watching), 1_070);
  });

  it('are freed when it died and had not sent the request, else settled at the estimate and marked', async () => {
    alive = false;
    await folder.clock.advance(4_000);
    assert.equal(held(watching), 0);
    assert.deepEqual(usedOf(watching.ledger, 'secret:a'), [1, 1_000]);
    const row = watching.connection()?.db.prepare('SELECT * FROM attempts').get();
    const { outcome, prompt, completion, total, estimated } = row ?? {};
    assert.deepEqual(
      { outcome, prompt, completion, total, estimated },
      { outcome: 'cutOff', prompt: 400, completion: 600, total: 1_000, estimated: 1 },
    );
  });

  it('are resolved by one of the others, once', async () => {
    const third = await folder.window({ pid: 3, isAlive: () => alive });
    alive = false;
    await folder.clock.advance(4_000);
    for (const window of [watching, third]) assert.deepEqual(usedOf(window.ledger, 'secret:a'), [1, 1_000]);
  });

  it('are resolved after a minute awake without a sign of life, though its number is in use again', async () => {
    await folder.clock.advance(70_000);
    assert.equal(held(watching), 0);
  });

  it('are not taken for dead because the machine slept', async () => {
    // The wall clock jumps; nobody had a turn.
    folder.clock.setWall(noon + 8 * 3_600_000);
    await folder.clock.advance(5_000);
    assert.equal(held(watching), 1_070);
  });

  it('count once when the window was only stopped and settles after all', async () => {
    await folder.clock.advance(70_000);
    await dying.ledger.settle(settlementOf(sent, { total: 300 }));
    watching.ledger.refresh();
    for (const window of [watching, dying]) assert.deepEqual(usedOf(window.ledger, 'secret:a'), [1, 1_000]);
  });

  it('are resolved at once when its window closes', async () => {
    dying.ledger.dispose();
    watching.ledger.refresh();
    assert.equal(held(watching), 0);
    assert.deepEqual(usedOf(watching.ledger, 'secret:a'), [1, 1_000]);
  });
});
