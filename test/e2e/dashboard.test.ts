import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { openAsAnotherWindow } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGemini } from '../simulator/gemini/gemini.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { analyzeClipboard, sampleError, send } from './support/analysis.ts';
import { exampleKeys, saveRequest, spend, spendEarlierDays, spendExampleDay } from './support/exampleDay.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const tile = (id: string): string => `[data-tile="${id}"] .value`;

/** The keys of the contract's example, used on the six days before. */
const beforeTheDay = {
  simulators: { groq: startGroq, gemini: startGemini },
  settings: () => ({ 'aiKeys.providers': { gemini: { resetTimeZone: 'UTC' } } }),
  keys: exampleKeys,
  usage: spendEarlierDays,
};

const exampleDay = {
  ...beforeTheDay,
  usage: async (database: OpenLedger) => {
    await spendEarlierDays(database);
    await spendExampleDay(database);
  },
};

describe('The dashboard in a real VS Code', () => {
  it(
    '@smoke opens by its command on the numbers of the contract’s example',
    withWorkbench(exampleDay, async ({ workbench }) => {
      await workbench.runCommand('AI Keys: Open Dashboard');
      await showsExample(workbench);
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.quickInput.waitUntilClosed();
      await eventually(async () => (await workbench.notifications.read()).length === 0, { what: 'no toast' });
      await workbench.screenshot('screenshots/dashboard-example');
    }),
  );

  it(
    'shows keys before anything was asked, and what another window spends while it is open, within a second',
    withWorkbench(beforeTheDay, async ({ workbench, profile }) => {
      await workbench.runCommand('AI Keys: Open Dashboard');
      const panel = workbench.webview();
      await panel.waitForText('Gemini');
      await panel.waitForText('0% (0/14.4K)');
      const other = await openAsAnotherWindow(profile);
      await spendExampleDay(other);
      await showsExample(workbench);

      const key = other.keyBook.all().find(({ provider, number }) => provider === 'groq' && number === 3);
      assert.ok(key);
      await spend(other.ledger, key, 1_440);
      await saveRequest(other.ledger, 'one-more', 'answered');
      const begun = Date.now();
      await panel.locator(tile('requests')).filter({ hasText: '1,235' }).waitFor({ timeout: 5_000 });
      await panel.waitForText('40% (5.8K/14.4K)', 5_000);
      console.log(`      shown after ${Date.now() - begun} ms`);
      other.ledger.dispose();
    }),
  );

  it(
    'shows a request of its own window, unfolds why its key was taken, and is there again after a restart',
    withWorkbench(exampleDay, async ({ workbench, session, profile, groq, gemini }) => {
      await workbench.runCommand('AI Keys: Open Dashboard');
      await workbench.webview().locator(tile('requests')).filter({ hasText: '1,234' }).waitFor();
      await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
      await send(workbench);
      await eventually(async () => groq.chatsOf().length + gemini.chatsOf().length > 0, { what: 'a call' });
      await workbench.webview().waitForText('Cause.');
      await workbench.runCommand('AI Keys: Open Dashboard');
      // The other groups are those without the focus, which it takes a moment to get.
      await workbench.page.locator('.editor-group-container.active .tab.active', { hasText: 'Dashboard' }).waitFor();
      await workbench.runCommand('View: Close Editors in Other Groups');
      const panel = workbench.webview();
      await panel.locator(tile('requests')).filter({ hasText: '1,235' }).waitFor();
      const first = panel.locator('.route').first();
      await first.locator('.asked-by', { hasText: 'Analyze Error' }).waitFor();
      await first.locator('summary').click();
      await first.locator('.trace li').first().waitFor();
      assert.match(await first.locator('.trace').innerText(), /Groq Key 1/);

      await workbench.focus();
      await workbench.editorsStored('ashboard');
      await session.restart();
      const again = await session.openWindow();
      await again.webview().locator(tile('requests')).filter({ hasText: '1,235' }).waitFor();
    }),
  );

  it(
    'does what the tree does from a key’s menu, looks at a day by hours and comes back, and follows each theme',
    withWorkbench(exampleDay, async ({ workbench }) => {
      await workbench.runCommand('AI Keys: Open Dashboard');
      const panel = workbench.webview();
      await panel.button('Actions for Gemini Key 2').press('Enter');
      await panel.locator('[role="menuitem"]').filter({ hasText: 'Disable' }).click();
      await panel.locator('[data-key="gemini/2"]').filter({ hasText: 'disabled' }).waitFor();
      await workbench
        .tree()
        .row(/Key 2.*disabled/)
        .waitFor();

      await panel.locator('.graph').press('Enter');
      await panel.waitForText('Usage by hour');
      await panel.button('Back to 7 days').click();
      await panel.waitForText('Usage, last 7 days');

      for (const kind of ['light', 'dark', 'hc-black', 'hc-light'] as const) {
        await workbench.setTheme(kind);
        await panel.locator('.u-wrap canvas').waitFor();
        await workbench.screenshot(`screenshots/dashboard-${kind}`);
      }
    }),
  );

  it(
    'exports a report of the quota day after its place was chosen, and says so where it cannot be written',
    withWorkbench(exampleDay, async ({ workbench, profile }) => {
      const file = join(profile.workspaceDir, 'report.csv');
      await workbench.runAndPick('AI Keys: Export Report', 'Current quota day');
      await workbench.quickInput.pick('CSV');
      await workbench.quickInput.waitForTitle('Save Report');
      await workbench.quickInput.chooseFile(file);
      await workbench.notifications.waitFor(/The report is in/);
      const [head = '', ...lines] = (await readFile(file, 'utf8')).trim().split('\r\n');
      assert.match(head, /^from,provider,key,label,model,attempts,requests,tokens,failed,failures$/);
      const of = (ref: string): number =>
        lines
          .map((line) => line.split(','))
          .filter(([, , key]) => key === ref)
          .reduce((sum, cells) => sum + Number(cells[7]), 0);
      assert.equal(of('groq/2'), 14_400);
      assert.equal(of('groq/3'), 4_320);

      await workbench.runAndPick('AI Keys: Export Report', 'Last 24 hours');
      await workbench.quickInput.pick('JSON');
      await workbench.quickInput.waitForTitle('Save Report');
      await workbench.quickInput.chooseFile('/sys/report.json');
      await workbench.notifications.waitFor(/could not be written/);
    }),
  );
});

const exampleWords = [
  '1,234',
  '45,678',
  '99.03%',
  '12 failed',
  '1.2 s',
  'Groq Health 95% 3 keys',
  'Gemini Health 100% 2 keys',
  'Key 1 Primary 80% (11.5K/14.4K)',
  'Key 2 Backup 100% (14.4K/14.4K)',
  'Key 3 Emergency 30% (4.3K/14.4K)',
  'Key 1 40% (600/1500)',
  'Key 2 10% (150/1500)',
  'than the day before',
];

/** Waits until all of it is there; where it does not come, tells what is missing. */
async function showsExample(workbench: Workbench): Promise<void> {
  const panel = workbench.webview();
  let text = '';
  const isThere = async (): Promise<boolean> => {
    text = (await panel.text()).replaceAll(/\s+/g, ' ');
    return exampleWords.every((words) => text.includes(words));
  };
  await eventually(isThere, { what: 'the numbers of the example' }).catch(() => undefined);
  for (const words of exampleWords) assert.ok(text.includes(words), `${words} is not in ${text}`);
  assert.match(text, /Resets in (\d+h|\d+m|\d+s)/);
}
