import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AlertFixture } from './alertFixture.ts';

const minute = 60_000;

describe('alerts: once', () => {
  it('says a threshold once per secret and quota day, and again after the reset', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (const used of [12_000, 12_100, 12_200]) {
      window.service.handle(fixture.passed('groq/1', used, 75));
      await fixture.clock.advance(minute);
    }
    assert.equal(window.telegram.texts.length, 1);
    await fixture.clock.advance(fixture.midnightMs - fixture.clock.now());
    window.service.handle(fixture.passed('groq/1', 11_000, 75));
    await fixture.clock.advance(5_000);
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 83% quota used', '⚠️ Groq Key 1: 76% quota used']);
  });

  it('says a bucket’s threshold once until it has fallen 10 points below, however many days that takes', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let hour = 0; hour < 72; hour += 1) {
      const percent = hour % 2 === 0 ? 80 : 70;
      window.service.handle(fixture.bucketAt('groq/1', percent, 'held'));
      if (percent > 75) window.service.handle(fixture.bucketAt('groq/1', percent));
      await fixture.clock.advance(60 * minute);
    }
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 80% quota used']);
    assert.deepEqual(window.log.lines.filter((line) => line.includes('frees 8.3K an hour')).length, 1);
    await fixture.clock.advance(5 * 60 * minute);
    window.service.handle(fixture.bucketAt('groq/1', 76));
    await fixture.clock.advance(minute);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('says a bucket’s threshold at most once in 24 hours, however fast it falls and fills', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let hours = 0; hours < 23; hours += 1) {
      window.service.handle(fixture.bucketAt('groq/1', 76));
      await fixture.clock.advance(60 * minute);
    }
    assert.equal(window.telegram.texts.length, 1);
  });

  it('says a bucket’s threshold each day that it fills and empties, at 24 hours where it passed a little before', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    // Each hour of a day: it fills by noon and is empty at night; a little earlier each day.
    const percents = [50, 60, 70, 80, 92, 93, 94, 92, 91, 88, 84, 80, 74, 70, 64, 60, 56, 52, 48, 44, 40, 40, 40];
    for (let hour = 0; hour < 3 * percents.length; hour += 1) {
      const percent = percents[hour % percents.length] ?? 0;
      if (percent > 65) window.service.handle(fixture.bucketAt('groq/1', percent, 'held'));
      if (percent > 75) window.service.handle(fixture.bucketAt('groq/1', percent));
      await fixture.clock.advance(60 * minute);
    }
    assert.equal(window.telegram.texts.filter((text) => text.startsWith('🚨')).length, 3);
  });

  it('says a threshold once for each limit of a key', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let minutes = 0; minutes < 3; minutes += 1) {
      window.service.handle(fixture.passed('groq/1', 12_000, 75));
      await fixture.clock.advance(minute);
      window.service.handle(fixture.requestsPassed('groq/1', 830, 75));
      await fixture.clock.advance(minute);
    }
    assert.deepEqual(window.telegram.texts, [
      '⚠️ Groq Key 1: 83% quota used',
      '⚠️ Groq Key 1: 83% of its daily requests used',
    ]);
  });

  it('says a threshold of a key’s own limit and of its pool’s, once each', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let minutes = 0; minutes < 3; minutes += 1) {
      const event = fixture.passed('groq/1', 12_000, 75);
      window.service.handle(event);
      await fixture.clock.advance(minute);
      window.service.handle({ ...event, status: { ...event.status, ofKeyAlone: true } });
      await fixture.clock.advance(minute);
    }
    assert.equal(window.telegram.texts.length, 2);
  });

  it('says the threshold of each model’s bucket once until that one has fallen 10 points below', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let hour = 0; hour < 48; hour += 1) {
      for (const scope of ['m1', 'm2']) {
        window.service.handle(fixture.bucketAt('groq/1', 80, 'held', scope));
        window.service.handle(fixture.bucketAt('groq/1', 80, 'passed', scope));
        await fixture.clock.advance(30 * minute);
      }
    }
    assert.equal(window.telegram.texts.length, 2);
  });

  it('sends the critical one only when a request goes from 70 % to 95 %, and no warning later that day', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.passed('groq/1', 13_680, 90));
    await fixture.clock.advance(minute);
    window.service.handle(fixture.passed('groq/1', 13_690, 75));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, ['🚨 Groq Key 1: 95% used!']);
    assert.equal(window.email.texts.length, 1);
  });

  it('says nothing at exactly 75 %: passes is strictly greater', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.passed('groq/1', 10_800, 75));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, []);
    window.service.handle(fixture.passed('groq/1', 10_801, 75));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, ['⚠️ Groq Key 1: 75% quota used']);
  });

  it('says a refusal once until the secret answers a chat again', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let i = 0; i < 3; i += 1) {
      window.service.handle(fixture.ofKey('refused', 'groq/1'));
      await fixture.clock.advance(30 * minute);
    }
    assert.equal(window.telegram.texts.length, 1);
    window.service.handle(fixture.answered('groq/1'));
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(5_000);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('says "every key failed" at most every 15 minutes', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    for (let passed = 0; passed < 15; passed += 5) {
      window.service.handle(fixture.allFailed());
      await fixture.clock.advance(5 * minute);
    }
    assert.equal(window.telegram.texts.length, 1);
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(0);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('says once that keys answer again after every key failed, and the banner goes', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.answered('groq/1'));
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(minute);
    for (let i = 0; i < 2; i += 1) {
      window.service.handle(fixture.answered('groq/2'));
      await fixture.clock.advance(minute);
    }
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!', '✅ AI keys answer again']);
    assert.equal(window.email.texts.length, 1);
    assert.equal(window.service.state().banner, undefined);
  });

  it('shows the banner of a second failure within 15 minutes without a second message', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(minute);
    window.service.handle(fixture.answered('groq/2'));
    await fixture.clock.advance(minute);
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(minute);
    assert.notEqual(window.service.state().banner, undefined);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!', '✅ AI keys answer again']);
  });

  it('shows no banner where a key answers in the same turn in which every key failed', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.allFailed());
    window.service.handle(fixture.answered('groq/2'));
    await fixture.clock.advance(minute);
    assert.equal(window.service.state().banner, undefined);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!', '✅ AI keys answer again']);
  });

  it('shows the banner where every key fails in the same turn in which one answered', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.answered('groq/2'));
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(minute);
    assert.notEqual(window.service.state().banner, undefined);
  });

  it('says a refusal again where the key answered in the same turn as it was refused before', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    window.service.handle(fixture.answered('groq/1'));
    await fixture.clock.advance(minute);
    assert.deepEqual(window.service.state().alerts, []);
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(minute);
    assert.equal(window.telegram.texts.length, 2);
  });

  it('speaks once from three windows', async () => {
    const fixture = new AlertFixture();
    const windows = [fixture.open(), fixture.open(), fixture.open()];
    for (const { service } of windows) {
      service.handle(fixture.ofKey('refused', 'groq/1'));
      service.handle(fixture.passed('groq/2', 13_500, 90));
      service.handle(fixture.allFailed());
    }
    await fixture.clock.advance(minute);
    assert.deepEqual(windows.flatMap(({ telegram }) => telegram.texts).toSorted(), [
      '❌ Groq Key 1 invalid - check API key',
      '🚨 All AI providers down!',
      '🚨 Groq Key 2: 94% used!',
    ]);
  });

  it('does not speak again after a restart', async () => {
    const fixture = new AlertFixture();
    const before = fixture.open();
    before.service.handle(fixture.passed('groq/1', 13_500, 90));
    await fixture.clock.advance(minute);
    before.service.dispose();
    const after = fixture.open();
    after.service.handle(fixture.passed('groq/1', 13_600, 90));
    await fixture.clock.advance(minute);
    assert.deepEqual(after.telegram.texts, []);
  });

  it('shows a toast only in the window in use', async () => {
    const fixture = new AlertFixture();
    const [first, second] = [fixture.open(), fixture.open()];
    first.toast.focused = false;
    second.toast.focused = false;
    first.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(minute);
    assert.deepEqual([...first.toast.texts, ...second.toast.texts], []);
    second.toast.focused = true;
    second.service.windowFocused();
    await fixture.clock.advance(0);
    assert.deepEqual([first.toast.texts.length, second.toast.texts.length], [0, 1]);
  });
});
