import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Ledger } from '../../../src/core/quota/ledger.ts';
import type { PromptCount } from '../../../src/core/quota/promptRatio.ts';
import { LedgerFolder, ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { noon } from './spend.ts';

const of = { provider: 'groq', model: 'm1' } as const;
const ratioOf = (ledger: Ledger): number => ledger.promptRatio(of.provider, of.model);

const learn = (ledger: Ledger, counted: number, change: Partial<PromptCount> = {}): Promise<void> =>
  ledger.learnPromptRatio({ ...of, counted, estimate: 1_000, refused: false, nowMs: noon, ...change });

for (const kind of ledgerFixtures) {
  describe(`how many tokens a prompt really has, learned by a ledger ${kind.name}`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    it(
      'is what was estimated until something is learned, and where the estimate is right',
      overTwo(async ({ ledger }) => {
        assert.equal(ratioOf(ledger), 1);
        await learn(ledger, 1_000);
        assert.equal(ratioOf(ledger), 1);
      }),
    );

    it(
      'follows upward quickly and downward slowly',
      overTwo(async ({ ledger }) => {
        await learn(ledger, 1_600);
        assert.equal(ratioOf(ledger), 1.3);
        await learn(ledger, 1_000);
        assert.ok(Math.abs(ratioOf(ledger) - 1.27) < 1e-9);
      }),
    );

    it(
      'follows a refusal for the size at once, by however little',
      overTwo(async ({ ledger }) => {
        await learn(ledger, 1_010, { refused: true });
        assert.equal(ratioOf(ledger), 1.01);
        await learn(ledger, 1_600, { refused: true });
        assert.equal(ratioOf(ledger), 1.6);
      }),
    );

    it(
      'stays between a half and four',
      overTwo(async ({ ledger }) => {
        await learn(ledger, 90_000, { refused: true });
        assert.equal(ratioOf(ledger), 4);
        for (let time = 0; time < 100; time += 1) await learn(ledger, 1);
        assert.ok(ratioOf(ledger) >= 0.5 && ratioOf(ledger) < 0.65);
      }),
    );

    it(
      'is that of one provider and model',
      overTwo(async ({ ledger }) => {
        await learn(ledger, 1_600);
        assert.equal(ledger.promptRatio('groq', 'm2'), 1);
        assert.equal(ledger.promptRatio('mistral', 'm1'), 1);
      }),
    );

    it(
      'is not written where it hardly moves',
      overTwo(async ({ ledger, clock }) => {
        await learn(ledger, 1_600);
        await clock.advance(1_000);
        let changes = 0;
        ledger.onDidChange(() => void (changes += 1));
        await learn(ledger, 1_330);
        await learn(ledger, 1_150);
        await clock.advance(1_000);
        assert.equal(changes, 0);
        assert.equal(ratioOf(ledger), 1.3);
      }),
    );

    it(
      'learns nothing of a count that none can be',
      overTwo(async ({ ledger }) => {
        for (const counted of [0, -5, Number.NaN]) await learn(ledger, counted, { refused: true });
        await learn(ledger, 500, { estimate: 0, refused: true });
        assert.equal(ratioOf(ledger), 1);
      }),
    );

    it(
      'is known to another window',
      overTwo(async ({ ledger, other }) => {
        await learn(ledger, 1_600);
        other.refresh();
        assert.equal(ratioOf(other), 1.3);
        await learn(other, 2_000);
        ledger.refresh();
        assert.equal(ratioOf(ledger), 1.65);
      }),
    );
  });
}

describe('how many tokens a prompt really has', () => {
  it('is known after a restart, and in a new database filled from the copy', async () => {
    const folder = new LedgerFolder();
    const first = await folder.window();
    await learn(first.ledger, 1_600);
    const snapshot = first.takeSnapshot();
    first.ledger.dispose();
    const empty = new LedgerFolder();
    const windows = [await folder.window(), await empty.window({ snapshot: () => snapshot })];
    assert.deepEqual(
      windows.map(({ ledger }) => ratioOf(ledger)),
      [1.3, 1.3],
    );
    folder.close();
    empty.close();
  });
});
