import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Ceiling, Ledger } from '../../../src/core/quota/ledger.ts';
import { ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { noon, tokensPerDay } from './spend.ts';

const hour = 3_600_000;

const ceilingOf = (ledger: Ledger): Ceiling => {
  const learnedAtMs = ledger.learnedAtMs('secret:a', 'm1', 'tokensPerDay');
  assert.ok(learnedAtMs !== undefined);
  return { ...tokensPerDay(5_000, 'm1'), learnedAtMs };
};

for (const kind of ledgerFixtures) {
  describe(`a limit that a ledger ${kind.name} learned`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);
    const learn = (ledger: Ledger, nowMs: number) => ledger.learn('secret:a', 'm1', { tokensPerDay: 5_000 }, nowMs);

    it(
      'has the age of the last reply that said it, to the hour',
      overTwo(async ({ ledger, other }) => {
        await learn(ledger, noon);
        await learn(ledger, noon + hour - 1);
        other.refresh();
        assert.equal(other.learnedAtMs('secret:a', 'm1', 'tokensPerDay'), noon);
        assert.deepEqual(await learn(ledger, noon + hour), {}, 'it is no news');
        other.refresh();
        assert.equal(other.learnedAtMs('secret:a', 'm1', 'tokensPerDay'), noon + hour);
        await learn(other, noon - 8 * hour);
        assert.equal(other.learnedAtMs('secret:a', 'm1', 'tokensPerDay'), noon - 8 * hour);
      }),
    );

    it(
      'is forgotten where it proved too low, and no other with it',
      overTwo(async ({ ledger, other }) => {
        await learn(ledger, noon);
        await ledger.learn('secret:a', 'm1', { requestsPerDay: 50 }, noon);
        await ledger.unlearn('secret:a', ceilingOf(ledger));
        other.refresh();
        assert.deepEqual(other.learned('secret:a', 'm1'), { requestsPerDay: 50 });
      }),
    );

    it(
      'stays where the provider said it again meanwhile',
      overTwo(async ({ ledger, other }) => {
        await learn(ledger, noon);
        const passed = ceilingOf(ledger);
        other.refresh();
        await learn(other, noon + 2 * hour);
        ledger.refresh();
        await ledger.unlearn('secret:a', passed);
        assert.deepEqual(ledger.learned('secret:a', 'm1'), { tokensPerDay: 5_000 });
      }),
    );
  });
}
