import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dayOf, untilNextDayMs } from './calendar.ts';
import { goDuration } from './duration.ts';
import { LeakyBucket, leakyWaitMs, WindowCount } from './meters.ts';

const pacific = 'America/Los_Angeles';
const hour = 3_600_000;

describe('how the simulator counts', () => {
  it('gives the waits of the captured messages', () => {
    assert.equal(goDuration(leakyWaitMs(97_050, 3_619, 100_000, 86_400_000)), '9m38.016s');
    assert.equal(goDuration(leakyWaitMs(6_000, 477, 6_000, 60_000)), '4.77s');
    assert.equal(goDuration(leakyWaitMs(1_000, 1, 1_000, 86_400_000)), '1m26.4s');
  });

  it('writes durations as Go does', () => {
    const cases = [
      [399, '399ms'],
      [585, '585ms'],
      [4_770, '4.77s'],
      [578_016, '9m38.016s'],
      [3_723_000, '1h2m3s'],
      [0, '0ms'],
    ] as const;
    for (const [ms, written] of cases) assert.equal(goDuration(ms), written);
  });

  it('drains a bucket at the limit’s own rate, and never below zero', () => {
    const bucket = new LeakyBucket(() => 6_000, 60_000);
    bucket.set(3_000, 0);
    assert.equal(bucket.used(10_000), 2_000);
    bucket.add(500, 10_000);
    assert.equal(bucket.used(20_000), 1_500);
    assert.equal(bucket.used(600_000), 0);
  });

  it('starts a count again when the window turns', () => {
    const count = new WindowCount((ms) => dayOf(ms, pacific));
    const beforeMidnight = Date.UTC(2026, 10, 23, 7, 59, 59, 999);
    count.add(20, beforeMidnight);
    assert.equal(count.used(beforeMidnight), 20);
    assert.equal(count.used(beforeMidnight + 1), 0);
  });

  it('has days of 23 and 25 hours where the clocks change', () => {
    assert.equal(untilNextDayMs(Date.UTC(2026, 10, 1, 7), pacific), 25 * hour);
    assert.equal(untilNextDayMs(Date.UTC(2026, 2, 8, 8), pacific), 23 * hour);
    assert.equal(untilNextDayMs(Date.UTC(2026, 10, 22, 8), pacific), 24 * hour);
  });
});
