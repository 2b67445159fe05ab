import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { OpenLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGemini } from '../simulator/gemini/gemini.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, importEnv, sampleError, send } from './support/analysis.ts';
import { openAsAnotherWindow, saveRequest, spend, spendEarlierDays, spendExampleDay } from './support/exampleDay.ts';

const tile = (id: string): string => `[data-tile="${id}"] .value`;

describe('The dashboard in a real VS Code', () => {
  let groq: Simulator;
  let gemini: Simulator;
  let session: Session;
  let workbench: Workbench;
  let other: OpenLedger;
  before(async () => {
    groq = await startGroq();
    gemini = await startGemini();
    const providers = { groq: { baseUrl: groq.baseUrl }, gemini: { baseUrl: gemini.baseUrl, resetTimeZone: 'UTC' } };
    session = await Session.start({ settings: { 'aiKeys.providers': providers } });
    const lines = [1, 2, 3].flatMap((number) => [
      `GROQ_API_KEY_${number}=${groq.key('good', number)}`,
      `GROQ_KEY_${number}_PRIORITY=${number}`,
      `GROQ_KEY_${number}_DAILY_LIMIT=14400`,
    ]);
    for (const number of [1, 2]) {
      lines.push(`GEMINI_API_KEY_${number}=${gemini.key('good', number)}`, `GEMINI_KEY_${number}_DAILY_LIMIT=1500`);
    }
    await writeFile(join(session.profile.workspaceDir, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
    workbench = await session.openWindow();
    await importEnv(workbench, /5 keys added/);
    other = await openAsAnotherWindow(session.profile.dataDir);
    await spendEarlierDays(other);
  });

  after(async () => {
    other.ledger.dispose();
    await session.close();
    await Promise.all([groq.stop(), gemini.stop()]);
  });

  /** Once, also where a test is tried again. */
  let spent: Promise<void> | undefined;
  let spentMore: Promise<void> | undefined;

  async function spendMore(): Promise<void> {
    const key = other.keyBook.all().find(({ provider, number }) => provider === 'groq' && number === 3);
    assert.ok(key);
    await spend(other.ledger, key, 1_440);
    await saveRequest(other.ledger, 'one-more', 'answered');
  }

  it('opens by its command, and shows keys before anything was asked', async () => {
    await workbench.runCommand('AI Keys: Open Dashboard');
    await workbench.webview().waitForText('Gemini');
    await workbench.webview().waitForText('0% (0/14.4K)');
  });

  it('moves to the numbers of the contract’s example while it is open', async () => {
    await (spent ??= spendExampleDay(other));
    const panel = workbench.webview();
    const expected = [
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
    let text = '';
    await eventually(
      async () => {
        text = (await panel.text()).replace(/\s+/g, ' ');
        return expected.every((words) => text.includes(words));
      },
      { what: 'the numbers of the example' },
    ).catch(() => undefined);
    for (const words of expected) assert.ok(text.includes(words), `${words} is not in ${text}`);
    assert.match(text, /Resets in (\d+h|\d+m|\d+s)/);
    await workbench.runCommand('Notifications: Clear All Notifications');
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await eventually(async () => (await workbench.notifications.read()).length === 0, { what: 'no toast' });
    await workbench.screenshot('screenshots/dashboard-example');
  });

  it('shows what another window spends within a second', async () => {
    await (spentMore ??= spendMore());
    const begun = Date.now();
    const panel = workbench.webview();
    await panel.locator(tile('requests')).filter({ hasText: '1,235' }).waitFor({ timeout: 5_000 });
    await panel.waitForText('40% (5.8K/14.4K)', 5_000);
    console.log(`      shown after ${Date.now() - begun} ms`);
  });

  it('shows a request of its own window, and unfolds why its key was taken', async () => {
    await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
    await send(workbench);
    await eventually(async () => groq.chatsOf().length + gemini.chatsOf().length > 0, { what: 'a call' });
    await workbench.webview().waitForText('Cause.');
    await workbench.runCommand('AI Keys: Open Dashboard');
    // The other groups are those without the focus, which it takes a moment to get.
    await workbench.page.locator('.editor-group-container.active .tab.active', { hasText: 'Dashboard' }).waitFor();
    await workbench.runCommand('View: Close Editors in Other Groups');
    const panel = workbench.webview();
    await panel.locator(tile('requests')).filter({ hasText: '1,236' }).waitFor();
    const first = panel.locator('.route').first();
    await first.locator('.asked-by', { hasText: 'Analyze Error' }).waitFor();
    await first.locator('summary').click();
    await first.locator('.trace li').first().waitFor();
    assert.match(await first.locator('.trace').innerText(), /Groq Key 1/);
  });

  it('does what the tree does from a key’s menu', async () => {
    const panel = workbench.webview();
    await panel.button('Actions for Gemini Key 2').press('Enter');
    await panel.locator('[role="menuitem"]').filter({ hasText: 'Disable' }).click();
    await panel.locator('[data-key="gemini/2"]').filter({ hasText: 'disabled' }).waitFor();
    await workbench.openView('AI Keys');
    await workbench
      .tree()
      .row(/Key 2.*disabled/)
      .waitFor();
  });

  it('looks at a day by hours, and comes back', async () => {
    const panel = workbench.webview();
    await panel.locator('.graph').press('Enter');
    await panel.waitForText('Usage by hour');
    await panel.button('Back to 7 days').click();
    await panel.waitForText('Usage, last 7 days');
  });

  it('exports a report of the quota day, after its place was chosen', async () => {
    const file = join(session.profile.workspaceDir, 'report.csv');
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
    assert.equal(of('groq/3'), 5_760);
  });

  it('says so where a report cannot be written', async () => {
    await workbench.runAndPick('AI Keys: Export Report', 'Last 24 hours');
    await workbench.quickInput.pick('JSON');
    await workbench.quickInput.waitForTitle('Save Report');
    await workbench.quickInput.chooseFile('/sys/report.json');
    await workbench.notifications.waitFor(/could not be written/);
  });

  it('is there again after a restart, with its numbers', async () => {
    await workbench.runCommand('AI Keys: Open Dashboard');
    await session.restart();
    workbench = await session.openWindow();
    await workbench.webview().locator(tile('requests')).filter({ hasText: '1,236' }).waitFor({ timeout: 60_000 });
  });

  for (const kind of ['light', 'dark', 'hc-black', 'hc-light'] as const) {
    it(`follows the theme ${kind}`, async () => {
      await workbench.setTheme(kind);
      await workbench.webview().locator('.u-wrap canvas').waitFor();
      await workbench.screenshot(`screenshots/dashboard-${kind}`);
    });
  }
});
