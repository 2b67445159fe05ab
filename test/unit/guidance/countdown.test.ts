import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { countdown } from '../../../src/core/guidance/countdown.ts';
import { amount, compactAmount, usedOfLimit } from '../../../src/core/report/amounts.ts';
import { plainL10n as l10n } from '../support/plainL10n.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('a countdown', () => {
  const shown: readonly (readonly [number, string])[] = [
    [0, '0s'],
    [-5, '0s'],
    [1, '1s'],
    [35_000, '35s'],
    [minute, '1m'],
    [12 * minute, '12m'],
    [4 * hour + 23 * minute, '4h 23m'],
    [4 * hour, '4h'],
    [24 * hour, '1d'],
    [52 * hour, '2d 4h'],
  ];
  for (const [ms, text] of shown) it(`of ${ms} ms reads ${text}`, () => assert.equal(countdown(l10n, ms), text));

  it('is never too short', () => {
    assert.equal(countdown(l10n, 59_001), '1m');
    assert.equal(countdown(l10n, 4 * hour + 22 * minute + 1), '4h 23m');
    assert.equal(countdown(l10n, 23 * hour + 59 * minute + 1), '1d');
  });
});

describe('an amount', () => {
  it('is grouped by thousands', () => {
    assert.deepEqual([0, 999, 1_000, 14_400, 1_234_567].map(amount), ['0', '999', '1,000', '14,400', '1,234,567']);
  });

  it('is short on the dashboard', () => {
    const counts = [0, 600, 999, 4_320, 11_520, 14_400, 14_000, 999_949, 999_960, 1_234_567];
    assert.deepEqual(counts.map(compactAmount), [
      '0',
      '600',
      '999',
      '4.3K',
      '11.5K',
      '14.4K',
      '14K',
      '999.9K',
      '1M',
      '1.2M',
    ]);
  });

  it('stands beside its limit as the dashboard of the contract shows it', () => {
    assert.equal(usedOfLimit(11_520, 14_400, 'tokens'), '11.5K/14.4K');
    assert.equal(usedOfLimit(600, 1_500, 'requests'), '600/1500');
  });
});
