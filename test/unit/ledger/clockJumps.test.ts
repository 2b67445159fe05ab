import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Ceiling } from '../../../src/core/quota/ledger.ts';
import { ledgerFixtures, withRecord, withTwoWindows } from './ledgerFixture.ts';
import { noon, sentSince, spend } from './spend.ts';

const minute = 60_000;
const hour = 60 * minute;

for (const kind of ledgerFixtures) {
  describe(`where the clock is set, a ledger ${kind.name}`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    it(
      'keeps no key out for a day that it was set forward into',
      overTwo(async ({ ledger, other, clock }) => {
        clock.setWall(noon + 5 * 24 * hour);
        const untilMs = clock.now() + 12 * hour;
        await ledger.block('secret:a', { kind: 'exhausted', scope: '*', limit: 'tokensPerDay', untilMs });
        clock.setWall(noon);
        other.refresh();
        assert.deepEqual(other.blocks('secret:a', noon), []);
      }),
    );

    it(
      'holds use elsewhere for no day that it was set forward into, and notes that of the day it is',
      overTwo(async ({ ledger, other }) => {
        const startMs = noon - 12 * hour;
        const ahead = startMs + 5 * 24 * hour;
        await ledger.noteOutside('secret:a', 'm', 'requestsPerDay', 100, ahead, ahead + 24 * hour);
        other.refresh();
        assert.equal(other.outside('secret:a', 'm', 'requestsPerDay', noon), 0);
        await other.noteOutside('secret:a', 'm', 'requestsPerDay', 7, startMs, startMs + 24 * hour);
        assert.equal(other.outside('secret:a', 'm', 'requestsPerDay', noon), 7);
        assert.equal(other.outside('secret:a', 'm', 'requestsPerDay', startMs + 24 * hour), 0);
      }),
    );

    it(
      'takes no model out for the hours that it was set back',
      overTwo(async ({ ledger, other }) => {
        const out = { model: 'm', baseUrl: 'https://x.example.org', setAtMs: noon, untilMs: noon + 24 * hour };
        await ledger.takeModelOut('provider:groq', out);
        other.refresh();
        assert.deepEqual(other.modelsOut('provider:groq', noon - 8 * hour), []);
      }),
    );

    it(
      'drains a bucket from then on, and not only when its moment comes again',
      overTwo(async ({ ledger, other }) => {
        const bucket: Ceiling = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 };
        await spend(ledger, 12_000, { ceilings: [bucket], nowMs: noon });
        for (const window of [ledger, other]) {
          window.refresh();
          const before = window.count('secret:a', bucket, noon - 8 * hour).used;
          const after = window.count('secret:a', bucket, noon - 6 * hour).used;
          assert.ok(Math.abs(before - after - 2_000) < 1, `${before} to ${after}`);
        }
      }),
    );

    it('counts no quarter hour as the last minute in a window that was opened just before', () =>
      withRecord(kind, async (fixture) => {
        const { clock } = fixture;
        const { ledger } = await fixture.window();
        clock.setWall(noon + minute);
        for (let request = 0; request < 12; request += 1) {
          await spend(ledger, 100, { nowMs: clock.now() });
          await clock.advance(minute);
        }
        const { ledger: late } = await fixture.window();
        const nowMs = clock.now() - 12 * minute;
        clock.setWall(nowMs);
        for (const window of [ledger, late]) {
          const [requests] = sentSince(window, 'secret:a', nowMs - minute, nowMs);
          assert.ok(requests <= 3, `${requests} requests`);
        }
      }));
  });
}
