import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isTimeZone, quotaDay, quotaMonth } from '../../../src/core/quota/quotaDay.ts';
import { propertyRuns } from '../support/runs.ts';

const hour = 3_600_000;
const day = 24 * hour;
const lengthInHours = (ms: number, zone: string): number => {
  const { startMs, endMs } = quotaDay(ms, zone);
  return (endMs - startMs) / hour;
};

describe('a quota day', () => {
  it('turns at 00:00 UTC to the millisecond', () => {
    const midnight = Date.UTC(2026, 10, 23);
    assert.deepEqual(quotaDay(midnight - 1, 'UTC'), { startMs: midnight - day, endMs: midnight });
    assert.deepEqual(quotaDay(midnight, 'UTC'), { startMs: midnight, endMs: midnight + day });
  });

  it('turns at midnight Pacific for Google', () => {
    const winter = Date.UTC(2026, 0, 15, 8);
    assert.equal(quotaDay(winter, 'America/Los_Angeles').startMs, winter);
    assert.equal(quotaDay(winter - 1, 'America/Los_Angeles').endMs, winter);
    const summer = Date.UTC(2026, 6, 15, 7);
    assert.equal(quotaDay(summer, 'America/Los_Angeles').startMs, summer);
  });

  it('is found for a moment within the first millisecond of a day', () => {
    const startMs = Date.UTC(2026, 10, 14, 8);
    assert.deepEqual(quotaDay(startMs + 0.5828, 'America/Los_Angeles'), { startMs, endMs: startMs + 86_400_000 });
  });

  it('has 23 and 25 hours in Los Angeles when clocks change', () => {
    assert.equal(lengthInHours(Date.UTC(2026, 2, 8, 20), 'America/Los_Angeles'), 23);
    assert.equal(lengthInHours(Date.UTC(2026, 10, 1, 20), 'America/Los_Angeles'), 25);
    assert.equal(lengthInHours(Date.UTC(2026, 10, 2, 20), 'America/Los_Angeles'), 24);
  });

  it('begins with its first moment where midnight does not exist (Gaza, 2011)', () => {
    // Clocks went from 00:00 to 01:00 on 1 April 2011.
    const { startMs, endMs } = quotaDay(Date.UTC(2011, 3, 1, 12), 'Asia/Gaza');
    assert.equal(new Date(startMs).toISOString(), '2011-03-31T22:00:00.000Z');
    assert.equal((endMs - startMs) / hour, 23);
  });

  it('has 23 and 25 hours in Gaza', () => {
    const lengths = Array.from({ length: 366 }, (_, n) =>
      lengthInHours(Date.UTC(2024, 0, 1, 12) + n * day, 'Asia/Gaza'),
    );
    assert.ok(lengths.includes(23) && lengths.includes(25));
    assert.deepEqual(
      [...new Set(lengths)].toSorted((a, b) => a - b),
      [23, 24, 25],
    );
  });

  it('follows the one before without gap or overlap, in every zone', () => {
    const zones = fc.constantFrom(
      'UTC',
      'America/Los_Angeles',
      'Asia/Gaza',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Havana',
      'Asia/Beirut',
      'Pacific/Apia',
      'Africa/Cairo',
      'America/Asuncion',
    );
    fc.assert(
      fc.property(zones, fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2040, 0, 1) }), (zone, ms) => {
        const { startMs, endMs } = quotaDay(ms, zone);
        assert.ok(startMs <= ms && ms < endMs);
        assert.deepEqual(quotaDay(startMs, zone), { startMs, endMs });
        assert.deepEqual(quotaDay(endMs - 1, zone), { startMs, endMs });
        assert.equal(quotaDay(endMs, zone).startMs, endMs);
      }),
      propertyRuns(150, 30_000),
    );
  });

  it('knows zones from inventions', () => {
    assert.equal(isTimeZone('America/Los_Angeles'), true);
    assert.equal(isTimeZone('Mars/Olympus'), false);
    assert.throws(() => quotaDay(0, 'Mars/Olympus'), RangeError);
  });
});

describe('a quota month', () => {
  it('has 28 to 31 days', () => {
    const days = (month: number, year = 2026): number => {
      const { startMs, endMs } = quotaMonth(Date.UTC(year, month, 15), 'UTC');
      return (endMs - startMs) / day;
    };
    assert.deepEqual([days(0), days(1), days(1, 2028), days(3), days(11)], [31, 28, 29, 30, 31]);
  });

  it('turns at the zone’s own midnight', () => {
    const { startMs, endMs } = quotaMonth(Date.UTC(2026, 2, 20), 'America/Los_Angeles');
    assert.equal(new Date(startMs).toISOString(), '2026-03-01T08:00:00.000Z');
    assert.equal(new Date(endMs).toISOString(), '2026-04-01T07:00:00.000Z');
  });

  it('begins with a quota day and ends with one', () => {
    for (const zone of ['UTC', 'Asia/Gaza', 'Asia/Kathmandu']) {
      const { startMs, endMs } = quotaMonth(Date.UTC(2026, 9, 20), zone);
      assert.equal(quotaDay(startMs, zone).startMs, startMs);
      assert.equal(quotaDay(endMs, zone).startMs, endMs);
    }
  });
});
