import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import type { AlertEvent } from '../../../src/core/alerts/alert.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';
import { propertyRuns, runs } from '../support/runs.ts';
import { AlertFixture, alertNames, type AlertWindow } from './alertFixture.ts';
import { outboxFixtures } from './outboxFixture.ts';

const dayMs = 86_400_000;
const stepMs = Math.floor(dayMs / 10_000);
/** The database is written to for every one of them: a part of the day must do there. */
const eventsOf = (outbox: string): number => (outbox === 'in memory' ? 10_000 : runs(1_000, 10_000));
const keys: readonly KeyRef[] = ['groq/1', 'groq/2', 'groq/3', 'gemini/1', 'gemini/2', 'mistral/1'];

type Owed = { readonly event: AlertEvent; readonly line: string };

/** What the table of the spec owes for a row of events, worked out anew and in the plainest way. */
class Table {
  readonly owed: Owed[] = [];
  readonly #said = new Map<string, number>();
  #lastAllFailedMs = Number.NEGATIVE_INFINITY;
  #recoveryOwed = false;

  take(event: RouterEvent): void {
    switch (event.kind) {
      case 'thresholdPassed':
        return this.#threshold(event);
      case 'refused':
        return this.#once(event.fingerprint, 'keyRefused', `❌ ${alertNames.key(event.key)} invalid - check API key`);
      case 'noCredit':
        return this.#once(event.fingerprint, 'noCredit', `❌ ${alertNames.key(event.key)}: out of credit`);
      case 'answered':
        this.#said.delete(`keyRefused ${event.fingerprint}`);
        this.#said.delete(`noCredit ${event.fingerprint}`);
        if (this.#recoveryOwed) this.#owe('recovered', '✅ AI keys answer again');
        this.#recoveryOwed = false;
        return;
      case 'allFailed':
        if (event.atMs < this.#lastAllFailedMs + 15 * 60_000) return;
        this.#lastAllFailedMs = event.atMs;
        this.#recoveryOwed = true;
        return this.#owe('allFailed', '🚨 All AI providers down!');
      default:
        assert.fail(event.kind);
    }
  }

  #threshold({
    atMs,
    key,
    fingerprint,
    thresholdPercent,
    status,
  }: Extract<RouterEvent, { kind: 'thresholdPassed' }>): void {
    if (!(status.used / status.value > thresholdPercent / 100)) return;
    const said = (percent: number): boolean => (this.#said.get(`${fingerprint} ${percent}`) ?? 0) > atMs;
    if (said(thresholdPercent)) return;
    this.#said.set(`${fingerprint} 75`, status.resetAtMs);
    this.#said.set(`${fingerprint} ${thresholdPercent}`, status.resetAtMs);
    const percent = Math.min(99, Math.round((status.used / status.value) * 100));
    const name = alertNames.key(key);
    if (thresholdPercent === 90) this.#owe('quotaCritical', `🚨 ${name}: ${percent}% used!`);
    else this.#owe('quotaWarning', `⚠️ ${name}: ${percent}% quota used`);
  }

  #once(fingerprint: string, event: AlertEvent, line: string): void {
    if (this.#said.has(`${event} ${fingerprint}`)) return;
    this.#said.set(`${event} ${fingerprint}`, Number.POSITIVE_INFINITY);
    this.#owe(event, line);
  }

  #owe(event: AlertEvent, line: string): void {
    this.owed.push({ event, line });
  }
}

const draw = fc.record({
  key: fc.constantFrom(...keys),
  kind: fc.constantFrom('passed', 'passed', 'passed', 'refused', 'noCredit', 'answered', 'answered', 'allFailed'),
  used: fc.integer({ min: 10_000, max: 14_399 }),
  high: fc.boolean(),
  window: fc.nat(2),
  trouble: fc.integer({ min: 0, max: 199 }),
});
type Draw = typeof draw extends fc.Arbitrary<infer Value> ? Value : never;

function eventOf(fixture: AlertFixture, { kind, key, used, high }: Draw): RouterEvent {
  switch (kind) {
    case 'refused':
    case 'noCredit':
      return fixture.ofKey(kind, key);
    case 'answered':
      return fixture.answered(key);
    case 'allFailed':
      return fixture.allFailed();
    default:
      return fixture.passed(key, used, high ? 90 : 75);
  }
}

