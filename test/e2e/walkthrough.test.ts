import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { writeDemoEnv } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { extensionId } from './support/analysis.ts';
import { addKey } from './support/keys.ts';
import { ask } from './support/question.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const steps = ['try', 'keys', 'answer', 'dashboard', 'alerts'] as const;
type Step = (typeof steps)[number];

const scene = { simulators: { groq: startGroq } };

const step = ({ page }: Workbench, id: Step): Locator =>
  page.locator(`[data-done-step-id="ai-keys.ai-keys#start#${id}"]`).first();

async function open(workbench: Workbench): Promise<void> {
  await workbench.runAndPick('Welcome: Open Walkthrough...', 'Get Started with AI Keys');
  await step(workbench, 'try').waitFor();
}

const choose = ({ page }: Workbench, id: Step): Promise<void> =>
  page.locator(`[data-step-id="ai-keys.ai-keys#start#${id}"] .step-title`).first().click();

async function done(workbench: Workbench): Promise<readonly Step[]> {
  const checked = await Promise.all(steps.map((id) => step(workbench, id).getAttribute('aria-checked')));
  return steps.filter((_, index) => checked[index] === 'true');
}

/** VS Code ticks only what it sees happen after the walkthrough was first opened in the window. */
async function comesTo(workbench: Workbench, expected: readonly Step[]): Promise<void> {
  await open(workbench);
  await eventually(async () => (await done(workbench)).join() === expected.join(), {
    what: `the steps ${expected.join(', ')} done`,
  });
  await workbench.runCommand('View: Close All Editors');
}

describe('The walkthrough', () => {
  it(
    'opens from the welcome with all its steps still to do, and leaves one open that was only looked at, or begun and left',
    withWorkbench(scene, async ({ workbench }) => {
      await workbench.tree().welcome().getByText('Get started in five steps').click();
      await step(workbench, 'alerts').waitFor();
      assert.deepEqual(await done(workbench), []);
      for (const [theme, id, inPicture] of [
        ['light', 'keys', 'Gemini'],
        ['dark', 'answer', 'Groq 2'],
        ['hc-black', 'dashboard', '45,678'],
        ['hc-light', 'alerts', 'Groq 1 · 83%'],
      ] as const) {
        await workbench.setTheme(theme);
        await choose(workbench, id);
        await workbench.webview().waitForText(inPicture);
        await workbench.screenshot(`screenshots/walkthrough-${theme}`);
        assert.deepEqual(await done(workbench), [], 'looking at a step does not complete it');
      }
      await workbench.runCommand('View: Close All Editors');
      await workbench.runToBox('AI Keys: Try Without a Key', 'Try Without a Key');
      await workbench.quickInput.cancel();
      await comesTo(workbench, []);
    }),
  );

  it(
    'completes "try" once the guidance is there, and "keys" with the first key, from its own button',
    withWorkbench({ ...scene, workspace: (folder, { groq }) => writeDemoEnv(folder, groq) }, async ({ workbench }) => {
      await comesTo(workbench, []);
      await workbench.runToBox('AI Keys: Try Without a Key', 'Try Without a Key');
      await workbench.quickInput.submit();
      await workbench.webview().waitForText(/undefined/);
      await comesTo(workbench, ['try']);

      await open(workbench);
      await choose(workbench, 'keys');
      const shown = workbench.page.locator('.getting-started-step');
      await shown.getByRole('button', { name: 'Import .env' }).first().click();
      await workbench.quickInput.waitForTitle(/Import Keys from/);
      // By the mouse: the page that the button is on may take the focus back.
      await workbench.quickInput.pick('Import 3 keys');
      await workbench.tree().row('Key 3').waitFor();
      await comesTo(workbench, ['try', 'keys']);
    }),
  );

  it(
    'completes "answer" with the first answer of a model, "dashboard" when it is seen, and "alerts" once messages have somewhere to go',
    withWorkbench(scene, async ({ workbench, session, groq }) => {
      await comesTo(workbench, []);
      await addKey(workbench, 'Groq', groq.key('good', 1));
      await workbench.tree().row('Key 1').waitFor();
      await comesTo(workbench, ['keys']);
      groq.nextAnswer({ text: 'Here it is.' });
      await ask(workbench, 'Where is it?', 'Here it is.');
      await comesTo(workbench, ['keys', 'answer']);

      await workbench.statusBar.items(extensionId).first().click();
      await workbench.webview().waitForText('Usage, last 7 days');
      await comesTo(workbench, ['keys', 'answer', 'dashboard']);

      await session.changeSettings({ 'aiKeys.alerts.telegram.chatId': '987654321' });
      await comesTo(workbench, ['keys', 'answer', 'dashboard', 'alerts']);
    }),
  );
});
