import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LedgerOutbox } from '../../../src/adapters/ledgerOutbox.ts';
import { openLedger, type OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { SqliteOutbox } from '../../../src/adapters/sqliteLedger/sqliteOutbox.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import { AlertFixture, type AlertWindow } from './alertFixture.ts';

describe('outbox of a ledger', () => {
  const random = new SeededRandom();
  let directory: string;
  let opened: OpenLedger[];
  let hasDatabase: boolean;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'alerts-'));
    opened = [];
    hasDatabase = true;
  });

  afterEach(() => {
    for (const { ledger } of opened) ledger.dispose();
    rmSync(directory, { recursive: true });
  });

  /** As on a disk that is full or was mounted read-only. */
  function setWritable(isWritable: boolean): void {
    for (const home of opened) home.connection()?.db.exec(`PRAGMA query_only = ${isWritable ? 0 : 1}`);
  }

  async function outbox(): Promise<LedgerOutbox> {
    const clock = new FakeClock();
    const home = await openLedger({ path: join(directory, 'ledger.db'), clock, random });
    opened.push(home);
    return new LedgerOutbox(
      new SqliteOutbox({
        connection: () => (hasDatabase ? home.connection() : undefined),
        clock,
        random,
        onForeignChange: home.onForeignChange,
      }),
    );
  }

  it('tells the database that the clock was set back while there was none', async () => {
    const one = await outbox();
    const noon = Date.UTC(2026, 10, 22, 12);
    const minute = 60_000;
    await one.stand([{ name: 'cause', untilMs: noon + 15 * minute }], noon);
    hasDatabase = false;
    const nowMs = noon + minute;
    await one.clockWasStepped({ byMs: 12 * minute, nowMs, sinceMs: nowMs - 5_000, fromMs: 0 }, nowMs);
    hasDatabase = true;
    await one.claim('telegram', nowMs, nowMs + 90_000);
    assert.deepEqual(
      [3 * minute - 1, 3 * minute].map((ms) => one.stands('cause', noon + ms)),
      [true, false],
    );
  });

  it('is shared with other windows through the ledger’s own database', async () => {
    const [one, another] = [await outbox(), await outbox()];
    const [first, second] = [new AlertFixture(() => one), new AlertFixture(() => another)];
    const window = first.open();
    window.service.handle(first.ofKey('refused', 'groq/1'));
    await first.clock.advance(5_000);
    const other = second.open();
    other.service.handle(second.ofKey('refused', 'groq/1'));
    await second.clock.advance(20_000);
    assert.deepEqual([window.telegram.texts.length, other.telegram.texts.length], [1, 0]);
    assert.equal(other.service.state().alerts.length, 1);
  });

  it('lives in memory while the ledger has no database, and sends all the same', async () => {
    const own = await outbox();
    const fixture = new AlertFixture(() => own);
    const window = fixture.open();
    hasDatabase = false;
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(10_000);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!', '❌ Groq Key 1 invalid - check API key']);
    assert.notEqual(window.service.state().banner, undefined);
    hasDatabase = true;
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    window.service.handle(fixture.answered('groq/1'));
    await fixture.clock.advance(10_000);
    assert.equal(window.service.state().banner, undefined);
    assert.equal(window.telegram.texts.at(-1), '✅ AI keys answer again');
    assert.equal((await window.service.history()).length, 3);
  });

  it('says once that keys answer again, though every key failed without the database and with it', async () => {
    const own = await outbox();
    const fixture = new AlertFixture(() => own);
    const window = fixture.open();
    hasDatabase = false;
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(16 * 60_000);
    hasDatabase = true;
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(10_000);
    for (const key of ['groq/1', 'groq/2'] as const) {
      window.service.handle(fixture.answered(key));
      await fixture.clock.advance(10_000);
    }
    assert.deepEqual(window.telegram.texts, [
      '🚨 All AI providers down!',
      '🚨 All AI providers down!',
      '✅ AI keys answer again',
    ]);
    assert.equal(window.service.state().banner, undefined);
  });

  it('says once in all windows that keys answer again, whichever was told without its database', async () => {
    const doors = [await outbox(), await outbox()];
    const fixture = new AlertFixture(() => doors.shift() ?? assert.fail('two windows'));
    const [one, other] = [fixture.open(), fixture.open()];
    hasDatabase = false;
    for (const { service } of [one, other]) service.handle(fixture.allFailed());
    await fixture.clock.advance(10_000);
    hasDatabase = true;
    await fixture.clock.advance(10_000);
    for (const { service } of [other, one]) {
      service.handle(fixture.answered('groq/1'));
      await fixture.clock.advance(10_000);
    }
    assert.equal(said('✅ AI keys answer again', one, other), 1);
    assert.deepEqual(
      [one, other].map(({ service }) => service.state().banner),
      [undefined, undefined],
    );
  });

  it('ends what was said without the database where another window saw its end', async () => {
    const doors = [await outbox(), await outbox()];
    const fixture = new AlertFixture(() => doors.shift() ?? assert.fail('two windows'));
    const [one, other] = [fixture.open(), fixture.open()];
    hasDatabase = false;
    one.service.handle(fixture.ofKey('refused', 'groq/1'));
    one.service.handle(fixture.allFailed());
    await fixture.clock.advance(10_000);
    hasDatabase = true;
    await fixture.clock.advance(10_000);
    other.service.handle(fixture.answered('groq/1'));
    await fixture.clock.advance(10_000);
    assert.equal(said('✅ AI keys answer again', one, other), 1);
    assert.equal(one.service.state().banner, undefined);
    one.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(10_000);
    assert.equal(said('❌ Groq Key 1 invalid - check API key', one, other), 2);
  });

  it('shows other windows what was said without the database', async () => {
    const doors = [await outbox(), await outbox()];
    const fixture = new AlertFixture(() => doors.shift() ?? assert.fail('two windows'));
    const [one, other] = [fixture.open(), fixture.open()];
    hasDatabase = false;
    one.service.handle(fixture.ofKey('refused', 'groq/1'));
    one.service.handle(fixture.allFailed());
    await fixture.clock.advance(10_000);
    hasDatabase = true;
    await fixture.clock.advance(10_000);
    for (const { service } of [one, other]) {
      assert.notEqual(service.state().banner, undefined);
      assert.equal(service.state().alerts.length, 1);
      assert.equal((await service.history()).length, 2);
    }
    other.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(10_000);
    assert.equal(said('❌ Groq Key 1 invalid - check API key', one, other), 1);
  });

  it('is looked at every 5 s while its disk takes no writes, which is said once, and sends when it does', async () => {
    const own = await outbox();
    const fixture = new AlertFixture(() => own);
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await window.service.settled();
    setWritable(false);
    await fixture.clock.advance(60_000);
    assert.equal(window.log.lines.filter((line) => line.startsWith('alerts: telegram outbox: ')).length, 1);
    setWritable(true);
    await fixture.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['❌ Groq Key 1 invalid - check API key']);
  });

  it('is looked at every 5 s while its disk takes no writes and the channel was stopped', async () => {
    const own = await outbox();
    const fixture = new AlertFixture(() => own);
    const window = fixture.open();
    window.telegram.answers = [{ ok: false, kind: 'stopped', said: 'Unauthorized' }];
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(1_000);
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await window.service.settled();
    setWritable(false);
    await fixture.clock.advance(60_000);
    setWritable(true);
    await fixture.clock.advance(5_000);
    const states = (await window.service.history()).flatMap(({ deliveries }) =>
      deliveries.flatMap(({ channel, state }) => (channel === 'telegram' ? [state] : [])),
    );
    assert.deepEqual(states, ['failed', 'failed']);
  });
});

/** How often, whichever of the windows sent it. */
const said = (text: string, ...windows: readonly AlertWindow[]): number =>
  windows.flatMap(({ telegram }) => telegram.texts).filter((each) => each === text).length;
