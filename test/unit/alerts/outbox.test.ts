import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Alert } from '../../../src/core/alerts/alert.ts';
import { maxAlerts, type Outbox, type PlannedDelivery, type Raise } from '../../../src/core/alerts/outbox.ts';
import { type OutboxFixture, outboxFixtures } from './outboxFixture.ts';

const hour = 3_600_000;

function refusal(id: string, atMs = 0): Alert {
  const fingerprint = `fp-${id}`;
  return {
    id,
    atMs,
    level: 'error',
    event: 'keyRefused',
    key: 'groq/1',
    keyName: `Key ${id}`,
    fingerprint,
    sentence: '',
  };
}

function raiseOf(id: string, more: Partial<Raise> = {}, delivery: Partial<PlannedDelivery> = {}): Raise {
  const planned: PlannedDelivery = { channel: 'telegram', group: 'keyRefused', dueAtMs: 5_000, ...delivery };
  return {
    alert: refusal(id),
    cause: { name: `cause-${id}`, untilMs: hour },
    covers: [],
    ends: [],
    deliveries: [planned],
    ...more,
  };
}

for (const { name, create } of outboxFixtures) {
  describe(`outbox ${name}`, () => {
    let fixture: OutboxFixture;
    let outbox: Outbox;
    let other: Outbox;

    beforeEach(() => {
      fixture = create();
      outbox = fixture.open();
      other = fixture.open();
    });

    afterEach(() => fixture.dispose());

    it('raises a cause once over all windows while it stands', async () => {
      assert.equal(await outbox.raise(raiseOf('a'), 0), true);
      assert.equal(await other.raise(raiseOf('b', { cause: { name: 'cause-a', untilMs: hour } }), 0), false);
      assert.equal(await other.raise(raiseOf('c', { cause: { name: 'cause-a', untilMs: 2 * hour } }), hour), true);
    });

    it('lets what an alert covers stand as well, and ends what it ends', async () => {
      await outbox.stand([{ name: 'down', untilMs: hour }], 0);
      await outbox.raise(raiseOf('a', { covers: [{ name: 'lower', untilMs: hour }], ends: ['down'] }), 0);
      assert.deepEqual([other.stands('lower', 1), other.stands('down', 1)], [true, false]);
    });

    it('raises what needs something standing only while it stands', async () => {
      assert.equal(await outbox.raise(raiseOf('a', { onlyIf: 'owed' }), 0), false);
      await outbox.stand([{ name: 'owed', untilMs: hour }], 0);
      assert.equal(await other.raise(raiseOf('b', { onlyIf: 'owed', ends: ['owed'] }), 0), true);
      assert.equal(await outbox.raise(raiseOf('c', { onlyIf: 'owed' }), 0), false);
    });

    it('forgets causes, and says whether one stood', async () => {
      await outbox.raise(raiseOf('a'), 0);
      assert.equal(await other.forget(['cause-a', 'cause-z'], 1), true);
      assert.equal(await outbox.forget(['cause-a'], 1), false);
      assert.equal(await outbox.raise(raiseOf('b', { cause: { name: 'cause-a', untilMs: hour } }), 1), true);
    });

    it('gives nothing before it is due, then all of one group as one claim, to one window', async () => {
      await outbox.raise(raiseOf('a'), 0);
      await other.raise(raiseOf('b', { alert: refusal('b', 1) }, { dueAtMs: 8_000 }), 0);
      await other.raise(raiseOf('c', {}, { group: 'noCredit', dueAtMs: 6_000 }), 0);
      assert.equal(await outbox.claim('telegram', 4_999, 9_999), undefined);
      assert.equal(await outbox.claim('email', 5_000, 9_999), undefined);
      assert.equal(outbox.nextDueMs(['telegram', 'email']), 5_000);
      const claim = await outbox.claim('telegram', 5_000, 95_000);
      assert.deepEqual(
        claim?.alerts.map(({ id }) => id),
        ['a', 'b'],
      );
      assert.equal(await other.claim('telegram', 5_000, 95_000), undefined);
      assert.equal(other.nextDueMs(['telegram']), 6_000);
    });

    it('gives a claim whose lease has ended to another window, and the late first one changes nothing', async () => {
      await outbox.raise(raiseOf('a'), 0);
      const dead = await outbox.claim('telegram', 5_000, 95_000);
      assert.equal(await other.claim('telegram', 94_999, 190_000), undefined);
      const second = await other.claim('telegram', 95_000, 190_000);
      assert.ok(dead !== undefined && second !== undefined);
      await outbox.finish(dead, { kind: 'failed', said: 'late' }, 96_000);
      await other.finish(second, { kind: 'sent', said: '250 OK' }, 97_000);
      const [record] = await outbox.history(0);
      assert.deepEqual(record?.deliveries, [
        { channel: 'telegram', state: 'sent', failedTries: 0, atMs: 97_000, said: '250 OK' },
      ]);
      assert.equal(outbox.nextDueMs(['telegram']), undefined);
    });

    it('counts failed tries and waits until the moment named', async () => {
      await outbox.raise(raiseOf('a'), 0);
      const first = await outbox.claim('telegram', 5_000, 95_000);
      assert.ok(first !== undefined);
      await outbox.finish(first, { kind: 'again', said: 'Bad Gateway', atMs: 22_000 }, 6_000);
      assert.equal(await other.claim('telegram', 21_999, 99_000), undefined);
      const second = await other.claim('telegram', 22_000, 99_000);
      assert.equal(second?.failedTries, 1);
    });

    it('drops what has expired without sending it', async () => {
      await outbox.raise(raiseOf('a', {}, { expiresAtMs: 10_000 }), 0);
      assert.equal(await outbox.claim('telegram', 10_000, 99_000), undefined);
      const [record] = await outbox.history(0);
      assert.equal(record?.deliveries[0]?.state, 'expired');
    });

    it('tells what was said when a message of a channel was last given up', async () => {
      for (const [index, said] of ['450 Greylisted', '550 User unknown'].entries()) {
        await outbox.raise(raiseOf(String(index), {}, { channel: 'email', group: String(index), dueAtMs: index }), 0);
        const claim = await outbox.claim('email', index, 90_000);
        assert.ok(claim !== undefined);
        await outbox.finish(claim, { kind: 'failed', said }, 10 + index);
      }
      assert.deepEqual([other.lastFailure('email'), other.lastFailure('telegram')], ['550 User unknown', '']);
    });

    it('gives up what waits for a channel, with the reason', async () => {
      await outbox.raise(raiseOf('a'), 0);
      await other.giveUp('telegram', 'Forbidden: bot was blocked by the user', 1);
      const [record] = await outbox.history(0);
      assert.deepEqual(
        [record?.deliveries[0]?.state, record?.deliveries[0]?.said],
        ['failed', 'Forbidden: bot was blocked by the user'],
      );
    });

    it('gives up as well what a window that died was sending, once its lease has ended', async () => {
      await outbox.raise(raiseOf('a'), 0);
      await outbox.claim('telegram', 5_000, 95_000);
      await other.giveUp('telegram', 'Unauthorized', 94_999);
      assert.equal(other.nextDueMs(['telegram']), 95_000);
      await other.giveUp('telegram', 'Unauthorized', 95_000);
      assert.equal(other.nextDueMs(['telegram']), undefined);
      const [record] = await outbox.history(0);
      assert.deepEqual(record?.deliveries, [
        { channel: 'telegram', state: 'failed', failedTries: 0, atMs: 95_000, said: 'Unauthorized' },
      ]);
    });

    it('keeps at most its bound, never letting go of what is still to be sent', async () => {
      await outbox.raise(raiseOf('waits'), 0);
      for (let i = 1; i <= maxAlerts + 20; i += 1) {
        await outbox.raise(raiseOf(`n${i}`, { alert: refusal(`n${i}`, i), deliveries: [] }), 0);
      }
      const kept = await outbox.history(0);
      assert.equal(kept.length, maxAlerts);
      assert.equal(kept[0]?.alert.id, `n${maxAlerts + 20}`);
      assert.equal(kept.at(-1)?.alert.id, 'waits');
    });

    it('shows as current what still stands, newest first', async () => {
      await outbox.raise(raiseOf('a'), 0);
      await outbox.raise(raiseOf('b', { alert: refusal('b', 5) }), 0);
      assert.deepEqual(
        other.current(1).map(({ id }) => id),
        ['b', 'a'],
      );
      await other.forget(['cause-b'], 1);
      assert.deepEqual(
        outbox.current(1).map(({ id }) => id),
        ['a'],
      );
    });

    it('tells its own listeners of a change', async () => {
      let calls = 0;
      const cancel = outbox.onDidChange(() => (calls += 1));
      await outbox.raise(raiseOf('a'), 0);
      const once = calls;
      cancel();
      await outbox.raise(raiseOf('b'), 0);
      assert.ok(once > 0);
      assert.equal(calls, once);
    });
  });
}
