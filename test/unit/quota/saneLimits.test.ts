import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { saneLimits } from '../../../src/core/quota/saneLimits.ts';

describe('entered limits', () => {
  it('are taken as they are when they can be', () => {
    assert.deepEqual(saneLimits({ tokensPerDay: 14_400 }), { limits: { tokensPerDay: 14_400 }, problems: [] });
  });

  it('that none can be are named and left out', () => {
    const { limits, problems } = saneLimits({
      tokensPerDay: -1,
      requestsPerDay: 0,
      tokensPerMinute: 1e15,
      requestsPerMinute: '30',
      requestsPerSecond: Number.NaN,
      tokensPerSecond: 0.4,
    });
    assert.deepEqual(limits, {});
    assert.deepEqual(problems, [
      { kind: 'notANumber', limit: 'requestsPerSecond' },
      { kind: 'notPositive', limit: 'tokensPerSecond' },
      { kind: 'notANumber', limit: 'requestsPerMinute' },
      { kind: 'tooLarge', limit: 'tokensPerMinute' },
      { kind: 'notPositive', limit: 'requestsPerDay' },
      { kind: 'notPositive', limit: 'tokensPerDay' },
    ]);
  });

  it('with a fraction are rounded down', () => {
    assert.deepEqual(saneLimits({ requestsPerDay: 99.9 }), {
      limits: { requestsPerDay: 99 },
      problems: [{ kind: 'fraction', limit: 'requestsPerDay', used: 99 }],
    });
  });

  it('that contradict each other are both kept and named', () => {
    assert.deepEqual(saneLimits({ tokensPerMinute: 8_000, tokensPerDay: 1_000 }), {
      limits: { tokensPerMinute: 8_000, tokensPerDay: 1_000 },
      problems: [{ kind: 'contradicts', limit: 'tokensPerMinute', by: 'tokensPerDay' }],
    });
  });
});
