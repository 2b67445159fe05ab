import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AlertFixture } from './alertFixture.ts';

const minute = 60_000;

describe('alerts: a channel that fails', () => {
  it('is tried three times with longer and longer waits, then it is in log and history', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.telegram.answers = Array.from(
      { length: 5 },
      () => ({ ok: false, kind: 'again', said: 'Bad Gateway' }) as const,
    );
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(60 * minute);
    assert.equal(window.telegram.answers.length, 2);
    assert.equal(window.log.lines.at(-1), 'alerts: allFailed not sent by telegram: Bad Gateway');
    const [record] = await window.service.history();
    const telegram = record?.deliveries.find(({ channel }) => channel === 'telegram');
    assert.deepEqual([telegram?.state, telegram?.failedTries, telegram?.said], ['failed', 3, 'Bad Gateway']);
    assert.equal(window.email.texts.length, 1);
  });

  it('loses no message when it throws once', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.telegram.answers = [new TypeError('told to nobody')];
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(minute);
    assert.deepEqual(window.telegram.texts, ['🚨 All AI providers down!']);
    assert.ok(!window.log.lines.join().includes('told to nobody'));
  });

  it('waits as long as the far end asked', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.telegram.answers = [{ ok: false, kind: 'again', said: 'Too Many Requests', retryAfterMs: 17_000 }];
    window.service.handle(fixture.allFailed());
    await fixture.clock.advance(16_999);
    assert.deepEqual(window.telegram.texts, []);
    await fixture.clock.advance(1);
    assert.equal(window.telegram.texts.length, 1);
  });

  it('is not sent to again, by any window, until its settings change', async () => {
    const fixture = new AlertFixture();
    const [first, second] = [fixture.open(), fixture.open()];
    first.telegram.answers = [{ ok: false, kind: 'stopped', said: 'Forbidden: bot was blocked by the user' }];
    first.service.handle(fixture.allFailed());
    await fixture.clock.advance(minute);
    second.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(minute);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts], []);
    const stopped = [{ channel: 'telegram', said: 'Forbidden: bot was blocked by the user' }];
    assert.deepEqual(first.service.state().stopped, stopped);
    assert.deepEqual(second.service.state().stopped, stopped, 'another window knows why, too');
    first.service.channelChanged('telegram');
    await first.service.settled();
    second.service.handle(fixture.ofKey('refused', 'groq/2'));
    await fixture.clock.advance(minute);
    assert.deepEqual([...first.telegram.texts, ...second.telegram.texts], ['❌ Groq Key 2 invalid - check API key']);
    assert.deepEqual(second.service.state().stopped, []);
  });

  it('is said to be unfinished while its set-up lacks something', () => {
    const window = new AlertFixture().open();
    window.email.lacks = 'not set up: no mail server';
    assert.deepEqual(window.service.state().stopped, [{ channel: 'email', said: 'not set up: no mail server' }]);
  });

  it('does not hold up the other channels while it hangs', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.telegram.hangs = true;
    window.service.handle(fixture.allFailed());
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(minute);
    assert.equal(window.email.texts.length, 2);
  });

  it('leaves the message of a window killed between claim and sending to another', async () => {
    const fixture = new AlertFixture();
    const killed = fixture.open();
    killed.telegram.hangs = true;
    killed.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(5_000);
    killed.service.dispose();
    const other = fixture.open();
    await fixture.clock.advance(80_000);
    assert.deepEqual(other.telegram.texts, []);
    await fixture.clock.advance(minute);
    assert.deepEqual(other.telegram.texts, ['❌ Groq Key 1 invalid - check API key']);
  });

  it('leaves what waits its 5 s in a window that dies to another', async () => {
    const fixture = new AlertFixture();
    const killed = fixture.open();
    killed.service.handle(fixture.ofKey('refused', 'groq/1'));
    await killed.service.settled();
    killed.service.dispose();
    const other = fixture.open();
    await fixture.clock.advance(10_000);
    assert.equal(other.telegram.texts.length, 1);
  });

  it('gives up what a killed window was sending to a channel that was stopped meanwhile', async () => {
    const fixture = new AlertFixture();
    const killed = fixture.open();
    killed.telegram.hangs = true;
    killed.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(5_000);
    killed.service.dispose();
    const other = fixture.open();
    other.telegram.answers = [{ ok: false, kind: 'stopped', said: 'Unauthorized' }];
    other.service.handle(fixture.allFailed());
    await fixture.clock.advance(2 * minute);
    const deliveries = (await other.service.history()).flatMap((record) => record.deliveries);
    assert.deepEqual(
      deliveries.filter(({ channel }) => channel === 'telegram').map(({ state, said }) => [state, said]),
      [
        ['failed', 'Unauthorized'],
        ['failed', 'Unauthorized'],
      ],
    );
    assert.deepEqual(other.telegram.texts, []);
  });

  it('sends a test message past quiet hours, and shows what the far end said', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
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
