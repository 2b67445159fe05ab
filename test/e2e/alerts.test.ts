import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import type { ApiKey } from '../../src/core/keys/apiKey.ts';
import type { LongLimitStatus } from '../../src/core/quota/keyStatus.ts';
import { quotaDay } from '../../src/core/quota/quotaDay.ts';
import { actUntil, eventually } from '../harness/workbench/eventually.ts';
import type { Toast } from '../harness/workbench/notifications.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import type { Simulator } from '../simulator/simulator.ts';
import {
  askIn,
  inOutbox,
  sendTestMessage,
  withKeys,
  withKeysAndChannels,
  writeContractEnv,
  type AlertFixture,
} from './support/alertFixture.ts';
import { tellOf } from './support/alertHistory.ts';
import { spend } from './support/exampleDay.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const testMessage = 'This is a test message of AI Keys. Alerts will arrive here.';

describe('Alerts of the scenarios, with three windows open', () => {
  it(
    '@smoke 2: a refused key is told by mail, Telegram and the window in use, once until it answers again',
    withWorkbench(withKeysAndChannels, async (fixture) => {
      const { groq, smtp } = fixture;
      const told = listenTo(fixture);
      const [first, second, window] = await threeWindows(fixture);
      groq.behave(groq.key('good', 1), 'refused');
      await askIn(window, fixture, /Groq Key 2/);
      const refusal = {
        messages: ['❌ Groq Key 1 invalid - check API key'],
        mails: ['❌ Groq Key 1 Auth Failed'],
      };
      await told(refusal);
      assert.match(smtp.mails.at(-1)?.text ?? '', /^Please check and update the API key\n\nGroq Key 1 was refused/);

      const text = 'AI Keys: Groq Key 1 invalid - check API key';
      await window.notifications.waitFor(text);
      const [toast] = (await window.notifications.read()).filter((shown) => shown.text === text);
      assert.deepEqual(toast?.buttons, ['Update Key', 'Show Why']);
      for (const other of [first, second]) assert.deepEqual(await toastsOf(other, 'invalid'), []);
      await window.screenshot('screenshots/alerts-toast-refused');
      await window.notifications.click(text, 'Update Key');
      await window.quickInput.waitForTitle(/Groq Key 1/);
      await window.quickInput.cancel();

      groq.behave(groq.key('good', 1), undefined);
      await window.runCommand('AI Keys: Check All Keys');
      await window
        .tree()
        .row(/Key 1(?!.*refused)/)
        .waitFor();
      costs(groq, 600);
      await askIn(window, fixture, /Groq Key 1/);
      groq.behave(groq.key('good', 1), 'refused');
      await askIn(window, fixture, /Groq Key 2/);
      await told(refusal);
    }),
  );

  it(
    '1: a key that goes from 10,800 tokens to 12,000 warns once, and is critical at 92 %',
    withWorkbench(
      { ...withKeysAndChannels, usage: (open) => spend(open.ledger, groqKey1(open), 10_800) },
      async (fixture) => {
        const { groq, smtp } = fixture;
        const told = listenTo(fixture);
        const windows = await threeWindows(fixture);
        const [first, window, third] = windows;
        costs(groq, 1_200);
        await askIn(window, fixture, 'Because.');
        await told({ messages: ['⚠️ Groq Key 1: 83% quota used'] });

        await window.notifications.waitFor('AI Keys: Groq Key 1: 83% quota used');
        const [toast] = await toastsOf(window, '83% quota used');
        assert.deepEqual(toast?.buttons, ['Open Dashboard', 'Snooze Today']);
        for (const other of [first, third]) assert.deepEqual(await toastsOf(other, '83%'), []);
        await window.screenshot('screenshots/alerts-toast-warning');
        // Keeps such toasts back, and no message.
        await window.notifications.click('83% quota used', 'Snooze Today');
        costs(groq, 1_248);
        await askIn(window, fixture, 'Because.');
        await told({ messages: ['🚨 Groq Key 1: 92% used!'], mails: ['Critical: Groq quota'] });
        assert.match(smtp.mails.at(-1)?.text ?? '', /^🚨 Groq Key 1: 92% used!\n\nGroq Key 1: resets /);
        for (const each of windows) assert.deepEqual(await toastsOf(each, '92%'), []);
      },
    ),
  );

  it(
    '3: when everything fails it is said once everywhere, and once that keys answer again; then nothing after a restart, and no secret anywhere',
    withWorkbench(
      { ...withKeysAndChannels, usage: toldOf92Percent, workspace: writeContractEnv, alone: true },
      async (fixture) => {
        const { groq, gemini, smtp, telegram, session } = fixture;
        const told = listenTo(fixture);
        const windows = await threeWindows(fixture);
        const [first, second, third] = windows;
        for (const n of [1, 2, 3]) groq.behave(groq.key('good', n), 'refused');
        gemini.waitMs = 600_000;
        gemini.behaveAll('rateMinute');
        await askIn(first, fixture, 'I apologize, all AI models are unavailable.');
        await told({
          messages: [
            '🚨 All AI providers down!',
            [2, 3, 1].map((n) => `❌ Groq Key ${n} invalid - check API key`).join('\n'),
          ],
          mails: ['🚨 CRITICAL: All AI Keys Failed!', '❌ Groq Key 2, Groq Key 3, Groq Key 1 Auth Failed'],
        });
        const mail = smtp.mails.find(({ subject }) => subject.includes('CRITICAL'));
        assert.match(mail?.text ?? '', /^Immediate action required:\n\nGroq Key 1 was refused.+\nGemini Key .+$/);

        await first.notifications.click('All AI providers down!', 'Open Dashboard');
        for (const window of windows) {
          await window.page.bringToFront();
          if (window !== first) await window.runCommand('AI Keys: Open Dashboard');
          await window.webview().locator('.banner').filter({ hasText: 'All AI providers down!' }).waitFor();
        }
        await third.screenshot('screenshots/alerts-banner');
        await first.page.bringToFront();
        await first.notifications.click('Groq Key 3 invalid', 'Show Why');
        await first.webview().waitForText('The provider no longer accepts this key.');

        // Neither for the next failure nor in another window.
        await askIn(second, fixture, 'I apologize, all AI models are unavailable.');
        await nothingMore(fixture, second, told);

        for (const n of [1, 2, 3]) groq.behave(groq.key('good', n), undefined);
        await first.page.bringToFront();
        await first.runCommand('AI Keys: Check All Keys');
        await first
          .tree()
          .row(/Key 3.*0%/)
          .waitFor();
        costs(groq, 600);
        await askIn(first, fixture, 'Because.');
        await told({ messages: ['✅ AI keys answer again'] });
        for (const window of windows) {
          await window.page.bringToFront();
          await window.runCommand('AI Keys: Open Dashboard');
          await window.webview().locator('.banner').waitFor({ state: 'hidden' });
        }

        await session.restart();
        const again = await session.openWindow();
        await again.openView('AI Keys');
        costs(groq, 600);
        await askIn(again, fixture, 'Because.');
        await nothingMore(fixture, again, told);

        const keys = [1, 2, 3].map((n) => groq.key('good', n)).concat([1, 2].map((n) => gemini.key('good', n)));
        const secrets = [...keys, telegram.token, smtp.login?.password ?? ''];
        const sent = JSON.stringify([telegram.messages, smtp.mails]);
        for (const secret of secrets) assert.ok(!sent.includes(secret));
        const { dataDir, browserDir, workspaceDir } = session.profile;
        const files = await filesWith(secrets, [dataDir, browserDir, workspaceDir]);
        assert.deepEqual(files, [`${workspaceDir}/.env`]);
        assert.match(await session.extensionLog(), /All AI providers down!/);
      },
    ),
  );

  it(
    'shows the history in every theme, and leads from an alert to what to do about it',
    withWorkbench({ ...withKeys, usage: toldOfOneBadHour }, async ({ workbench }) => {
      const page = workbench.webview();
      for (const kind of ['light', 'dark', 'hc-black', 'hc-light'] as const) {
        await workbench.setTheme(kind);
        // VS Code has one preview for all pages; turned to this one while it was hidden, it may keep what it showed.
        await workbench.runUntil('AI Keys: Show Alerts', 'the history', () =>
          page.waitForText('All AI providers down!', 8_000),
        );
        await workbench.screenshot(`screenshots/alerts-history-${kind}`);
      }
      const heading = page.locator('#every-key-failed');
      // VS Code may draw its preview once more, which is at the top again.
      await actUntil({
        what: 'the runbook in sight',
        act: () => page.locator('a[href="#every-key-failed"]').first().click({ timeout: 5_000 }),
        // Near the top of the page that it was scrolled to.
        seen: () => eventually(async () => ((await heading.boundingBox())?.y ?? 900) < 300, { timeoutMs: 5_000 }),
      });
      await workbench.screenshot('screenshots/alerts-history-runbook');
    }),
  );
});

