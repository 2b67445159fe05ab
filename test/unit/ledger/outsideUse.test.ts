import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { askOf, midnight, noon, spend } from './spend.ts';

const hour = 3_600_000;

for (const kind of ledgerFixtures) {
  describe(`a ledger ${kind.name}`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    describe('remembers outside use', () => {
      const day = [midnight, midnight + 24 * hour] as const;

      it(
        'of a day as the last reply shows it: what is left may rise again',
        overTwo(async ({ ledger }) => {
          await ledger.noteOutside('secret:a', 'm1', 'requestsPerDay', 100, ...day);
          await ledger.noteOutside('secret:a', 'm1', 'requestsPerDay', 40, ...day);
          assert.equal(ledger.outside('secret:a', 'm1', 'requestsPerDay', noon), 40);
        }),
      );

      it(
        'and does not take a request under way, which the provider may not have counted, for a rise',
        overTwo(async ({ ledger }) => {
          await ledger.noteOutside('secret:a', 'm1', 'requestsPerDay', 100, ...day);
          await ledger.reserve(askOf());
          await ledger.noteOutside('secret:a', 'm1', 'requestsPerDay', 100, ...day);
          assert.equal(ledger.outside('secret:a', 'm1', 'requestsPerDay', noon), 100);
        }),
      );

      it(
        'until the window turns',
        overTwo(async ({ ledger }) => {
          await ledger.noteOutside('secret:a', 'm1', 'requestsPerDay', 100, ...day);
          assert.equal(ledger.outside('secret:a', 'm1', 'requestsPerDay', day[1] - 1), 100);
          assert.equal(ledger.outside('secret:a', 'm1', 'requestsPerDay', day[1]), 0);
        }),
      );

      it(
        'of a minute as last read',
        overTwo(async ({ ledger }) => {
          await ledger.noteOutside('secret:a', 'm1', 'tokensPerMinute', 100, noon - 60_000, noon + 5_000);
          await ledger.noteOutside('secret:a', 'm1', 'tokensPerMinute', 40, noon - 59_000, noon + 6_000);
          assert.equal(ledger.outside('secret:a', 'm1', 'tokensPerMinute', noon), 40);
        }),
      );

      it(
        'never less than nothing',
        overTwo(async ({ ledger }) => {
          await spend(ledger, 500);
          await ledger.noteOutside('secret:a', '*', 'tokensPerDay', -20, ...day);
          assert.equal(ledger.outside('secret:a', '*', 'tokensPerDay', noon), 0);
        }),
      );
    });
  });
}
