import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { forever } from '../../../src/core/quota/ledger.ts';
import type { Route } from '../../../src/core/routing/route.ts';
import { ledgerFixtures, withTwoWindows } from './ledgerFixture.ts';
import { askOf, noon, reservationOf, settlementOf, spend, usedOf } from './spend.ts';

const hour = 3_600_000;

for (const kind of ledgerFixtures) {
  describe(`what a ledger ${kind.name} knows of keys`, () => {
    const overTwo = (play: Parameters<typeof withTwoWindows>[1]) => withTwoWindows(kind, play);

    describe('keeps waits', () => {
      const cooldown = { kind: 'cooldown', scope: 'm1', limit: 'tokensPerMinute', untilMs: noon + 5_000 } as const;

      it(
        'and never shortens one',
        overTwo(async ({ ledger, other }) => {
          await ledger.block('secret:a', { ...cooldown, untilMs: noon + 60_000 });
          await other.block('secret:a', cooldown);
          other.refresh();
          assert.equal(other.blocks('secret:a', noon)[0]?.untilMs, noon + 60_000);
        }),
      );

      it(
        'lengthens one',
        overTwo(async ({ ledger }) => {
          await ledger.block('secret:a', cooldown);
          await ledger.block('secret:a', { ...cooldown, untilMs: noon + 9_000 });
          assert.deepEqual(
            ledger.blocks('secret:a', noon).map(({ untilMs }) => untilMs),
            [noon + 9_000],
          );
        }),
      );

      it(
        'of different limits and scopes apart',
        overTwo(async ({ ledger }) => {
          await ledger.block('secret:a', cooldown);
          await ledger.block('secret:a', { ...cooldown, limit: 'requestsPerMinute' });
          await ledger.block('secret:a', { ...cooldown, scope: '*' });
          assert.equal(ledger.blocks('secret:a', noon).length, 3);
        }),
      );

      it(
        'until their moment',
        overTwo(async ({ ledger }) => {
          await ledger.block('secret:a', cooldown);
          assert.equal(ledger.blocks('secret:a', noon + 4_999).length, 1);
          assert.equal(ledger.blocks('secret:a', noon + 5_000).length, 0);
        }),
      );

      it(
        'for ever, until "check key" ends them',
        overTwo(async ({ ledger, other }) => {
          await ledger.block('secret:a', { kind: 'exhausted', scope: '*', limit: 'credit', untilMs: forever });
          assert.equal(ledger.blocks('secret:a', noon + 1e12).length, 1);
          await ledger.unblock('secret:a');
          other.refresh();
          assert.equal(other.blocks('secret:a', noon).length, 0);
        }),
      );

      it(
        'no longer than they were when the clock was set back',
        overTwo(async ({ ledger }) => {
          await ledger.block('secret:a', cooldown);
          assert.equal(ledger.blocks('secret:a', noon - 2 * hour).length, 0);
        }),
      );
    });

    it(
      'changes health in the transaction of the settle, seen by all',
      overTwo(async ({ ledger, other }) => {
        const reservation = reservationOf(await ledger.reserve(askOf()));
        const settlement = settlementOf(reservation, { total: 1 });
        await ledger.settle({ ...settlement, health: (health) => ({ ...health, score: health.score - 15 }) });
        await other.changeHealth('a', (health) => ({ ...health, score: health.score - 15 }));
        ledger.refresh();
        assert.equal(ledger.health('a').score, 70);
        assert.equal(ledger.health('unknown').score, 100);
      }),
    );

    it(
      'learns limits and answers those that are news',
      overTwo(async ({ ledger, other }) => {
        assert.deepEqual(await ledger.learn('secret:a', 'm1', { tokensPerMinute: 8_000 }, noon), {
          tokensPerMinute: 8_000,
        });
        assert.deepEqual(await other.learn('secret:a', 'm1', { tokensPerMinute: 8_000, requestsPerDay: 1_000 }, noon), {
          requestsPerDay: 1_000,
        });
        ledger.refresh();
        assert.deepEqual(ledger.learned('secret:a', 'm1'), { tokensPerMinute: 8_000, requestsPerDay: 1_000 });
        assert.deepEqual(ledger.learned('secret:a', '*'), {});
      }),
    );

    it(
      'learns no limit that none can be',
      overTwo(async ({ ledger }) => {
        const limits = { tokensPerMinute: -1, requestsPerDay: 0, tokensPerDay: Number.NaN, requestsPerMinute: 2.9 };
        assert.deepEqual(await ledger.learn('secret:a', '*', limits, noon), { requestsPerMinute: 2 });
      }),
    );

    it(
      'takes models out until their moment',
      overTwo(async ({ ledger, other }) => {
        const baseUrl = 'https://api.groq.com/openai/v1';
        const out = { model: 'm1', replacedBy: 'm2', baseUrl, setAtMs: noon, untilMs: noon + hour };
        await ledger.takeModelOut('provider:groq', out);
        other.refresh();
        assert.deepEqual(other.modelsOut('provider:groq', noon), [out]);
        assert.deepEqual(other.modelsOut('provider:groq', noon + hour), []);
      }),
    );

    it(
      'marks for the first caller over all windows, until its moment',
      overTwo(async ({ ledger, other }) => {
        assert.equal(await ledger.mark('warned', noon + hour, noon), true);
        assert.equal(await other.mark('warned', noon + hour, noon), false);
        assert.equal(await other.mark('warned', noon + 2 * hour, noon + hour), true);
        await ledger.unmark('warned');
        assert.equal(await other.mark('warned', noon + hour, noon), true);
      }),
    );

    it(
      'marks no longer than was meant when the clock was set back',
      overTwo(async ({ ledger, other }) => {
        await ledger.mark('warned', noon + hour, noon);
        assert.equal(await other.mark('warned', noon - 7 * hour, noon - 8 * hour), true);
        assert.equal(await ledger.mark('warned', noon - 7 * hour, noon - 8 * hour), false);
      }),
    );

    it(
      'knows which quarantined key may be tried, for all windows',
      overTwo(async ({ ledger, other }) => {
        const quarantine = { untilMs: noon + hour, cause: 'outage', times: 1, mayTry: true } as const;
        await ledger.changeHealth('a', () => ({ score: 0, quarantine }));
        other.refresh();
        assert.deepEqual(other.health('a').quarantine, quarantine);
      }),
    );

    it(
      'knows which provider fell behind, for all windows, until it is taken back',
      overTwo(async ({ ledger, other }) => {
        const behind = { state: 'behind', failures: 2, nextTryAtMs: noon + hour, setAtMs: noon } as const;
        assert.equal(ledger.demotion('groq'), undefined);
        await ledger.changeDemotion('groq', () => behind);
        other.refresh();
        assert.deepEqual(other.demotion('groq'), behind);
        await other.changeDemotion('groq', (before) => (before?.state === 'behind' ? { state: 'restored' } : before));
        ledger.refresh();
        assert.deepEqual(ledger.demotion('groq'), { state: 'restored' });
        await ledger.changeDemotion('groq', () => undefined);
        other.refresh();
        assert.equal(other.demotion('groq'), undefined);
      }),
    );

    it(
      'takes the median of the last 20 successes of a key and model',
      overTwo(async ({ ledger }) => {
        assert.equal(ledger.medianLatencyMs('a', 'm1'), undefined);
        for (const latencyMs of [
          ...Array.from({ length: 5 }, () => 9_000),
          ...Array.from({ length: 20 }, (_, i) => i + 1),
        ]) {
          const reservation = reservationOf(await ledger.reserve(askOf()));
          await ledger.settle(settlementOf(reservation, { total: 1, latencyMs }));
        }
        const reservation = reservationOf(await ledger.reserve(askOf()));
        await ledger.settle(settlementOf(reservation, { outcome: 'timeout', latencyMs: 20_000 }));
        assert.equal(ledger.medianLatencyMs('a', 'm1'), 10);
      }),
    );

    it(
      'keeps the last 200 routes, newest first, and has them all when asked',
      overTwo(async ({ ledger, other }) => {
        for (let count = 1; count <= 150; count += 1) void ledger.saveRoute(routeOf(String(count)));
        assert.equal((await ledger.routes()).length, 150);
        assert.equal((await other.routes()).length, 150);
        for (let count = 151; count <= 201; count += 1) void ledger.saveRoute(routeOf(String(count)));
        await ledger.routes();
        const routes = await other.routes();
        assert.equal(routes.length, 200);
        assert.deepEqual(routes[0], routeOf('201'));
        assert.equal(routes.at(-1)?.id, '2');
        for (let count = 202; count <= 500; count += 1) void ledger.saveRoute(routeOf(String(count)));
        assert.deepEqual(
          [(await ledger.routes())[0]?.id, (await ledger.routes()).at(-1)?.id, (await other.routes()).at(-1)?.id],
          ['500', '301', '301'],
        );
      }),
    );

    it(
      'tells of a change here, once for many in one turn',
      overTwo(async ({ ledger, clock }) => {
        let told = 0;
        const cancel = ledger.onDidChange(() => void (told += 1));
        await Promise.all([ledger.mark('a', forever, noon), ledger.mark('b', forever, noon)]);
        await clock.advance(0);
        assert.equal(told, 1);
        cancel();
        await ledger.mark('c', forever, noon);
        await clock.advance(0);
        assert.equal(told, 1);
      }),
    );

    it(
      'tells of another window’s change within a second',
      overTwo(async ({ ledger, other, clock }) => {
        let told = 0;
        ledger.onDidChange(() => void (told += 1));
        await spend(other, 5);
        await clock.advance(1_000);
        assert.ok(told > 0);
        assert.deepEqual(usedOf(ledger, 'secret:a'), [1, 5]);
      }),
    );

    it(
      'changes its number for an account with each change, and for no other',
      overTwo(async ({ ledger, other }) => {
        await spend(ledger, 1, { who: 'b' });
        const [a, b] = [ledger.changes('secret:a'), ledger.changes('secret:b')];
        await spend(other, 1, { who: 'a' });
        ledger.refresh();
        assert.notEqual(ledger.changes('secret:a'), a);
        assert.equal(ledger.changes('secret:b'), b);
        await other.learn('secret:b', '*', { tokensPerDay: 5 }, noon);
        ledger.refresh();
        assert.notEqual(ledger.changes('secret:b'), b);
      }),
    );
  });
}

const routeOf = (id: string): Route => ({
  id,
  atMs: noon,
  askedBy: 'ask',
  outcome: 'answered',
  attempts: [{ key: 'groq/1', model: 'm1', outcome: 'ok', sentence: '', startedAtMs: noon, ms: 12 }],
  passedOver: [{ key: 'groq/2', model: 'm1', reason: 'noRoom', sentence: 'full', untilMs: noon + 1 }],
  waits: [],
  ms: 12,
});
