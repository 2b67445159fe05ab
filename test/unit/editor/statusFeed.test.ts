import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import type { KeyStatus } from '../../../src/core/quota/keyStatus.ts';
import { StatusFeed } from '../../../src/editor/statusFeed.ts';
import { BusyClock } from '../support/busyClock.ts';
import { keyStatus } from '../support/keyStatuses.ts';

function fixture(count: number) {
  const clock = new BusyClock();
  let change = (): void => undefined;
  const state: { keys: readonly ApiKey[]; of: Partial<KeyStatus> } = {
    keys: Array.from({ length: count }, (_, index) => keyStatus({ key: { id: `k${index}`, number: index + 1 } }).key),
    of: {},
  };
  const feed = new StatusFeed({
    keys: () => state.keys,
    statusOf: (key) => ({ ...keyStatus(state.of), key }),
    clock,
    ready: Promise.resolve(),
    changes: [
      (listener) => {
        change = listener;
        return () => undefined;
      },
    ],
  });
  return { feed, clock, state, change: () => change() };
}

describe('what the views know of the keys', () => {
  it('is there at once where there are few', async () => {
    const { feed } = fixture(3);
    await feed.ready;
    assert.equal(feed.all().length, 3);
  });

  it('is read in turns where there are many, and shown when it is whole', async () => {
    const many = fixture(1_000);
    many.clock.lookMs = 1;
    let shown = 0;
    many.feed.onDidChange(() => {
      shown += 1;
      assert.equal(many.feed.all().length, 1_000);
    });
    await many.clock.advance(1_000);
    assert.ok(many.clock.turns > 100, 'the host had its turn in between');
    assert.equal(shown, 1);
  });

  it('follows changes four times a second at the most, and loses none', async () => {
    const { feed, clock, state, change } = fixture(1);
    let shown = 0;
    feed.onDidChange(() => (shown += 1));
    await clock.advance(250);
    for (let step = 0; step < 100; step += 1) {
      state.of = { usedToday: step };
      change();
      await clock.advance(10);
    }
    await clock.advance(250);
    assert.ok(shown <= 6, `${shown} times`);
    assert.equal(feed.all()[0]?.usedToday, 99);
  });

  it('reads again when a change comes while it reads', async () => {
    const { feed, clock, state, change } = fixture(100);
    await clock.advance(250);
    clock.lookMs = 1;
    change();
    state.of = { usedToday: 7 };
    change();
    await clock.advance(2_000);
    assert.ok(feed.all().every(({ usedToday }) => usedToday === 7));
  });

  it('looks again when a state ends by itself', async () => {
    const { feed, clock, state, change } = fixture(1);
    state.of = { state: 'cooling', untilMs: clock.now() + 5_000 };
    await clock.advance(250);
    change();
    await clock.advance(250);
    assert.equal(feed.all()[0]?.state, 'cooling');
    state.of = {};
    await clock.advance(5_000);
    assert.equal(feed.all()[0]?.state, 'ok');
  });

  it('looks again when the day turns, without any event', async () => {
    const { feed, clock, state, change } = fixture(1);
    await clock.advance(10_300);
    change();
    await clock.advance(Date.UTC(2026, 10, 23) - clock.now() - 30_000);
    state.of = { usedToday: 0 };
    assert.equal(feed.all()[0]?.usedToday, 12_000);
    await clock.advance(30_100);
    assert.equal(feed.all()[0]?.usedToday, 0);
  });

  it('leaves no timer behind', () => {
    const { feed, clock } = fixture(2);
    feed.dispose();
    assert.equal(clock.pending, 0);
  });
});
