import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ClockWatch, wasSetBefore } from '../../src/core/clockWatch.ts';
import { FakeClock } from './support/fakeClock.ts';

const second = 1_000;

describe('a look at the clock', () => {
  it('finds by how much it was set back, once', async () => {
    const clock = new FakeClock();
    const watch = new ClockWatch(clock);
    await clock.advance(5 * second);
    clock.setWall(clock.now() - 720 * second);
    const nowMs = clock.now();
    assert.deepEqual(
      [watch.look(), watch.look()],
      [{ byMs: 720 * second, nowMs, sinceMs: nowMs - 5 * second, fromMs: 0 }, undefined],
    );
    clock.setWall(clock.now() - 30 * second);
    assert.equal(watch.look()?.byMs, 30 * second);
  });

  it('finds out that it is right again: what was set before it was set forward was set by this clock', async () => {
    const clock = new FakeClock();
    const watch = new ClockWatch(clock);
    const startMs = clock.now();
    clock.setWall(startMs + 720 * second);
    assert.equal(watch.look(), undefined);
    await clock.advance(7_200 * second);
    assert.equal(watch.look(), undefined);
    clock.setWall(clock.now() - 722 * second);
    const step = watch.look();
    assert.ok(step !== undefined);
    assert.equal(step.fromMs, startMs);
    const moments = [startMs, startMs + 721 * second, step.nowMs, step.nowMs + second];
    assert.deepEqual(
      moments.map((ms) => wasSetBefore(ms, { ...step, sinceMs: step.nowMs - 5 * second })),
      [false, true, false, true],
    );
    clock.setWall(clock.now() - 720 * second);
    assert.equal(watch.look()?.fromMs, 0);
  });

  it('finds out that it is right again after it had been set back', async () => {
    const clock = new FakeClock();
    const watch = new ClockWatch(clock);
    clock.setWall(clock.now() - 28_800 * second);
    assert.equal(watch.look()?.byMs, 28_800 * second);
    await clock.advance(7_200 * second);
    clock.setWall(clock.now() + 28_801 * second);
    assert.equal(watch.look()?.byMs, -28_801 * second);
    clock.setWall(clock.now() + 28_801 * second);
    assert.equal(watch.look(), undefined);
  });

  it('finds nothing in the time that passes, in sleep, and in small corrections however many', async () => {
    const clock = new FakeClock();
    const watch = new ClockWatch(clock);
    await clock.advance(5 * second);
    assert.equal(watch.look(), undefined);
    clock.setWall(clock.now() + 8 * 3_600 * second);
    assert.equal(watch.look(), undefined);
    for (let look = 0; look < 20; look += 1) {
      clock.setWall(clock.now() - 200);
      assert.equal(watch.look(), undefined);
    }
  });

  it('takes a process that stood still between the two clocks for no change', () => {
    let stoodStillMs = 0;
    const clock = new FakeClock();
    const watch = new ClockWatch({
      now: () => {
        const nowMs = clock.now();
        stoodStillMs += 60 * second;
        return nowMs;
      },
      monotonic: () => clock.monotonic() + stoodStillMs,
    });
    assert.equal(watch.look(), undefined);
  });
});