type Three = readonly [Workbench, Workbench, Workbench];
type Told = (more: { readonly messages?: readonly string[]; readonly mails?: readonly string[] }) => Promise<void>;

/** The first, and two beside it; the view of AI Keys is open in each, and all know which one is in front. */
async function threeWindows({ session, workbench: first }: AlertFixture): Promise<Three> {
  const openBeside = async (window: Workbench): Promise<Workbench> => {
    await window.focusSideBar();
    const next = await session.openWindow();
    await next.openView('AI Keys');
    await window.page.locator('.part.titlebar.inactive').waitFor();
    return next;
  };
  const second = await openBeside(first);
  const third = await openBeside(second);
  await third.focusSideBar();
  return [first, second, third];
}

/** What waits for these messages, and sees that nothing else and nothing twice has come so far. */
function listenTo({ telegram, smtp }: AlertFixture): Told {
  const messages: string[] = [];
  const subjects: string[] = [];
  const texts = (): string[] => telegram.messages.map(({ text }) => text);
  const mails = (): string[] => smtp.mails.map(({ subject }) => subject);
  return async (more) => {
    messages.push(...(more.messages ?? []));
    subjects.push(...(more.mails ?? []));
    await eventually(async () => texts().length >= messages.length && mails().length >= subjects.length, {
      what: `${JSON.stringify(more)} beside ${JSON.stringify([texts(), mails()])}`,
    });
    assert.deepEqual([texts().toSorted(), mails().toSorted()], [messages.toSorted(), subjects.toSorted()]);
  };
}

