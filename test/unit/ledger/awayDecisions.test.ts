import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { afterRefusal, afterSuccess, isQuarantined } from '../../../src/core/health/healthRules.ts';
import type { Block, Ceiling } from '../../../src/core/quota/ledger.ts';
import { AwayFixture, type AwayWindow } from './awayWindow.ts';
import type { LedgerFolder } from './ledgerFixture.ts';
import { noon, spend } from './spend.ts';

const minute = 60_000;
const wait = (untilMs: number): Block => ({ kind: 'cooldown', scope: '*', limit: 'tokensPerMinute', untilMs });
const blamed = (health: { readonly score: number }) => ({ ...health, score: health.score - 15 });

describe('a window whose database is back takes its decisions again', () => {
  let fixture: AwayFixture;
  let folder: LedgerFolder;
  let away: AwayWindow;
  let window: OpenLedger;
  let other: OpenLedger;

  beforeEach(async () => {
    fixture = await AwayFixture.open();
    ({ folder, away, window, other } = fixture);
  });
  afterEach(() => folder.close());

  it('so that health has lost what each window took from it', async () => {
    await away.leave();
    await window.ledger.changeHealth('a', blamed);
    await other.ledger.changeHealth('a', blamed);
    await window.ledger.changeHealth('a', blamed);
    await away.back();
    fixture.both(({ ledger }) => ledger.health('a').score, 55);
  });

  it('so that a clock that was set back makes nothing earlier twice', async () => {
    const nowMs = folder.clock.now();
    await other.ledger.block('secret:a', wait(nowMs + 60 * minute));
    window.ledger.refresh();
    await away.leave();
    const step = { byMs: 10 * minute, nowMs: nowMs - 10 * minute, sinceMs: nowMs - 11 * minute, fromMs: 0 };
    folder.clock.setWall(step.nowMs);
    for (const { ledger } of [window, other]) await ledger.clockWasStepped(step);
    await folder.clock.advance(3 * minute);
    await away.back();
    const ends = ({ ledger }: OpenLedger) =>
      ledger.blocks('secret:a', folder.clock.now()).map(({ untilMs }) => untilMs);
    fixture.both(ends, [nowMs + 50 * minute]);
  });

  it('so that a clock that was set back meanwhile drains nothing that was charged then', async () => {
    const bucket: Ceiling = { limit: 'tokensPerDay', scope: 'm1', form: 'bucket', value: 24_000, sinceMs: 0 };
    await away.leave();
    await spend(
      window.ledger,
      12_000,
      { ceilings: [bucket], nowMs: folder.clock.now() },
      { nowMs: folder.clock.now() },
    );
    await folder.clock.advance(minute);
    const nowMs = folder.clock.now() - 6 * 60 * minute;
    folder.clock.setWall(nowMs);
    await window.ledger.clockWasStepped({ byMs: 6 * 60 * minute, nowMs, sinceMs: nowMs - 5_000, fromMs: 0 });
    await folder.clock.advance(minute);
    await away.back();
    const { used } = window.ledger.count('secret:a', bucket, folder.clock.now());
    assert.ok(used > 11_900, `${used} left of 12,000`);
  });

  it('so that a quarantine that another window began stays, whatever was answered before', async () => {
    await away.leave();
    const answeredAtMs = folder.clock.now();
    await spend(window.ledger, 10, {}, { health: (health) => afterSuccess(health, answeredAtMs) });
    await folder.clock.advance(3 * minute);
    const refusedAtMs = folder.clock.now();
    await other.ledger.changeHealth('a', (health) => afterRefusal(health, refusedAtMs));
    await away.back();
    fixture.both(({ ledger }) => isQuarantined(ledger.health('a'), folder.clock.now()), true);
    fixture.both(({ ledger }) => ledger.health('a').accepted, false);
  });

  it('so that its own quarantine holds and ends as it was decided', async () => {
    await away.leave();
    const refusedAtMs = folder.clock.now();
    await window.ledger.changeHealth('a', (health) => afterRefusal(health, refusedAtMs));
    await away.back();
    fixture.both(({ ledger }) => ledger.health('a').quarantine?.untilMs, refusedAtMs + 5 * minute);
  });

  it('so that the longer wait stays, whose ever it is', async () => {
    await away.leave();
    await window.ledger.block('secret:a', wait(noon + 2 * minute));
    await other.ledger.block('secret:a', wait(noon + 9 * minute));
    await window.ledger.block('secret:b', wait(noon + 9 * minute));
    await other.ledger.block('secret:b', wait(noon + 2 * minute));
    await away.back();
    for (const account of ['secret:a', 'secret:b'] as const) {
      fixture.both(({ ledger }) => ledger.blocks(account, folder.clock.now())[0]?.untilMs, noon + 9 * minute);
    }
  });

  it('so that a wait that the user ended in another window stays ended', async () => {
    await other.ledger.block('secret:a', wait(noon + 5 * minute));
    window.ledger.refresh();
    await away.leave();
    await window.ledger.block('secret:a', wait(noon + 9 * minute));
    await other.ledger.unblock('secret:a');
    await away.back();
    fixture.both(({ ledger }) => ledger.blocks('secret:a', folder.clock.now()), []);
  });

  it('so that it ends no wait that another window has set since', async () => {
    await window.ledger.block('secret:a', wait(noon + 5 * minute));
    await away.leave();
    await window.ledger.unblock('secret:a');
    await other.ledger.block('secret:a', wait(noon + 9 * minute));
    await away.back();
    fixture.both(({ ledger }) => ledger.blocks('secret:a', folder.clock.now()).length, 1);
  });

  it('so that limits that both learned stand beside each other, and of the same one the other’s', async () => {
    await away.leave();
    await window.ledger.learn('secret:a', '*', { tokensPerDay: 5_000, tokensPerMinute: 700 }, noon);
    await other.ledger.learn('secret:a', '*', { tokensPerDay: 500_000, requestsPerDay: 9 }, noon);
    await away.back();
    const expected = { tokensPerDay: 500_000, requestsPerDay: 9, tokensPerMinute: 700 };
    fixture.both(({ ledger }) => ledger.learned('secret:a', '*'), expected);
  });

  it('so that marks, models that are out and providers that fell behind are as another window left them', async () => {
    const { ledger } = window;
    const behind = { state: 'behind', failures: 2, nextTryAtMs: noon + minute, setAtMs: noon } as const;
    const untilMs = noon + 60 * minute;
    const out = { baseUrl: 'https://api.example', setAtMs: noon, untilMs };
    await other.ledger.mark('told', untilMs, noon);
    ledger.refresh();
    await away.leave();
    await ledger.unmark('told');
    await ledger.takeModelOut('provider:groq', { model: 'm1', replacedBy: 'old', ...out });
    await ledger.changeDemotion('groq', () => ({ state: 'restored' }));
    await other.ledger.unmark('told');
    await other.ledger.mark('told', untilMs + minute, noon);
    await other.ledger.takeModelOut('provider:groq', { model: 'm1', replacedBy: 'new', ...out });
    await other.ledger.changeDemotion('groq', () => behind);
    await away.back();
    fixture.both((each) => each.ledger.modelsOut('provider:groq', noon)[0]?.replacedBy, 'new');
    fixture.both((each) => each.ledger.demotion('groq'), behind);
    assert.equal(await ledger.mark('told', untilMs, folder.clock.now()), false);
  });

  it('and marks stand where nobody else has set them', async () => {
    await away.leave();
    assert.equal(await window.ledger.mark('told', noon + 60 * minute, noon), true);
    await away.back();
    assert.equal(await other.ledger.mark('told', noon + 60 * minute, folder.clock.now()), false);
  });

  it('so that a prompt ratio goes on from what others have learned', async () => {
    const count = { provider: 'groq', model: 'm1', estimate: 1_000, counted: 1_500, refused: false, nowMs: noon };
    await away.leave();
    await window.ledger.learnPromptRatio(count);
    for (let turn = 0; turn < 20; turn += 1) await other.ledger.learnPromptRatio(count);
    const learned = other.ledger.promptRatio('groq', 'm1');
    await away.back();
    fixture.both(({ ledger }) => ledger.promptRatio('groq', 'm1') >= learned, true);
  });
});
