import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { afterRefusal } from '../../../src/core/health/healthRules.ts';
import { forever, type Ceiling } from '../../../src/core/quota/ledger.ts';
import { ledgerFixtures, withRecord, withTwoWindows } from './ledgerFixture.ts';
import { noon, sentSince, spend } from './spend.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Noticed five seconds later. */
const setBack = (byMs: number, nowMs: number) => ({ byMs, nowMs, sinceMs: nowMs - 5_000, fromMs: 0 });

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

    it(
      'lets what was set for a while go on for what was left of it, once over all windows that notice',
      overTwo(async ({ ledger, other, clock }) => {
        const later = noon + 13 * minute;
        const now = later - 12 * minute;
        const until = { setAtMs: noon, untilMs: noon + 15 * minute };
        const block = { kind: 'cooldown', scope: '*', limit: 'tokensPerMinute', untilMs: until.untilMs } as const;
        await ledger.block('secret:a', block);
        await ledger.takeModelOut('provider:groq', { model: 'm', baseUrl: 'https://x.example.org', ...until });
        await ledger.mark('check', until.untilMs, noon);
        await ledger.changeDemotion('groq', () => ({
          ...{ state: 'behind', failures: 1, setAtMs: noon, nextTryAtMs: until.untilMs },
        }));
        await ledger.changeHealth('fp', (health) => afterRefusal(health, noon));
        const quarantinedUntilMs = ledger.health('fp').quarantine?.untilMs ?? 0;
        other.refresh();
        clock.setWall(now);
        await Promise.all([ledger, other].map((window) => window.clockWasStepped(setBack(12 * minute, now))));
        for (const window of [ledger, other]) {
          window.refresh();
          const endMs = until.untilMs - 12 * minute;
          for (const [atMs, stands] of [
            [endMs - 1, true],
            [endMs, false],
          ] as const) {
            assert.equal(window.blocks('secret:a', atMs).length > 0, stands);
            assert.equal(window.modelsOut('provider:groq', atMs).length > 0, stands);
            assert.equal(window.isMarked('check', atMs), stands);
          }
          const demotion = window.demotion('groq');
          assert.equal(demotion?.state === 'behind' && demotion.nextTryAtMs, endMs);
          assert.equal(window.health('fp').quarantine?.untilMs, quarantinedUntilMs - 12 * minute);
        }
      }),
    );

    it(
      'ends nothing that only “check key” or the turn of a day ends, and leaves alone what has ended',
      overTwo(async ({ ledger, clock }) => {
        const at = (untilMs: number) => ({ kind: 'exhausted', scope: '*', untilMs }) as const;
        await ledger.block('secret:a', { ...at(forever), limit: 'credit' });
        await ledger.block('secret:a', { ...at(noon + minute), limit: 'tokensPerDay' });
        await ledger.block('secret:a', { ...at(noon + hour), limit: 'requestsPerDay', endsWithTheDay: true });
        clock.setWall(noon + 2 * minute);
        await ledger.clockWasStepped(setBack(12 * minute, noon + 2 * minute));
        assert.deepEqual(
          ledger.blocks('secret:a', noon).map(({ limit, untilMs }) => [limit, untilMs]),
          [
            ['credit', forever],
            ['tokensPerDay', noon + minute],
            ['requestsPerDay', noon + hour],
          ],
        );
      }),
    );

    it(
      'keeps the age of what was learned, and what a bucket has drained',
      overTwo(async ({ ledger, other, clock }) => {
        const bucket: Ceiling = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 };
        await ledger.learn('secret:a', '*', { requestsPerDay: 5_000 }, noon);
        await spend(ledger, 12_000, { ceilings: [bucket], nowMs: noon });
        const before = ledger.count('secret:a', bucket, noon + hour).used;
        clock.setWall(noon + hour / 2);
        await ledger.clockWasStepped(setBack(30 * minute, noon + hour / 2));
        other.refresh();
        for (const window of [ledger, other]) {
          assert.equal(window.learnedAtMs('secret:a', '*', 'requestsPerDay'), noon - 30 * minute);
          assert.ok(Math.abs(window.count('secret:a', bucket, noon + hour / 2).used - before) < 1);
        }
      }),
    );

    it(
      'notices that it was set back once more, even a moment later',
      overTwo(async ({ ledger, other, clock }) => {
        await ledger.mark('check', noon + 60 * minute, noon);
        clock.setWall(noon + 20 * minute);
        await ledger.clockWasStepped(setBack(10 * minute, noon + 20 * minute));
        clock.setWall(noon + 10 * minute);
        await ledger.clockWasStepped(setBack(10 * minute, noon + 10 * minute));
        other.refresh();
        assert.deepEqual(
          [40 * minute - 1, 40 * minute].map((ms) => other.isMarked('check', noon + ms)),
          [true, false],
        );
      }),
    );

    it(
      'drains no bucket and ends no wait of the right time by what a wrong one lasted',
      overTwo(async ({ ledger, other, clock }) => {
        const bucket: Ceiling = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 };
        await spend(ledger, 12_000, { ceilings: [bucket], nowMs: noon });
        await ledger.mark('right', noon + 10 * hour, noon);
        await ledger.mark('wrong', noon + 19 * hour, noon + 9 * hour);
        const nowMs = noon + 2 * hour;
        const before = ledger.count('secret:a', bucket, nowMs).used;
        clock.setWall(nowMs);
        await other.clockWasStepped({ byMs: 8 * hour, nowMs, sinceMs: nowMs - 5_000, fromMs: noon + hour });
        ledger.refresh();
        assert.equal(ledger.count('secret:a', bucket, nowMs).used, before);
        assert.deepEqual(
          ['right', 'wrong'].map((name) =>
            [10 * hour - 1, 10 * hour, 11 * hour].map((ms) => ledger.isMarked(name, noon + ms)),
          ),
          [
            [true, false, false],
            [true, true, false],
          ],
        );
      }),
    );

    it(
      'moves nothing twice for a window that noticed a minute later, and both of two steps within one',
      overTwo(async ({ ledger, other, clock }) => {
        await ledger.mark('check', noon + 600_000, noon);
        clock.setWall(noon + minute);
        await ledger.clockWasStepped(setBack(50_000, noon + minute));
        clock.setWall(noon + 121_000);
        await other.clockWasStepped({ byMs: 50_000, nowMs: noon + 121_000, sinceMs: noon + 50_000, fromMs: 0 });
        clock.setWall(noon + 101_000);
        await ledger.clockWasStepped(setBack(40_000, noon + 101_000));
        other.refresh();
        assert.deepEqual(
          [510_000 - 1, 510_000].map((ms) => other.isMarked('check', noon + ms)),
          [true, false],
        );
      }),
    );

    it(
      'moves it all forward again where the clock is right again after it had been set back',
      overTwo(async ({ ledger, other, clock }) => {
        const bucket: Ceiling = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 };
        await spend(ledger, 12_000, { ceilings: [bucket], nowMs: noon });
        await ledger.mark('check', noon + 2 * hour, noon);
        clock.setWall(noon - 6 * hour);
        await ledger.clockWasStepped(setBack(6 * hour, noon - 6 * hour));
        clock.setWall(noon + minute);
        await other.clockWasStepped(setBack(-6 * hour, noon + minute));
        ledger.refresh();
        assert.ok(ledger.count('secret:a', bucket, noon + minute).used > 11_900);
        assert.deepEqual(
          [2 * hour - 1, 2 * hour].map((ms) => ledger.isMarked('check', noon + ms)),
          [true, false],
        );
      }),
    );
  });
}
