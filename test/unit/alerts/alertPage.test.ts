import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { alertPage, runbooksOf } from '../../../src/editor/alerts/alertPage.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { AlertFixture } from './alertFixture.ts';

const context = {
  l10n: plainL10n,
  timeZone: 'UTC',
  language: 'en-GB',
  runbooks: new Map([['key-rotated', '# A key was refused, or "rotated"\n\n## What happened\n\nText.\n']] as const),
};

describe('alert history', () => {
  it('shows cause, time, channels with their result, and the runbook', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.email.answers = [{ ok: false, kind: 'refused', said: '550 User unknown' }];
    window.service.handle(fixture.ofKey('refused', 'groq/1', '401 <b>Invalid</b> [API](x) Key'));
    await fixture.clock.advance(10_000);
    const page = alertPage(await window.service.history(), context);
    assert.deepEqual(page.replaceAll('\\', '').split('\n').slice(2), [
      '## Sunday 22 November',
      '',
      '### ❌ 12:00 Groq Key 1 invalid - check API key',
      '',
      '- Groq Key 1: 401 &lt;b>Invalid&lt;/b> [API](x) Key',
      '- Notification: sent 22 Nov, 12:00 (250 OK)',
      '- Telegram: sent 22 Nov, 12:00 (250 OK)',
      '- Email: not sent (550 User unknown)',
      '- [What to do](#a-key-was-refused-or-rotated)',
      '',
      '---',
      '',
      '## A key was refused, or "rotated"',
      '',
      '### What happened',
      '',
      'Text.',
      '',
    ]);
    assert.doesNotMatch(page, /\[API\]\(x\)/);
  });

  it('calls a channel that nobody set up not set up, and no failure', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.telegram.answers = [{ ok: false, kind: 'notSetUp', said: 'not set up' }];
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await fixture.clock.advance(10_000);
    const page = alertPage(await window.service.history(), context);
    assert.match(page, /^- Telegram\\: not set up$/m);
    assert.deepEqual(runbooksOf(await window.service.history()), new Set(['key-rotated']));
  });

  it('says so when nothing happened', () => {
    assert.match(alertPage([], context), /Nothing happened/);
  });

  it('keeps 30 days', async () => {
    const fixture = new AlertFixture();
    const window = fixture.open();
    window.service.handle(fixture.ofKey('refused', 'groq/1'));
    await window.service.settled();
    window.service.dispose();
    fixture.clock.setWall(fixture.clock.now() + 30 * 86_400_000 - 1);
    assert.equal((await window.service.history()).length, 1);
    fixture.clock.setWall(fixture.clock.now() + 2);
    assert.equal((await window.service.history()).length, 0);
  });
});
