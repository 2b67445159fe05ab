import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { alertWords } from '../../../src/core/alerts/alertTexts.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { AlertFixture } from './alertFixture.ts';

const minute = 60_000;

describe('alerts: the texts of the table, word for word', () => {
  it('warns on Telegram and in a toast when a key passes 75 %, and writes no email', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.passed('groq/1', 12_000, 75));
    await fixture.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 83% quota used']);
    assert.deepEqual(window.toast.texts, ['Groq Key 1: 83% quota used']);
    assert.deepEqual(window.email.subjects, []);
  });

  it('is critical above 90 %, at once, by email too', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.passed('groq/1', 13_248, 90));
    await fixture.clock.advance(0);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 1: 92% used!']);
    assert.deepEqual(window.email.subjects, ['Critical: Groq quota']);
    assert.match(window.email.texts[0] ?? '', /^🚨 Groq Key 1: 92% used!/);
  });

  it('names a limit that is not the daily one', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.requestsPassed('groq/1', 830, 75));
    await fixture.clock.advance(minute);
    window.service.handle(fixture.requestsPassed('groq/1', 920, 90));
    await fixture.clock.advance(0);
    assert.deepEqual(window.telegram.texts, [
      '⚠️ Groq Key 1: 83% of its daily requests used',
      '🚨 Groq Key 1: 92% of its daily requests used!',
    ]);
    assert.deepEqual(window.email.subjects, ['Critical: Groq quota']);
    assert.match(window.email.texts[0] ?? '', /\nGroq Key 1, daily requests: resets /);
  });

  it('says that a refused key must be checked', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['❌ Groq Key 1 invalid - check API key']);
    assert.deepEqual(window.email.subjects, ['❌ Groq Key 1 Auth Failed']);
    assert.equal(window.email.texts[0], 'Please check and update the API key\n\nGroq Key 1: 401 Invalid API Key');
  });

  it('says that a key is out of credit', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.ofKey('noCredit', 'groq/1', 'credit used up'));
    await fixture.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['❌ Groq Key 1: out of credit']);
    assert.deepEqual(window.email.subjects, ['❌ Groq Key 1: out of credit']);
  });

  it('says at once that every key failed, with the reason per provider, and shows the banner', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(0);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!']);
    assert.deepEqual(window.email.subjects, ['🚨 CRITICAL: All AI Keys Failed!']);
    assert.equal(
      window.email.texts[0],
      'Immediate action required:\n\nGroq: keys 1, 2 and 3 were refused\nGemini: keys 1 and 2 are rate limited',
    );
    assert.equal(window.service.state().banner?.route, 'route-1');
  });

  it('says that no key has quota left where nothing is down, and when the first one is back', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle({ ...fixture.allFailed(), usedUp: { firstBackAtMs: fixture.midnightMs } });
    await fixture.clock.advance(0);
    const words = '🚨 No AI key has quota left. First one back: 12:00 AM';
    assert.deepEqual(window.telegram.texts, [words]);
    assert.deepEqual(window.email.subjects, [words]);
    assert.equal(
      window.email.texts[0],
      `${words}\n\nGroq: keys 1, 2 and 3 were refused\nGemini: keys 1 and 2 are rate limited`,
    );
    assert.notEqual(window.service.state().banner, undefined);
  });

  it('names the day of the first key’s return where that is more than a day away', () => {
    const fixture = new AlertFixture();
    const atMs = fixture.clock.now();
    const of = (usedUp: { firstBackAtMs?: number }): string =>
      alertWords(
        { id: 'a', atMs, level: 'critical', event: 'allFailed', route: 'r', reasons: [], usedUp },
        { l10n: plainL10n, timeZone: 'UTC', language: 'en-US' },
      );
    assert.equal(
      of({ firstBackAtMs: Date.UTC(2026, 11, 1) }),
      'No AI key has quota left. First one back: Dec 1, 12:00 AM',
    );
    assert.equal(of({}), 'No AI key has quota left');
  });

  it('tells of a used-up key only on the dashboard and in the log', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle({
      kind: 'exhausted',
      atMs: fixture.clock.now(),
      key: 'groq/1',
      fingerprint: 'a',
      untilMs: fixture.midnightMs,
      next: 'groq/2',
    });
    await fixture.clock.advance(minute);
    assert.deepEqual([...window.telegram.texts, ...window.email.texts, ...window.toast.texts], []);
    assert.deepEqual(window.log.lines, ['ℹ️ Groq Key 1 is used up, Groq Key 2 takes over']);
    assert.deepEqual(
      window.service.state().alerts.map(({ event }) => event),
      ['exhausted'],
    );
  });
});