/** What was to come has come before a test message, which goes past the outbox; and nothing waits in that. */
async function nothingMore({ profile }: AlertFixture, window: Workbench, told: Told): Promise<void> {
  await sendTestMessage(window, 'Telegram');
  await window.notifications.waitFor('Telegram: the test message was sent.');
  await told({ messages: [testMessage] });
  const waiting = await inOutbox(profile, (sql) =>
    sql(`SELECT channel, batch FROM deliveries WHERE state IN ('waiting', 'sending') AND channel <> 'toast'`).all(),
  );
  assert.deepEqual(waiting, []);
}

const toastsOf = async (window: Workbench, words: string): Promise<readonly Toast[]> =>
  (await window.notifications.read()).filter(({ text }) => text.includes(words));

/** One answer that costs so many tokens. */
const costs = (groq: Simulator, total: number): void =>
  groq.nextAnswer({ text: 'Cause. Because.', usage: { prompt: 500, completion: total - 500 } });

const groqKey1 = ({ keyBook }: OpenLedger): ApiKey => {
  const key = keyBook.all().find(({ provider, number }) => provider === 'groq' && number === 1);
  assert.ok(key !== undefined);
  return key;
};

const ofGroqKey1 = (open: OpenLedger) =>
  ({ key: 'groq/1', fingerprint: groqKey1(open).fingerprint, atMs: Date.now() }) as const;

/** What scenario 1 leaves. */
async function toldOf92Percent(open: OpenLedger): Promise<void> {
  await spend(open.ledger, groqKey1(open), 13_248);
  const { endMs: resetAtMs } = quotaDay(Date.now(), 'UTC');
  const amounts = { used: 13_248, value: 14_400, remaining: 1_152, percentage: 92 };
  const status: LongLimitStatus = {
    limit: 'tokensPerDay',
    scope: '*',
    form: 'calendar',
    source: 'user',
    ...amounts,
    resetAtMs,
  };
  await tellOf(open, [{ ...ofGroqKey1(open), kind: 'thresholdPassed', thresholdPercent: 90, isDaily: true, status }]);
}

function toldOfOneBadHour(open: OpenLedger): Promise<void> {
  const of = ofGroqKey1(open);
  const sentence = 'Groq Key 1 was refused: check or replace the key at https://console.groq.com/keys';
  return tellOf(open, [
    { ...of, kind: 'refused', sentence },
    { kind: 'allFailed', atMs: of.atMs, route: 'r1', reasons: [{ provider: 'groq', sentence }] },
    { ...of, kind: 'answered' },
  ]);
}
