import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../harness/workbench/eventually.ts';
import { analyzeClipboard, sampleError, send } from './analysis.ts';
import { closeAll, named, run, type CommandStory } from './commandStory.ts';
import { keysComeAndGo, keysLeaveAndComeBack, keysTakeTurns } from './keyCommandCases.ts';
import { ask } from './question.ts';

const questionsAreAnswered: CommandStory = {
  title: 'Questions are answered, once by a model and then from the cache',
  keys: 1,
  cases: {
    'aiKeys.tryWithoutKey': async (fixture) => {
      const { workbench, groq } = fixture;
      await workbench.runToBox(named('aiKeys.tryWithoutKey'), 'Try Without a Key');
      await workbench.quickInput.submit();
      await workbench.webview().waitForText(/undefined/);
      assert.equal(groq.chatsOf().length, 0, 'nothing was sent');
      await closeAll(fixture);
    },
    'aiKeys.ask': async ({ workbench, groq }) => {
      groq.nextAnswer({ text: 'Forty-two.' });
      await ask(workbench, 'What is six by seven?', 'Forty-two.');
      assert.equal(groq.chatsOf().length, 1);
    },
    'aiKeys.clearCache': async (fixture) => {
      const { workbench, groq } = fixture;
      const before = groq.chatsOf().length;
      await ask(workbench, 'What is six by seven?', 'Forty-two.');
      assert.equal(groq.chatsOf().length, before, 'from the cache');
      await run(fixture, 'aiKeys.clearCache');
      await workbench.page.locator('.statusbar').getByText('the answer cache is empty').waitFor();
      groq.nextAnswer({ text: 'Still forty-two.' });
      await ask(workbench, 'What is six by seven?', 'Still forty-two.');
      assert.equal(groq.chatsOf().length, before + 1, 'asked anew');
    },
    'aiKeys.analyzeError': async (fixture) => {
      const { workbench, groq, profile } = fixture;
      groq.nextAnswer({ text: 'A customer is missing.' });
      await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
      await send(workbench);
      await workbench.webview().waitForText('A customer is missing.');
      await closeAll(fixture);
    },
    'aiKeys.explainRoute': async (fixture) => {
      await run(fixture, 'aiKeys.explainRoute');
      await fixture.workbench.webview().waitForText('Keys that were asked');
      await closeAll(fixture);
    },
  },
};

const providersAreSetUp: CommandStory = {
  title: 'A provider is added, changed and asked for its models',
  keys: 1,
  cases: {
    'aiKeys.addProvider': async ({ workbench }) => {
      await workbench.runToBox(named('aiKeys.addProvider'), 'Add Provider');
      await workbench.quickInput.row('Another one, by its address').waitFor();
      await workbench.quickInput.cancel();
    },
    'aiKeys.editProvider': async ({ workbench }) => {
      await workbench.runToBox(named('aiKeys.editProvider'), 'Edit Provider');
      await workbench.quickInput.pick('Groq');
      await workbench.quickInput.waitForTitle(/Groq/);
      await workbench.quickInput.cancel();
    },
    'aiKeys.refreshModels': async (fixture) => {
      await run(fixture, 'aiKeys.refreshModels');
      await fixture.workbench.notifications.waitFor(/Groq serves \d+ models/);
    },
  },
};

const alertsAreSetUp: CommandStory = {
  title: 'Alerts are tried, set up and shown, before any key',
  keys: 0,
  cases: {
    'aiKeys.testAlert': async ({ workbench }) => {
      await workbench.runAndPick(named('aiKeys.testAlert'), 'Notification');
      await workbench.notifications.waitFor(/AI Keys: .*test/i);
    },
    'aiKeys.setUpTelegram': async ({ workbench }) => {
      await workbench.runToBox(named('aiKeys.setUpTelegram'), /Telegram/);
      await workbench.quickInput.cancel();
    },
    'aiKeys.setUpEmail': async ({ workbench }) => {
      await workbench.runToBox(named('aiKeys.setUpEmail'), /Set Up Email/);
      await workbench.quickInput.cancel();
    },
    'aiKeys.showAlerts': async (fixture) => {
      await run(fixture, 'aiKeys.showAlerts');
      await fixture.workbench.webview().waitForText('Alerts of the last 30 days');
      await closeAll(fixture);
    },
  },
};

const pagesAreOpened: CommandStory = {
  title: 'Figures, advice, settings and log are there to be read',
  keys: 1,
  cases: {
    'aiKeys.openDashboard': async (fixture) => {
      await run(fixture, 'aiKeys.openDashboard');
      await fixture.workbench.webview().waitForText('Usage, last 7 days');
      await closeAll(fixture);
    },
    'aiKeys.exportReport': async ({ workbench, profile }) => {
      const file = join(profile.workspaceDir, 'report.md');
      await workbench.runAndPick(named('aiKeys.exportReport'), 'Current quota day');
      await workbench.quickInput.pick('Markdown');
      await workbench.quickInput.waitForTitle('Save Report');
      await workbench.quickInput.chooseFile(file);
      await workbench.notifications.waitFor(/The report is in/);
      assert.match(await readFile(file, 'utf8'), /Groq/);
    },
    'aiKeys.openRunbook': async (fixture) => {
      await fixture.workbench.runAndPick(named('aiKeys.openRunbook'), 'Every key failed');
      await fixture.workbench.webview().waitForText('What AI Keys did by itself');
      await closeAll(fixture);
    },
    'aiKeys.openSettings': async (fixture) => {
      const { workbench } = fixture;
      await run(fixture, 'aiKeys.openSettings');
      await workbench.tab('Settings').waitFor();
      await workbench.page.locator('.settings-editor').getByText('Providers').first().waitFor();
      await closeAll(fixture);
    },
    'aiKeys.showLog': async (fixture) => {
      const { workbench, groq, session } = fixture;
      groq.nextAnswer({ text: 'Noted.' });
      await ask(workbench, 'Is this noted?', 'Noted.');
      await run(fixture, 'aiKeys.showLog');
      const panel = workbench.page.locator('.part.panel .pane-composite-part, .part.panel');
      await panel.getByText('Output').first().waitFor();
      const written = async (): Promise<boolean> => (await session.extensionLog()).includes('Groq Key');
      assert.ok(await eventually(written, { what: 'a line of the log' }), 'there is something to show');
    },
  },
};

/** Each in a window of its own; a case may need what those before it in its story have left. */
export const commandStories: readonly CommandStory[] = [
  keysComeAndGo,
  keysTakeTurns,
  questionsAreAnswered,
  keysLeaveAndComeBack,
  providersAreSetUp,
  alertsAreSetUp,
  pagesAreOpened,
];
