import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { afterRefusal, isQuarantined } from '../../../src/core/health/healthRules.ts';
import { draftOf } from '../support/apiKeyOf.ts';
import { propertyRuns } from '../support/runs.ts';
import { AwayWindow } from './awayWindow.ts';
import { LedgerFolder } from './ledgerFixture.ts';
import { askOf, midnight, reservationOf, settlementOf, usedOf } from './spend.ts';

const windowCount = 3;

const steps = fc.array(
  fc.record({
    window: fc.nat(windowCount - 1),
    what: fc.constantFrom('reserve', 'settle', 'leave', 'back', 'wait', 'refuse', 'disable', 'add', 'learn', 'score'),
    tokens: fc.integer({ min: 1, max: 500 }),
    passMs: fc.integer({ min: 0, max: 2_000 }),
  }),
  { minLength: 5, maxLength: 40 },
);

type Step = { readonly window: number; readonly what: string; readonly tokens: number; readonly passMs: number };

/** Several windows over one database, whose disks come and go; and what must come of it, counted apart. */
class Play {
  readonly #folder: LedgerFolder;
  readonly #windows: AwayWindow[] = [];
  readonly #away = new Set<AwayWindow>();
  readonly #open: { readonly by: AwayWindow; readonly reservation: string; readonly tokens: number }[] = [];
  used = { requests: 0, tokens: 0 };
  longestWaitMs = 0;
  firstRefusedAtMs = Number.NEGATIVE_INFINITY;
  isDisabled = false;
  keys = 1;
  taken = 0;
  learned: number[] = [];

  constructor(folder: LedgerFolder) {
    this.#folder = folder;
  }

  async begin(): Promise<void> {
    for (let count = 0; count < windowCount; count += 1) this.#windows.push(await AwayWindow.open(this.#folder));
    await this.#windows[0]?.window.keyBook.add([draftOf('k1')]);
    await this.#folder.clock.advance(500);
  }

  get windows(): readonly OpenLedger[] {
    return this.#windows.map(({ window }) => window);
  }

  async take({ window: place, what, tokens, passMs }: Step): Promise<void> {
    const by = this.#windows[place];
    assert.ok(by);
    await this.#folder.clock.advance(passMs);
    const { ledger, keyBook } = by.window;
    const nowMs = this.#folder.clock.now();
    const isAway = this.#away.has(by);
    if (what === 'leave' && !isAway) {
      await by.leave();
      this.#away.add(by);
    }
    if (what === 'back') await this.#back(by);
    if (what === 'reserve') {
      const ask = askOf({ tokens, promptTokens: 0, sent: true, nowMs, key: 'groq/1' });
      this.#open.push({ by, reservation: reservationOf(await ledger.reserve(ask)), tokens });
    }
    if (what === 'settle') await this.#settleFirst(nowMs);
    if (what === 'wait') {
      this.longestWaitMs = Math.max(this.longestWaitMs, nowMs + tokens * 10_000);
      const block = { kind: 'exhausted', scope: '*', limit: 'tokensPerDay', untilMs: nowMs + tokens * 10_000 } as const;
      await ledger.block('secret:a', block);
    }
    if (what === 'refuse') {
      if (this.firstRefusedAtMs < 0) this.firstRefusedAtMs = nowMs;
      await ledger.changeHealth('refused', (health) => afterRefusal(health, nowMs));
    }
    if (what === 'learn') {
      this.learned.push(tokens);
      await ledger.learn('secret:a', '*', { tokensPerDay: tokens }, nowMs);
    }
    if (what === 'score') {
      this.taken += 1;
      await ledger.changeHealth('scored', (health) => ({ ...health, score: health.score - 1 }));
    }
    if (what === 'disable') {
      const done = await keyBook.update((keys) => keys.map((key) => ({ ...key, enabled: false })));
      assert.equal(done.ok, !isAway);
      if (done.ok) this.isDisabled = true;
    }
    if (what === 'add') {
      const [added] = await keyBook.add([draftOf(`k${place}-${nowMs}-${this.keys}`)]);
      assert.equal(added?.ok, !isAway);
      if (added?.ok === true) this.keys += 1;
    }
  }

  async end(): Promise<void> {
    for (const by of this.#windows) await this.#back(by);
    while (this.#open.length > 0) await this.#settleFirst(this.#folder.clock.now());
    await this.#folder.clock.advance(1_000);
  }

  async #settleFirst(nowMs: number): Promise<void> {
    const first = this.#open.shift();
    if (first === undefined) return;
    const { by, reservation, tokens } = first;
    await by.window.ledger.settle(settlementOf(reservation, { total: tokens, nowMs }));
    this.used = { requests: this.used.requests + 1, tokens: this.used.tokens + tokens };
  }

  async #back(by: AwayWindow): Promise<void> {
    if (!this.#away.delete(by)) return;
    await by.back();
  }
}

describe('whatever disks do to windows', () => {
  it('no attempt is lost or counted twice, and no decision of another window undone', () =>
    fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const folder = new LedgerFolder();
        try {
          const play = new Play(folder);
          await play.begin();
          for (const step of taken) await play.take(step);
          await play.end();
          const nowMs = folder.clock.now();
          for (const { ledger, keyBook } of [...play.windows, await folder.window()]) {
            ledger.refresh();
            assert.deepEqual(usedOf(ledger, 'secret:a'), [play.used.requests, play.used.tokens]);
            assert.equal(ledger.use('secret:a', '*', midnight).heldRequests, 0);
            const untilMs = ledger.blocks('secret:a', nowMs)[0]?.untilMs ?? 0;
            assert.equal(untilMs, play.longestWaitMs > nowMs ? play.longestWaitMs : 0);
            const mustRest = nowMs < play.firstRefusedAtMs + 5 * 60_000;
            assert.ok(!mustRest || isQuarantined(ledger.health('refused'), nowMs));
            const keys = keyBook.all();
            assert.equal(keys.length, play.keys);
            assert.equal(new Set(keys.map(({ number }) => number)).size, play.keys);
            assert.equal(keys.find(({ id }) => id === 'k1')?.enabled, !play.isDisabled);
            assert.equal(ledger.health('scored').score, 100 - play.taken);
            const known = ledger.learned('secret:a', '*').tokensPerDay;
            assert.ok(known === undefined ? play.learned.length === 0 : play.learned.includes(known));
          }
        } finally {
          folder.close();
        }
      }),
      propertyRuns(15, 300),
    ));
});
