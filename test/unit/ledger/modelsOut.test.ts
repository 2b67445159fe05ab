import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { noon } from './spend.ts';

const hour = 3_600_000;

for (const kind of ledgerFixtures) {
  describe(`a ledger ${kind.name}`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    it(
      'brings models back that a list names, or all',
      overTwo(async ({ ledger, other }) => {
        const baseUrl = 'https://router.huggingface.co/v1';
        for (const model of ['m1', 'm2:cheapest', 'm3']) {
          await ledger.takeModelOut('secret:a', { model, baseUrl, setAtMs: noon, untilMs: noon + hour });
        }
        await ledger.bringBackModels('secret:a', ['m1', 'm2']);
        other.refresh();
        assert.deepEqual(
          other.modelsOut('secret:a', noon).map(({ model }) => model),
          ['m3'],
        );
        await other.bringBackModels('secret:a');
        ledger.refresh();
        assert.deepEqual(ledger.modelsOut('secret:a', noon), []);
      }),
    );
  });
}
