import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AlertDesk, settingsOf } from './alertDesk.ts';

const minute = 60_000;

describe('alerts: the texts of the table, word for word', () => {
  it('warns on Telegram and in a toast when a key passes 75 %, and writes no email', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.passed('groq/1', 12_000, 75));
    await desk.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 83% quota used']);
    assert.deepEqual(window.toast.texts, ['Groq Key 1: 83% quota used']);
    assert.deepEqual(window.email.subjects, []);
  });

  it('is critical above 90 %, at once, by email too', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.passed('groq/1', 13_248, 90));
    await desk.clock.advance(0);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 1: 92% used!']);
    assert.deepEqual(window.email.subjects, ['Critical: Groq quota']);
    assert.match(window.email.texts[0] ?? '', /^🚨 Groq Key 1: 92% used!/);
  });

  it('says that a refused key must be checked', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['❌ Groq Key 1 invalid - check API key']);
    assert.deepEqual(window.email.subjects, ['❌ Groq Key 1 Auth Failed']);
    assert.equal(window.email.texts[0], 'Please check and update the API key\n\nGroq Key 1: 401 Invalid API Key');
  });

  it('says that a key is out of credit', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.ofKey('noCredit', 'groq/1', 'credit used up'));
    await desk.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['❌ Groq Key 1: out of credit']);
    assert.deepEqual(window.email.subjects, ['❌ Groq Key 1: out of credit']);
  });

  it('says at once that every key failed, with the reason per provider, and shows the banner', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.allFailed());
    await desk.clock.advance(0);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!']);
    assert.deepEqual(window.email.subjects, ['🚨 CRITICAL: All AI Keys Failed!']);
    assert.equal(
      window.email.texts[0],
      'Immediate action required:\n\nGroq: keys 1, 2 and 3 were refused\nGemini: keys 1 and 2 are rate limited',
    );
    assert.equal(window.service.state().banner?.route, 'route-1');
  });

  it('tells of a used-up key only on the dashboard and in the log', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle({
      kind: 'exhausted',
      atMs: desk.clock.now(),
      key: 'groq/1',
      fingerprint: 'a',
      untilMs: desk.midnightMs,
      next: 'groq/2',
    });
    await desk.clock.advance(minute);
    assert.deepEqual([...window.telegram.texts, ...window.email.texts, ...window.toast.texts], []);
    assert.deepEqual(window.log.lines, ['ℹ️ Groq Key 1 is used up, Groq Key 2 takes over']);
    assert.deepEqual(
      window.service.state().alerts.map(({ event }) => event),
      ['exhausted'],
    );
  });
});

describe('alerts: once', () => {
  it('says a threshold once per secret and quota day, and again after the reset', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    for (const used of [12_000, 12_100, 12_200]) {
      window.service.handle(desk.passed('groq/1', used, 75));
      await desk.clock.advance(minute);
    }
    assert.equal(window.telegram.texts.length, 1);
    await desk.clock.advance(desk.midnightMs - desk.clock.now());
    window.service.handle(desk.passed('groq/1', 11_000, 75));
    await desk.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 83% quota used', '⚠️ Groq Key 1: 76% quota used']);
  });

  it('sends the critical one only when a request goes from 70 % to 95 %, and no warning later that day', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.passed('groq/1', 13_680, 90));
    await desk.clock.advance(minute);
    window.service.handle(desk.passed('groq/1', 13_690, 75));
    await desk.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 1: 95% used!']);
    assert.equal(window.email.texts.length, 1);
  });

  it('says nothing at exactly 75 %: passes is strictly greater', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.passed('groq/1', 10_800, 75));
    await desk.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, []);
    window.service.handle(desk.passed('groq/1', 10_801, 75));
    await desk.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 75% quota used']);
  });

  it('says a refusal once until the secret answers a chat again', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    for (let i = 0; i < 3; i += 1) {
      window.service.handle(desk.ofKey('refused', 'groq/1'));
      await desk.clock.advance(30 * minute);
    }
    assert.equal(window.telegram.texts.length, 1);
    window.service.handle(desk.answered('groq/1'));
    window.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(5_000);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('says "every key failed" at most every 15 minutes', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    for (let passed = 0; passed < 15; passed += 5) {
      window.service.handle(desk.allFailed());
      await desk.clock.advance(5 * minute);
    }
    assert.equal(window.telegram.texts.length, 1);
    window.service.handle(desk.allFailed());
    await desk.clock.advance(0);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('says once that keys answer again after every key failed, and the banner goes', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.answered('groq/1'));
    window.service.handle(desk.allFailed());
    await desk.clock.advance(minute);
    for (let i = 0; i < 2; i += 1) {
      window.service.handle(desk.answered('groq/2'));
      await desk.clock.advance(minute);
    }
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!', '✅ AI keys answer again']);
    assert.equal(window.email.texts.length, 1);
    assert.equal(window.service.state().banner, undefined);
  });

  it('shows the banner of a second failure within 15 minutes without a second message', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.allFailed());
    await desk.clock.advance(minute);
    window.service.handle(desk.answered('groq/2'));
    await desk.clock.advance(minute);
    window.service.handle(desk.allFailed());
    await desk.clock.advance(minute);
    assert.notEqual(window.service.state().banner, undefined);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!', '✅ AI keys answer again']);
  });

  it('speaks once from three windows', async () => {
    const desk = new AlertDesk();
    const windows = [desk.open(), desk.open(), desk.open()];
    for (const { service } of windows) {
      service.handle(desk.ofKey('refused', 'groq/1'));
      service.handle(desk.passed('groq/2', 13_500, 90));
      service.handle(desk.allFailed());
    }
    await desk.clock.advance(minute);
    assert.deepEqual(windows.flatMap(({ telegram }) => telegram.texts).toSorted(), [
      '❌ Groq Key 1 invalid - check API key',
      '🚨 All AI providers down!',
      '🚨 Groq Key 2: 94% used!',
    ]);
  });

  it('does not speak again after a restart', async () => {
    const desk = new AlertDesk();
    const before = desk.open();
    before.service.handle(desk.passed('groq/1', 13_500, 90));
    await desk.clock.advance(minute);
    before.service.dispose();
    const after = desk.open();
    after.service.handle(desk.passed('groq/1', 13_600, 90));
    await desk.clock.advance(minute);
    assert.deepEqual(after.telegram.texts, []);
  });

  it('shows a toast only in the window in use', async () => {
    const desk = new AlertDesk();
    const [first, second] = [desk.open(), desk.open()];
    first.toast.focused = false;
    second.toast.focused = false;
    first.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(minute);
    assert.deepEqual([...first.toast.texts, ...second.toast.texts], []);
    second.toast.focused = true;
    second.service.windowFocused();
    await desk.clock.advance(0);
    assert.deepEqual([first.toast.texts.length, second.toast.texts.length], [0, 1]);
  });
});

