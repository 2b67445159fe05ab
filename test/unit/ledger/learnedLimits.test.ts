import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Ceiling, Ledger } from '../../../src/core/quota/ledger.ts';
import { knownLimits } from '../../../src/core/quota/knownLimits.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { providerOf } from '../support/routerFixture.ts';
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
      'is none in the catalog either, where that has a lower one, until the provider names one',
      overTwo(async ({ ledger, other }) => {
        const provider = {
          ...providerOf('groq'),
          models: [{ id: 'm1', limits: { tokensPerDay: 2_000 } }],
          limits: { tokensPerDay: 2_000 },
        };
        const key = apiKeyOf({ provider: 'groq', number: 1, fingerprint: 'a' });
        const values = () => {
          other.refresh();
          return knownLimits(key, provider, 'm1', other).flatMap(({ scope, value }) => (scope === 'm1' ? [value] : []));
        };
        await learn(ledger, noon);
        assert.deepEqual(values(), [5_000]);
        await ledger.unlearn('secret:a', ceilingOf(ledger), true);
        assert.deepEqual(values(), []);
        assert.deepEqual(await ledger.learn('secret:a', 'm1', { tokensPerDay: 6_000 }, noon + 1), {
          tokensPerDay: 6_000,
        });
        assert.deepEqual(values(), [6_000]);
        await ledger.forgetLearned(['secret:a']);
        assert.deepEqual(values(), [2_000]);
      }),
    );

    it(
      'goes at the user’s word, with all else that replies taught, of an account or a provider alone',
      overTwo(async ({ ledger, other }) => {
        const account = 'secret:a';
        const out = { model: 'm1', baseUrl: 'https://api.example', setAtMs: noon, untilMs: noon + hour };
        const teach = async (): Promise<void> => {
          await learn(ledger, noon);
          await ledger.learn('secret:b', '*', { requestsPerDay: 50 }, noon);
          await ledger.noteOutside(account, '*', 'requestsPerDay', 30, noon - hour, noon + hour);
          await ledger.takeModelOut('provider:groq', out);
          await ledger.learnPromptRatio({
            provider: 'groq',
            model: 'm1',
            estimate: 100,
            counted: 160,
            refused: true,
            nowMs: noon,
          });
        };
        const known = () => {
          other.refresh();
          const outside = other.count(
            account,
            { ...tokensPerDay(100, '*'), limit: 'requestsPerDay', sinceMs: noon - hour },
            noon,
          );
          return [
            other.learned(account, 'm1').tokensPerDay,
            outside.used,
            other.modelsOut('provider:groq', noon).length,
            other.promptRatio('groq', 'm1') > 1,
            other.learned('secret:b', '*').requestsPerDay,
          ];
        };
        await teach();
        await ledger.block(account, { kind: 'cooldown', scope: '*', limit: 'unnamed', untilMs: noon + hour });
        assert.deepEqual(known(), [5_000, 30, 1, true, 50]);
        await ledger.forgetLearned([account]);
        assert.deepEqual(known(), [undefined, 0, 1, true, 50]);
        await ledger.forgetLearned(['provider:groq']);
        assert.deepEqual(known(), [undefined, 0, 0, false, 50]);
        await teach();
        await ledger.forgetLearned('all');
        assert.deepEqual(known(), [undefined, 0, 0, false, undefined]);
        assert.equal(other.blocks(account, noon).length, 1, 'a wait is no lesson');
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
