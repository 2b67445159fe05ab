import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { demoSettings, writeDemoEnv } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { ask } from './support/question.ts';

const steps = ['try', 'keys', 'answer', 'dashboard', 'alerts'] as const;

describe('The walkthrough', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    session = await Session.start({ settings: demoSettings(groq) });
    await writeDemoEnv(session.profile.workspaceDir, groq);
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const step = (id: (typeof steps)[number]) =>
    workbench.page.locator(`[data-done-step-id="ai-keys.ai-keys#start#${id}"]`).first();

  async function open(): Promise<void> {
    await workbench.runAndPick('Welcome: Open Walkthrough...', 'Get Started with AI Keys');
    await step('try').waitFor();
  }

  const choose = (id: (typeof steps)[number]): Promise<void> =>
    workbench.page.locator(`[data-step-id="ai-keys.ai-keys#start#${id}"] .step-title`).first().click();

  const done = (): Promise<readonly string[]> =>
    Promise.all(steps.map(async (id) => ((await step(id).getAttribute('aria-checked')) === 'true' ? id : ''))).then(
      (ids) => ids.filter((id) => id !== ''),
    );

  async function comesTo(expected: readonly string[]): Promise<void> {
    await open();
    await eventually(async () => (await done()).join() === expected.join(), {
      what: `the steps ${expected.join(', ')} done`,
    });
    await workbench.runCommand('View: Close All Editors');
  }

  it('opens from the welcome with all its steps still to do', async () => {
    await workbench.tree().welcome().getByText('Get started in five steps').click();
    await step('alerts').waitFor();
    assert.deepEqual(await done(), []);
    await workbench.runCommand('View: Close All Editors');
    for (const [theme, id, inPicture] of [
      ['light', 'keys', 'Gemini'],
      ['dark', 'answer', 'Groq 2'],
      ['hc-black', 'dashboard', '45,678'],
      ['hc-light', 'alerts', 'Groq 1 · 83%'],
    ] as const) {
      await workbench.setTheme(theme);
      await open();
      await choose(id);
      await workbench.webview().waitForText(inPicture);
      await workbench.screenshot(`screenshots/walkthrough-${theme}`);
      assert.deepEqual(await done(), [], 'looking at a step does not complete it');
      await workbench.runCommand('View: Close All Editors');
    }
  });

  it('leaves a step open whose command was begun and left', async () => {
    await workbench.runToBox('AI Keys: Try Without a Key', 'Try Without a Key');
    await workbench.quickInput.cancel();
    await comesTo([]);
  });

  it('completes "try" once the guidance is there', async () => {
    await workbench.runToBox('AI Keys: Try Without a Key', 'Try Without a Key');
    await workbench.quickInput.accept();
    await workbench.webview().waitForText(/undefined/);
    await comesTo(['try']);
  });

  it('completes "keys" with the first key, from its own button', async () => {
    await open();
    await choose('keys');
    await workbench.page.locator('.getting-started-step').getByRole('button', { name: 'Import .env' }).first().click();
    await workbench.quickInput.waitForTitle(/Import Keys from/);
    // By the mouse: the page that the button is on may take the focus back.
    await workbench.quickInput.pick('Import 3 keys');
    await workbench.tree().row('Key 3').waitFor();
    await comesTo(['try', 'keys']);
  });

  it('completes "answer" with the first answer of a model', async () => {
    groq.nextAnswer({ text: 'Here it is.' });
    await ask(workbench, 'Where is it?', 'Here it is.');
    await comesTo(['try', 'keys', 'answer']);
  });

  it('completes "dashboard" when it is seen', async () => {
    await workbench.statusBar.items('ai-keys.ai-keys').first().click();
    await workbench.webview().waitForText('Usage, last 7 days');
    await comesTo(['try', 'keys', 'answer', 'dashboard']);
  });

  it('completes "alerts" once messages have somewhere to go', async () => {
    await session.changeSettings({ 'aiKeys.alerts.telegram.chatId': '987654321' });
    await comesTo([...steps]);
  });
});