describe('alerts: together and later', () => {
  it('makes one message with a line each of equal events within 5 s, and keeps different ones apart', async () => {
    const desk = new AlertDesk();
    const [first, second] = [desk.open(), desk.open()];
    first.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(1_000);
    second.service.handle(desk.ofKey('refused', 'groq/2'));
    first.service.handle(desk.passed('gemini/1', 1_200, 75, 1_500));
    await desk.clock.advance(3_999);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts], []);
    await desk.clock.advance(minute);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts].toSorted(), [
      '⚠️ Gemini Key 1: 80% quota used',
      '❌ Groq Key 1 invalid - check API key\n❌ Groq Key 2 invalid - check API key',
    ]);
    assert.deepEqual([...first.email.subjects, ...second.email.subjects], ['❌ Groq Key 1, Groq Key 2 Auth Failed']);
  });

  it('holds back what is not critical in quiet hours and sends a summary afterwards', async () => {
    const desk = new AlertDesk();
    desk.settings = settingsOf({ quietHours: { from: '11:00', to: '13:00' } });
    const window = desk.open();
    window.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(10 * minute);
    window.service.handle(desk.passed('groq/2', 12_000, 75));
    window.service.handle(desk.passed('groq/3', 13_500, 90));
    await desk.clock.advance(49 * minute);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 3: 94% used!']);
    await desk.clock.advance(minute);
    const summary = window.telegram.texts[1]?.split('\n') ?? [];
    assert.equal(summary[0], '🌙 2 alerts from the quiet hours');
    assert.match(summary[1] ?? '', /12:00 ❌ Groq Key 1 invalid - check API key$/);
    assert.match(summary[2] ?? '', /12:10 ⚠️ Groq Key 2: 83% quota used$/);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('sends an event where the setting says, and nowhere else', async () => {
    const desk = new AlertDesk();
    desk.settings = settingsOf({ channels: { keyRefused: ['email'], exhausted: ['telegram'] } });
    const window = desk.open();
    window.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(minute);
    assert.deepEqual([window.telegram.texts, window.toast.texts, window.log.lines.length], [[], [], 1]);
    assert.equal(window.email.texts.length, 1);
    assert.deepEqual(window.service.state().alerts, []);
  });

  it('keeps quota toasts back for the rest of the day once snoozed, and no other channel', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    await window.service.snoozeToday();
    window.service.handle(desk.passed('groq/1', 12_000, 75));
    window.service.handle(desk.ofKey('refused', 'groq/2'));
    await desk.clock.advance(minute);
    assert.deepEqual(window.toast.texts, ['Groq Key 2 invalid - check API key']);
    assert.equal(window.telegram.texts.length, 2);
    await desk.clock.advance(desk.midnightMs - desk.clock.now());
    window.service.handle(desk.passed('groq/1', 12_000, 75));
    await desk.clock.advance(minute);
    assert.equal(window.toast.texts.length, 2);
  });

  it('tells of a lost connection once a spell and never by Telegram or email, whatever the settings say', async () => {
    const desk = new AlertDesk();
    desk.settings = settingsOf({ channels: { offline: ['toast', 'telegram', 'email'] } });
    const window = desk.open();
    for (const kind of ['offline', 'offline', 'online', 'offline'] as const) {
      window.service.handle({ kind, atMs: desk.clock.now() });
      await desk.clock.advance(minute);
    }
    assert.deepEqual([window.toast.texts.length, window.telegram.texts.length, window.email.texts.length], [2, 0, 0]);
  });

  it('shows nothing any more of a secret that was changed or removed', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.service.handle(desk.ofKey('refused', 'groq/1'));
    await window.service.settled();
    assert.equal(window.service.state().alerts.length, 1);
    window.knows = () => false;
    assert.equal(window.service.state().alerts.length, 0);
  });
});

