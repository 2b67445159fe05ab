import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quietUntilMs } from '../../../src/core/alerts/quietHours.ts';

const night = { fromMinute: 22 * 60, toMinute: 7 * 60 };
const at = (iso: string): number => Date.parse(iso);

describe('quiet hours', () => {
  it('end at the time named, over midnight too', () => {
    assert.equal(quietUntilMs(at('2026-11-22T22:00:00Z'), night, 'UTC'), at('2026-11-23T07:00:00Z'));
    assert.equal(quietUntilMs(at('2026-11-23T06:59:59Z'), night, 'UTC'), at('2026-11-23T07:00:00Z'));
    assert.equal(quietUntilMs(at('2026-11-23T07:00:00Z'), night, 'UTC'), undefined);
    assert.equal(quietUntilMs(at('2026-11-23T21:59:59Z'), night, 'UTC'), undefined);
  });

  it('are meant in the user’s own zone', () => {
    assert.equal(quietUntilMs(at('2026-11-22T21:30:00Z'), night, 'Europe/Berlin'), at('2026-11-23T06:00:00Z'));
    assert.equal(quietUntilMs(at('2026-11-22T20:30:00Z'), night, 'Asia/Kolkata'), at('2026-11-23T01:30:00Z'));
  });

  it('end at the named time on days when clocks change', () => {
    assert.equal(quietUntilMs(at('2026-03-28T22:00:00Z'), night, 'Europe/Berlin'), at('2026-03-29T05:00:00Z'));
    assert.equal(quietUntilMs(at('2026-10-24T21:00:00Z'), night, 'Europe/Berlin'), at('2026-10-25T06:00:00Z'));
  });

  it('may lie within one day', () => {
    const noon = { fromMinute: 12 * 60, toMinute: 13 * 60 + 30 };
    assert.equal(quietUntilMs(at('2026-11-22T12:10:20Z'), noon, 'UTC'), at('2026-11-22T13:30:00Z'));
    assert.equal(quietUntilMs(at('2026-11-22T13:30:00Z'), noon, 'UTC'), undefined);
  });
});
