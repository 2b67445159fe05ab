import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import type { Profile } from '../harness/profile.ts';
import { askIn, beforeSetUp, inOutbox, telegramTarget, withKeys } from './support/alertFixture.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const refusal = '❌ Groq Key 1 invalid - check API key';

describe('An alert whose window dies', () => {
  it(
    'is sent once by the next window when it was claimed and not yet sent, and its history tells of it',
    withWorkbench(
      {
        ...withKeys,
        // An address without a mail server, as a `.env` names it.
        settings: (fixture) => ({ ...beforeSetUp.settings(fixture), 'aiKeys.alerts.email.to': 'admin@platform.com' }),
        channels: telegramTarget,
        alone: true,
      },
      async (fixture) => {
        const { workbench, session, profile, groq, telegram } = fixture;
        const texts = (): string[] => telegram.messages.map(({ text }) => text);
        const sends = (): number => telegram.calls.filter(({ method }) => method === 'sendMessage').length;
        telegram.behaviour = 'hang';
        groq.behave(groq.key('good', 1), 'refused');
        await askIn(workbench, fixture, /Groq Key 2/);
        await eventually(async () => sends() > 0, { what: 'the window to begin sending' });
        await session.kill();
        assert.deepEqual(texts(), []);
        telegram.behaviour = 'ok';
        await endLease(profile);

        await session.restart();
        const next = await session.openWindow();
        await eventually(async () => texts().length > 0, { what: 'the message of the dead window' });
        assert.deepEqual(texts(), [refusal]);

        // VS Code has one preview for all pages, which may keep what it showed.
        await next.runUntil('AI Keys: Show Alerts', 'the history', () =>
          next.webview().waitForText(/Groq Key 1 invalid.*Telegram: sent/s, 8_000),
        );
        await next.webview().waitForText('Email: not set up');
        assert.deepEqual(texts(), [refusal]);
      },
    ),
  );
});

/**
 * A window holds a message for a minute and a half at most; then others may send it. That wait is as long as the rest of
 * these tests and shows nothing, so the lease is set back as far instead.
 */
async function endLease(profile: Pick<Profile, 'dataDir'>): Promise<void> {
  const held = await inOutbox(profile, (sql) =>
    sql(
      `UPDATE deliveries SET at_ms = at_ms - 90000 WHERE channel = 'telegram' AND state = 'sending' AND at_ms > ?`,
    ).run(Date.now()),
  );
  assert.equal(held.changes, 1, 'the dead window held the message');
}
