import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StatusFeed } from '../../../src/editor/statusFeed.ts';
import { statusBarText } from '../../../src/editor/statusBar/statusBarText.ts';
import { keyRow } from '../../../src/editor/tree/keyRow.ts';
import { groq, trackerFixture } from '../quota/trackerFixture.ts';
import { plainL10n } from '../support/plainL10n.ts';

const midnightMs = Date.UTC(2026, 10, 23);
const place = { providerName: 'Groq', needsKey: true, first: true, last: true };

describe('what is shown of a used-up key when its day turns', () => {
  async function fixture() {
    const { clock, tracker, keyBook, ledger, add, spend } = trackerFixture([groq()]);
    const key = await add('groq', { limits: { tokensPerDay: 14_400 } });
    const feed = new StatusFeed({
      keys: () => keyBook.all(),
      statusOf: (each, nowMs) => tracker.statusOf(each, nowMs),
      clock,
      ready: Promise.resolve(),
      changes: [(listener) => ledger.onDidChange(listener)],
    });
    // So that the look once a minute does not happen to fall on midnight.
    await clock.advance(20_000);
    await spend(key, 14_400);
    await clock.advance(1_000);
    const row = () => {
      const [status] = feed.all();
      if (status === undefined) throw new Error('no key is shown');
      return keyRow(status, place, { l10n: plainL10n, nowMs: clock.now() });
    };
    const statusBar = (): string | undefined => {
      const statuses = feed.all();
      const providerName = (): string => 'Groq';
      return statusBarText({ l10n: plainL10n, statuses, providerName, show: 'percentage', busy: 0, nowMs: clock.now() })
        ?.text;
    };
    return { clock, row, statusBar };
  }

  it('stays used up until then, with the time that is left', async () => {
    const { clock, row, statusBar } = await fixture();
    await clock.advance(midnightMs - 120_000 - clock.now());
    assert.equal(row().description, 'used up · 2m · ▰▰▰▰▰▰ 100%');
    assert.equal(row().badge?.text, '!!');
    assert.equal(statusBar(), '$(warning) No key can answer · 2m');
    await clock.advance(midnightMs - 1 - clock.now());
    assert.match(row().description, /^used up/);
  });

  it('is ready at 0% at 00:00 UTC by itself, without any event', async () => {
    const { clock, row, statusBar } = await fixture();
    await clock.advance(midnightMs + 300 - clock.now());
    assert.equal(row().description, '▱▱▱▱▱▱ 0%');
    assert.equal(row().badge?.text, '0');
    assert.equal(row().spoken, 'Groq Key 1, ready, 0% used');
    assert.equal(statusBar(), '$(key) Groq 1 · 0%');
  });
});