describe('alerts: a channel that fails', () => {
  it('is tried three times with longer and longer waits, then it is in log and history', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.telegram.answers = Array.from({ length: 5 }, () => ({ ok: false, kind: 'again', said: 'Bad Gateway' }) as const);
    window.service.handle(desk.allFailed());
    await desk.clock.advance(60 * minute);
    assert.equal(window.telegram.answers.length, 2);
    assert.equal(window.log.lines.at(-1), 'alerts: allFailed not sent by telegram: Bad Gateway');
    const [record] = await window.service.history();
    const telegram = record?.deliveries.find(({ channel }) => channel === 'telegram');
    assert.deepEqual([telegram?.state, telegram?.failedTries, telegram?.said], ['failed', 3, 'Bad Gateway']);
    assert.equal(window.email.texts.length, 1);
  });

  it('waits as long as the far end asked', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.telegram.answers = [{ ok: false, kind: 'again', said: 'Too Many Requests', retryAfterMs: 17_000 }];
    window.service.handle(desk.allFailed());
    await desk.clock.advance(16_999);
    assert.deepEqual(window.telegram.texts, []);
    await desk.clock.advance(1);
    assert.equal(window.telegram.texts.length, 1);
  });

  it('is not sent to again, by any window, until its settings change', async () => {
    const desk = new AlertDesk();
    const [first, second] = [desk.open(), desk.open()];
    first.telegram.answers = [{ ok: false, kind: 'stopped', said: 'Forbidden: bot was blocked by the user' }];
    first.service.handle(desk.allFailed());
    await desk.clock.advance(minute);
    second.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(minute);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts], []);
    assert.deepEqual(first.service.state().stopped, [
      { channel: 'telegram', said: 'Forbidden: bot was blocked by the user' },
    ]);
    first.service.channelChanged('telegram');
    await first.service.settled();
    second.service.handle(desk.ofKey('refused', 'groq/2'));
    await desk.clock.advance(minute);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts], ['❌ Groq Key 2 invalid - check API key']);
    assert.deepEqual(second.service.state().stopped, []);
  });

  it('does not hold up the other channels while it hangs', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.telegram.hangs = true;
    window.service.handle(desk.allFailed());
    window.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(minute);
    assert.equal(window.email.texts.length, 2);
  });

  it('leaves the message of a window killed between claim and sending to another', async () => {
    const desk = new AlertDesk();
    const killed = desk.open();
    killed.telegram.hangs = true;
    killed.service.handle(desk.ofKey('refused', 'groq/1'));
    await desk.clock.advance(5_000);
    killed.service.dispose();
    const other = desk.open();
    await desk.clock.advance(80_000);
    assert.deepEqual(other.telegram.texts, []);
    await desk.clock.advance(minute);
    assert.deepEqual(other.telegram.texts, ['❌ Groq Key 1 invalid - check API key']);
  });

  it('leaves what waits its 5 s in a window that dies to another', async () => {
    const desk = new AlertDesk();
    const killed = desk.open();
    killed.service.handle(desk.ofKey('refused', 'groq/1'));
    await killed.service.settled();
    killed.service.dispose();
    const other = desk.open();
    await desk.clock.advance(10_000);
    assert.equal(other.telegram.texts.length, 1);
  });

  it('sends a test message past quiet hours, and shows what the far end said', async () => {
    const desk = new AlertDesk();
    const window = desk.open();
    window.email.answers = [{ ok: false, kind: 'stopped', said: '535 Authentication failed' }];
    assert.deepEqual(await window.service.sendTest('email'), {
      ok: false,
      kind: 'stopped',
      said: '535 Authentication failed',
    });
    assert.deepEqual(await window.service.sendTest('email'), { ok: true, said: '250 OK' });
    assert.deepEqual(window.email.subjects, ['AI Keys: test message']);
  });
});
