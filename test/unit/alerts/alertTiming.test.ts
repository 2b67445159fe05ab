import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AlertFixture, settingsOf } from './alertFixture.ts';

const minute = 60_000;

describe('alerts: together and later', () => {
  it('makes one message with a line each of equal events within 5 s, and keeps different ones apart', async () => {
    const fixture = new AlertFixture();
    const [first, second] = [fixture.open(), fixture.open()];
    first.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(1_000);
    second.service.handle(fixture.ofKey('refused', 'groq/2'));
    first.service.handle(fixture.passed('gemini/1', 1_200, 75, 1_500));
    await fixture.clock.advance(3_999);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts], []);
    await fixture.clock.advance(minute);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts].toSorted(), [
      '⚠️ Gemini Key 1: 80% quota used',
      '❌ Groq Key 1 invalid - check API key\n❌ Groq Key 2 invalid - check API key',
    ]);
    assert.deepEqual([...first.email.subjects, ...second.email.subjects], ['❌ Groq Key 1, Groq Key 2 Auth Failed']);
  });

  it('makes one message of the limits of one key within 5 s, a critical one at once', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.passed('groq/1', 12_000, 75));
    window.service.handle(fixture.passed('groq/3', 12_000, 75));
    await fixture.clock.advance(2_000);
    window.service.handle(fixture.requestsPassed('groq/1', 830, 75));
    window.service.handle(fixture.passed('groq/2', 13_500, 90));
    window.service.handle(fixture.requestsPassed('groq/2', 830, 75));
    await fixture.clock.advance(0);
    const ofKey2 = '🚨 Groq Key 2: 94% used!\n⚠️ Groq Key 2: 83% of its daily requests used';
    assert.deepEqual(window.telegram.texts, [ofKey2]);
    assert.deepEqual(window.email.subjects, ['Critical: Groq quota']);
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts.slice(1), [
      '⚠️ Groq Key 1: 83% quota used\n⚠️ Groq Key 3: 83% quota used\n⚠️ Groq Key 1: 83% of its daily requests used',
    ]);
  });

  it('takes along what waits of the same key when a critical one goes out', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.requestsPassed('groq/1', 830, 75));
    window.service.handle(fixture.passed('groq/2', 12_000, 75));
    await fixture.clock.advance(1_000);
    window.service.handle(fixture.passed('groq/1', 13_500, 90));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, [
      '⚠️ Groq Key 1: 83% of its daily requests used\n🚨 Groq Key 1: 94% used!',
      '⚠️ Groq Key 2: 83% quota used',
    ]);
  });

  it('calls an email of a warning and a critical one after the critical one', async () => {
    const fixture = new AlertFixture();
    fixture.settings = settingsOf({ channels: { quotaWarning: ['email'] } });
    const window = fixture.open();
    window.service.handle(fixture.requestsPassed('groq/1', 830, 75));
    window.service.handle(fixture.passed('groq/1', 13_500, 90));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.email.subjects, ['Critical: Groq quota']);
  });

  it('takes nothing along that quiet hours hold back', async () => {
    const fixture = new AlertFixture();
    fixture.settings = settingsOf({ quietHours: { from: '11:00', to: '13:00' } });
    const window = fixture.open();
    window.service.handle(fixture.requestsPassed('groq/1', 830, 75));
    await fixture.clock.advance(minute);
    window.service.handle(fixture.passed('groq/1', 13_500, 90));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 1: 94% used!']);
  });

  it('holds back what is not critical in quiet hours and sends a summary afterwards', async () => {
    const fixture = new AlertFixture();
    fixture.settings = settingsOf({ quietHours: { from: '11:00', to: '13:00' } });
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(10 * minute);
    window.service.handle(fixture.passed('groq/2', 12_000, 75));
    window.service.handle(fixture.passed('groq/3', 13_500, 90));
    await fixture.clock.advance(49 * minute);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 3: 94% used!']);
    await fixture.clock.advance(minute);
    const summary = window.telegram.texts[1]?.split('\n') ?? [];
    assert.equal(summary[0], '🌙 2 alerts from the quiet hours');
    assert.match(summary[1] ?? '', /12:00 ❌ Groq Key 1 invalid - check API key$/);
    assert.match(summary[2] ?? '', /12:10 ⚠️ Groq Key 2: 83% quota used$/);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('sends an event where the setting says, and nowhere else', async () => {
    const fixture = new AlertFixture();
    fixture.settings = settingsOf({ channels: { keyRefused: ['email'], exhausted: ['telegram'] } });
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(minute);
    assert.deepEqual([window.telegram.texts, window.toast.texts, window.log.lines.length], [[], [], 1]);
    assert.equal(window.email.texts.length, 1);
    assert.deepEqual(window.service.state().alerts, []);
  });

  it('keeps quota toasts back for the rest of the day once snoozed, and no other channel', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    await window.service.snoozeToday();
    window.service.handle(fixture.passed('groq/1', 12_000, 75));
    window.service.handle(fixture.ofKey('refused', 'groq/2'));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.toast.texts, ['Groq Key 2 invalid - check API key']);
    assert.equal(window.telegram.texts.length, 2);
    await fixture.clock.advance(fixture.midnightMs - fixture.clock.now());
    window.service.handle(fixture.passed('groq/1', 12_000, 75));
    await fixture.clock.advance(minute);
    assert.equal(window.toast.texts.length, 2);
  });

  it('tells of a lost connection once a spell and never by Telegram or email, whatever the settings say', async () => {
    const fixture = new AlertFixture();
    fixture.settings = settingsOf({ channels: { offline: ['toast', 'telegram', 'email'] } });
    const window = fixture.open();
    for (const kind of ['offline', 'offline', 'online', 'offline'] as const) {
      window.service.handle({ kind, atMs: fixture.clock.now() });
      await fixture.clock.advance(minute);
    }
    assert.deepEqual([window.toast.texts.length, window.telegram.texts.length, window.email.texts.length], [2, 0, 0]);
  });

  it('shows nothing any more of what is over, and says nothing again', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await window.service.settled();
    assert.equal(window.service.state().alerts.length, 1);
    window.isStillTrue = () => false;
    assert.equal(window.service.state().alerts.length, 0);
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(minute);
    assert.equal(window.telegram.texts.length, 1);
  });
});
