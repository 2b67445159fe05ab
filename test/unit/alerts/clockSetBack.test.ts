import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Outbox, Raise } from '../../../src/core/alerts/outbox.ts';
import { quietGroup, snoozeCause } from '../../../src/core/alerts/policy.ts';
import { forever } from '../../../src/core/quota/ledger.ts';
import { AlertFixture } from './alertFixture.ts';
import { type OutboxFixture, outboxFixtures } from './outboxFixture.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 10, 22, 12);
/** The clock is set back by 8 hours at noon. */
const back = noon - 8 * hour;

function raiseAt(atMs: number, more: Partial<Raise> = {}): Raise {
  const about = { key: 'groq/1', keyName: 'Groq Key 1', fingerprint: 'fp', sentence: '' } as const;
  return {
    alert: { id: `at-${atMs}`, atMs, level: 'error', event: 'keyRefused', ...about },
    cause: { name: 'cause', untilMs: atMs + 15 * minute },
    covers: [],
    ends: [],
    deliveries: [{ channel: 'telegram', group: 'keyRefused', dueAtMs: atMs + minute }],
    ...more,
  };
}

for (const { name, create } of outboxFixtures) {
  describe(`where the clock is set back, an outbox ${name}`, () => {
    let fixture: OutboxFixture;
    let outbox: Outbox;
    let other: Outbox;
    let alerts: AlertFixture;

    beforeEach(() => {
      fixture = create();
      outbox = fixture.open();
      other = fixture.open();
      alerts = new AlertFixture(() => fixture.open());
    });

    afterEach(() => fixture.dispose());

    it('says "every key failed" again within its own length', async () => {
      const window = alerts.open();
      window.service.handle(alerts.allFailed());
      await alerts.clock.advance(minute);
      alerts.clock.setWall(alerts.clock.now() - 8 * hour);
      for (let minutes = 0; minutes < 15; minutes += 1) {
        window.service.handle(alerts.allFailed());
        await alerts.clock.advance(minute);
      }
      assert.equal(window.telegram.texts.length, 2);
    });

    it('lets a cause end, and what is shown for it, but none that stands until something ends it', async () => {
      await outbox.raise(raiseAt(noon, { covers: [{ name: 'down', untilMs: forever }] }), noon);
      await outbox.raise(raiseAt(noon + 1, { cause: { name: 'shown', untilMs: noon + hour } }), noon + 1);
      assert.deepEqual([other.stands('cause', back), other.stands('down', back)], [false, true]);
      assert.deepEqual(
        other.current(back).map(({ id }) => id),
        [`at-${noon}`],
      );
      assert.equal(await other.raise(raiseAt(back), back), true);
      assert.deepEqual([outbox.stands('cause', back), outbox.stands('down', back)], [true, true]);
      assert.equal(outbox.stands('cause', back + 15 * minute), false);
    });

    it('lets a cause stand over a small correction of the clock', async () => {
      await outbox.raise(raiseAt(noon), noon);
      assert.equal(await other.raise(raiseAt(noon - 30_000), noon - 30_000), false);
      assert.equal(other.stands('cause', noon - 30_000), true);
    });

    it('lets what stands anew end at its own moment, and not at that of before', async () => {
      await outbox.stand([{ name: snoozeCause, untilMs: noon + 12 * hour }], noon);
      await other.stand([{ name: snoozeCause, untilMs: back + hour }], back);
      assert.deepEqual(
        [0, 1].map((hours) => outbox.stands(snoozeCause, back + hours * hour)),
        [true, false],
      );
      await other.stand([{ name: 'stopped', untilMs: forever }], noon);
      await other.stand([{ name: 'stopped', untilMs: back + hour }], back);
      assert.equal(outbox.stands('stopped', back + 2 * hour), true);
    });

    it('sends a gathered alert within its minute', async () => {
      await outbox.raise(raiseAt(noon), noon);
      assert.equal(await other.claim('telegram', back, back + 90_000), undefined);
      assert.equal(await other.claim('telegram', back + minute - 1, back + 150_000), undefined);
      assert.notEqual(await outbox.claim('telegram', back + minute, back + 150_000), undefined);
    });

    it('sends it from a window that only waits, a few seconds later at most', async () => {
      const window = alerts.open();
      window.service.handle(alerts.ofKey('refused', 'groq/1'));
      await alerts.clock.advance(1_000);
      alerts.clock.setWall(alerts.clock.now() - 8 * hour);
      await alerts.clock.advance(10_000);
      assert.equal(window.telegram.texts.length, 1);
    });

    it('tries again after the wait that was set', async () => {
      await outbox.raise(raiseAt(noon - minute), noon - minute);
      const claim = await outbox.claim('telegram', noon, noon + 90_000);
      assert.ok(claim !== undefined);
      await outbox.finish(claim, { kind: 'again', said: '', atMs: noon + 30_000 }, noon);
      assert.equal(await other.claim('telegram', back, back + 90_000), undefined);
      assert.equal((await other.claim('telegram', back + 30_000, back + 120_000))?.failedTries, 1);
    });

    it('takes over what a window that died was sending, once the lease’s length is over and not before', async () => {
      await outbox.raise(raiseAt(noon - minute), noon - minute);
      await outbox.claim('telegram', noon, noon + 90_000);
      assert.equal(await other.claim('telegram', back, back + 90_000), undefined);
      assert.equal(await other.claim('telegram', back + 89_999, back + 180_000), undefined);
      assert.notEqual(await other.claim('telegram', back + 90_000, back + 180_000), undefined);
    });

    it('gives up for a stopped channel what a window that died was sending, after the lease’s length', async () => {
      await outbox.raise(raiseAt(noon - minute), noon - minute);
      await outbox.claim('telegram', noon, noon + 90_000);
      await other.giveUp('telegram', 'Unauthorized', back);
      assert.equal(other.nextDueMs(['telegram']), back + 90_000);
      await other.giveUp('telegram', 'Unauthorized', back + 90_000);
      assert.equal(other.nextDueMs(['telegram']), undefined);
    });

    it('still lets the window that was sending finish', async () => {
      await outbox.raise(raiseAt(noon - minute), noon - minute);
      const claim = await outbox.claim('telegram', noon, noon + 90_000);
      assert.ok(claim !== undefined);
      await other.claim('telegram', back, back + 90_000);
      await outbox.finish(claim, { kind: 'sent', said: '250 OK' }, back + 1_000);
      assert.equal(other.nextDueMs(['telegram']), undefined);
    });

    it('keeps a toast no longer than it was to be kept', async () => {
      const toast = { channel: 'toast', group: 'g', dueAtMs: noon + 5_000, expiresAtMs: noon + hour } as const;
      await outbox.raise(raiseAt(noon, { deliveries: [toast] }), noon);
      assert.equal(await other.claim('toast', back, back + 90_000), undefined);
      assert.equal(await other.claim('toast', back + hour, back + 2 * hour), undefined);
      const [record] = await outbox.history(0);
      assert.equal(record?.deliveries[0]?.state, 'expired');
    });

    it('says "every key failed" again after its own length, whatever the clock was set back by', async () => {
      const [window, second] = [alerts.open(), alerts.open()];
      window.service.handle(alerts.allFailed());
      await alerts.clock.advance(13 * minute);
      alerts.clock.setWall(alerts.clock.now() - 12 * minute);
      await alerts.clock.advance(minute);
      second.service.handle(alerts.allFailed());
      await alerts.clock.advance(30_000);
      assert.equal([...window.telegram.texts, ...second.telegram.texts].length, 1);
      await alerts.clock.advance(minute);
      second.service.handle(alerts.allFailed());
      await alerts.clock.advance(minute);
      assert.equal([...window.telegram.texts, ...second.telegram.texts].length, 2);
    });

    it('lets causes, waits and leases go on for what was left of them, once over all windows that notice', async () => {
      const now = noon + minute;
      const toast = {
        channel: 'toast',
        group: 'g',
        dueAtMs: noon + 14 * minute,
        expiresAtMs: noon + 20 * minute,
      } as const;
      await outbox.raise(raiseAt(noon, { covers: [{ name: 'down', untilMs: forever }], deliveries: [toast] }), noon);
      for (const window of [outbox, other])
        await window.clockWasStepped({ byMs: 12 * minute, nowMs: now, sinceMs: now - 5_000, fromMs: 0 }, now);
      const endMs = noon + 3 * minute;
      assert.deepEqual(
        [endMs - 1, endMs].map((ms) => other.stands('cause', ms)),
        [true, false],
      );
      assert.equal(other.stands('down', endMs), true);
      assert.equal(outbox.nextDueMs(['toast']), noon + 2 * minute);
      assert.equal(await other.claim('toast', noon + 8 * minute, noon + 10 * minute), undefined);
      const [record] = await outbox.history(0);
      assert.equal(record?.deliveries[0]?.state, 'expired');
    });

    it('ends no day and no quiet hours sooner', async () => {
      const window = alerts.open();
      await window.service.snoozeToday();
      const endMs = alerts.midnightMs;
      const quiet = { channel: 'telegram', group: quietGroup, dueAtMs: noon + 9 * hour } as const;
      await outbox.raise(raiseAt(noon, { deliveries: [quiet] }), noon);
      await outbox.clockWasStepped(
        { byMs: 12 * minute, nowMs: noon + minute, sinceMs: noon + 55_000, fromMs: 0 },
        noon + minute,
      );
      assert.equal(other.nextDueMs(['telegram']), noon + 9 * hour);
      assert.deepEqual(
        [endMs - 1, endMs].map((ms) => other.stands(snoozeCause, ms)),
        [true, false],
      );
    });
  });
}