const inEmails: readonly AlertEvent[] = ['quotaCritical', 'keyRefused', 'noCredit', 'allFailed'];

async function playDay(
  fixture: AlertFixture,
  draws: readonly Draw[],
  disturb: (draw: Draw, windows: AlertWindow[]) => void,
): Promise<{ readonly owed: readonly Owed[]; readonly all: readonly AlertWindow[] }> {
  const table = new Table();
  const windows = [fixture.open(), fixture.open(), fixture.open()];
  const all = new Set(windows);
  for (const one of draws) {
    disturb(one, windows);
    for (const window of windows) all.add(window);
    const event = eventOf(fixture, one);
    table.take(event);
    windows[one.window]?.service.handle(event);
    await windows[one.window]?.service.settled();
    await fixture.clock.advance(stepMs);
  }
  // VS Code is started once more: what hanging windows hold is left to this one.
  all.add(fixture.open());
  await fixture.clock.advance(10 * 60_000);
  for (const { service } of all) service.dispose();
  return { owed: table.owed, all: [...all] };
}

const linesOf = (windows: readonly AlertWindow[]): string[] =>
  windows.flatMap(({ telegram }) => telegram.texts.flatMap((text) => text.split('\n'))).toSorted();

const mailedOf = (windows: readonly AlertWindow[]): string[] =>
  windows.flatMap(({ email }) => email.received.flatMap(({ alerts }) => alerts.map(({ event }) => event))).toSorted();

/** Of messages that no try could send, as the log says. */
const givenUpOf = (windows: readonly AlertWindow[]): string[] =>
  windows
    .flatMap(({ log }) => log.lines)
    .flatMap(
      (line) => /^alerts: (?<events>.+) not sent by telegram: /.exec(line)?.groups?.['events']?.split(', ') ?? [],
    )
    .toSorted();

for (const { name, create } of outboxFixtures) {
  const events = eventsOf(name);
  describe(`alerts: ${events} of a day’s 10,000 random events in three windows, outbox ${name}`, () => {
    const day = fc.array(draw, { minLength: events, maxLength: events });

    /** Each run has an outbox of its own. */
    const onDays = (
      seed: number,
      play: (fixture: AlertFixture, draws: readonly Draw[]) => Promise<void>,
    ): Promise<void> =>
      fc.assert(
        fc.asyncProperty(day, async (draws) => {
          const kind = create();
          try {
            await play(new AlertFixture(kind.open), draws);
          } finally {
            kind.dispose();
          }
        }),
        { ...propertyRuns(1, 8, seed), endOnFailure: true },
      );

    it('says nothing twice for a cause and loses nothing that the table owes', () =>
      onDays(42, async (fixture, draws) => {
        const { owed, all } = await playDay(fixture, draws, () => {});
        assert.ok(owed.length > events / 100);
        assert.deepEqual(linesOf(all), owed.map(({ line }) => line).toSorted());
        const mailed = owed.flatMap(({ event }) => (inEmails.includes(event) ? [event] : [])).toSorted();
        assert.deepEqual(mailedOf(all), mailed);
      }));

    it('loses nothing either when windows are killed while sending and channels fail now and then', () =>
      onDays(7, async (fixture, draws) => {
        const { owed, all } = await playDay(fixture, draws, ({ trouble, window: index }, windows) => {
          const window = windows[index];
          if (window === undefined) return;
          // Its sends never come back; the window is gone at the next trouble there.
          if (trouble === 0) window.telegram.hangs = true;
          else if (trouble === 1) window.telegram.answers = [{ ok: false, kind: 'again', said: 'Bad Gateway' }];
          else if (trouble === 2) {
            window.service.dispose();
            windows[index] = fixture.open();
          }
        });
        const sent = linesOf(all);
        const missing = [...owed];
        for (const line of sent) {
          const at = missing.findIndex((one) => one.line === line);
          if (at >= 0) missing.splice(at, 1);
        }
        assert.ok(all.filter(({ telegram }) => telegram.hangs).length > events / 1_000);
        // Three failures in a row are the end of a message: that is said.
        assert.deepEqual(missing.map(({ event }) => event).toSorted(), givenUpOf(all));
        assert.equal(sent.length, owed.length - missing.length);
      }));
  });
}
