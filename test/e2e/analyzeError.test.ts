import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, importEnv, sampleError, send } from './support/analysis.ts';

const fixedLine = "  if (customer === undefined) throw new Error('customer was not found');";
const wrongType = 'export const total: number = "many";\n';
const keptFile = 'config/pricing.ts';

describe('Analyze Error, in each way', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq({ limits: 'none' });
    session = await Session.start({
      settings: {
        ...demoSettings(groq),
        'aiKeys.analysis.answerLanguage': 'Esperanto',
        'aiKeys.analysis.neverSend': ['config/'],
      },
    });
    const { workspaceDir } = session.profile;
    await writeFile(join(workspaceDir, '.env'), `GROQ_API_KEY_1=${groq.key('good', 1)}\n`);
    await writeFile(join(workspaceDir, 'shop/total.ts'), wrongType);
    await mkdir(join(workspaceDir, 'config'));
    await writeFile(join(workspaceDir, keptFile), 'const marginOfOurs = 0.4;\n');
    workbench = await session.openWindow();
    await importEnv(workbench, /1 key added/);
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const lastPrompt = (): string => JSON.stringify(groq.chatsOf().at(-1)?.body ?? {});
  const file = (path: string): Promise<string> => readFile(join(session.profile.workspaceDir, path), 'utf8');
  const closeAll = (): Promise<void> => workbench.runCommand('View: Close All Editors');
  beforeEach(closeAll);

  async function answered(): Promise<void> {
    await workbench.webview().waitForText(/\d tokens/);
    await workbench.webview().button('Ask').waitFor();
  }

  it('takes the selection, with the code around it, and sends nothing before it was shown', async () => {
    await workbench.openFile('shop/customers.ts');
    await workbench.selectLines(13, 14);
    await workbench.runCommand('AI Keys: Analyze Error');
    const panel = workbench.webview();
    await panel.waitForText('shop/customers.ts, lines 1 to 16');
    assert.equal(groq.chatsOf().length, 0, 'only shown so far');
    await send(workbench);
    await answered();
    assert.match(lastPrompt(), /around the selection/);
  });

  it('asks for the answer in the language of the setting', () => {
    assert.match(lastPrompt(), /Write the answer in this language: Esperanto/);
  });

  it('takes a problem by its quick fix', async () => {
    await workbench.openFile('shop/total.ts');
    await workbench.page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await workbench.goTo(1, 15);
    const quickFix = workbench.page.locator('.action-widget').getByText('AI Keys: explain this problem');
    await eventually(
      async () => {
        await workbench.page.keyboard.press('Control+.');
        return await quickFix.waitFor({ timeout: 3_000 }).then(
          () => true,
          () => false,
        );
      },
      { what: 'the quick fix', timeoutMs: 40_000 },
    );
    await quickFix.click();
    const panel = workbench.webview();
    await panel.waitForText(/shop\/total\.ts:1:\d+: error ts 2322: Type 'string' is not assignable to type 'number'/);
    await send(workbench);
    await answered();
    assert.match(lastPrompt(), /around the reported problem/);
  });

  it('takes typed text', async () => {
    await workbench.clipboard('');
    await workbench.runToBox('AI Keys: Analyze Error', 'Analyze Error');
    await workbench.quickInput.type("KeyError: 'celsius' in a report");
    await workbench.quickInput.accept();
    await send(workbench);
    await answered();
    assert.match(lastPrompt(), /KeyError: 'celsius' in a report/);
  });

  it('shows a fix as a diff before it can be applied, and applies it as one undo step', async () => {
    const before = await file('shop/customers.ts');
    await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
    await send(workbench);
    const panel = workbench.webview();
    await panel.button('Show Diff: shop/customers.ts').waitFor();
    const added = await panel.locator('.line.new').allInnerTexts();
    assert.deepEqual(
      added.map((line) => line.trimEnd()),
      [`+ ${fixedLine}`],
      'what is the same is no change',
    );
    assert.equal(await panel.locator('.line.gone').count(), 0);
    assert.equal(await panel.button('Apply: shop/customers.ts').isDisabled(), true);
    await panel.button('Show Diff: shop/customers.ts').click();
    await workbench.tab('shop/customers.ts: fix proposed by AI Keys').waitFor();
    const proposed = workbench.page.locator('.monaco-diff-editor .view-line:visible');
    await proposed.filter({ hasText: 'was not found' }).first().waitFor();
    assert.equal(await file('shop/customers.ts'), before, 'only shown');
    await panel.button('Apply: shop/customers.ts').click();
    await workbench.tab('customers.ts').waitFor();
    await eventually(async () => (await workbench.editorText()).includes(fixedLine), { what: 'the fix in the editor' });
    // The panel, where "Apply" was pressed, may still have the focus.
    await workbench.page.locator('.editor-group-container.active .monaco-editor .view-line').first().click();
    await workbench.page.keyboard.press('Control+Z');
    await eventually(async () => !(await workbench.editorText()).includes(fixedLine), { what: 'the code of before' });
    await workbench.runCommand('File: Save');
    await eventually(async () => (await file('shop/customers.ts')) === before, { what: 'the file as it was' });
  });

  it('keeps what came when it is stopped, and gives the whole on “Ask Again”', async () => {
    groq.stream = { ...groq.stream, delayMs: 200 };
    await analyzeClipboard(workbench, `${sampleError(session.profile.workspaceDir)} (to be stopped)`);
    await send(workbench);
    const panel = workbench.webview();
    await panel.waitForText('Cause.');
    await panel.button('Stop').click();
    await panel.waitForText('Stopped before the answer was complete.');
    await eventually(async () => groq.inFlight === 0, { what: 'the end of the request' });
    assert.doesNotMatch(await panel.text(), /Proposed fixes/, 'half an answer holds no fix');
    groq.stream = { ...groq.stream, delayMs: 0 };
    await panel.button('Ask Again').click();
    await panel.waitForText('Proposed fixes');
  });

  it('sends nothing of a file that neverSend names, neither as a selection nor for a trace', async () => {
    const asked = groq.chatsOf().length;
    await workbench.openFile(keptFile);
    await workbench.selectLines(1);
    await workbench.runCommand('AI Keys: Analyze Error');
    await workbench.notifications.waitFor('This file is never sent: the setting aiKeys.analysis.neverSend names it.');
    await workbench.page.locator('iframe.webview').waitFor({ state: 'detached' });
    await closeAll();
    const trace = `    at total (${session.profile.workspaceDir}/${keptFile}:1:7)`;
    await analyzeClipboard(workbench, `TypeError: nothing here\n${trace}`);
    const panel = workbench.webview();
    await panel.waitForText(`${keptFile}: the setting aiKeys.analysis.neverSend names it`);
    assert.doesNotMatch(await panel.text(), /marginOfOurs/);
    assert.equal(groq.chatsOf().length, asked);
    await panel.button('Cancel').click();
    await panel.frame.locator('body').waitFor({ state: 'detached' });
  });

  it('reads nothing outside the workspace, by whatever way a trace names it', async () => {
    const { workspaceDir, home } = session.profile;
    await mkdir(join(home, 'elsewhere'));
    await writeFile(join(home, 'elsewhere/other.ts'), 'const marginOfOthers = 0.5;\n');
    await symlink(join(home, 'elsewhere'), join(workspaceDir, 'linked'));
    await symlink(join(home, 'elsewhere/other.ts'), join(workspaceDir, 'linked.ts'));
    const places = ['linked/other.ts', 'linked.ts', '../elsewhere/other.ts', `${home}/elsewhere/other.ts`];
    const trace = [...places, 'shop/customers.ts'].map((place) => `    at total (${place}:1:7)`);
    await analyzeClipboard(workbench, ['TypeError: nothing here', ...trace].join('\n'));
    const panel = workbench.webview();
    await panel.waitForText('shop/customers.ts, lines 1 to');
    assert.doesNotMatch(await panel.text(), /marginOfOthers/);
    await panel.button('Cancel').click();
  });

  it('is sent by the keyboard alone, and without being shown where the user wants it so', async () => {
    const { keyboard } = workbench.page;
    await analyzeClipboard(workbench, `${sampleError(session.profile.workspaceDir)} (remembered)`);
    const panel = workbench.webview();
    await panel.button('Send').waitFor();
    // The text that is sent, the box, Send.
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await answered();
    await closeAll();
    const asked = groq.chatsOf().length;
    await analyzeClipboard(workbench, `${sampleError(session.profile.workspaceDir)} (unseen)`);
    await answered();
    assert.equal(groq.chatsOf().length, asked + 1);
  });
});

describe('Analyze Error in a workspace that is not trusted', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq({ limits: 'none' });
    session = await Session.start({
      settings: {
        ...demoSettings(groq),
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
    });
    await writeFile(join(session.profile.workspaceDir, '.env'), `GROQ_API_KEY_1=${groq.key('good', 1)}\n`);
    workbench = await session.openWindow();
    await importEnv(workbench, /1 key added/);
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  it('shows what is sent each time, and applies nothing to files', async () => {
    const error = sampleError(session.profile.workspaceDir);
    const panel = workbench.webview();
    await analyzeClipboard(workbench, error);
    await panel.waitForText('shop/customers.ts, lines 1 to 16');
    assert.doesNotMatch(await panel.text(), /without showing it/, 'no way to leave that out');
    await send(workbench);
    await panel.button('Show Diff: shop/customers.ts').click();
    await workbench.tab('fix proposed by AI Keys').waitFor();
    await panel.button('Apply: shop/customers.ts').click();
    await panel.waitForText('Fixes are not applied in Restricted Mode. Trust the workspace first.');
    await workbench.runCommand('View: Close All Editors');
    await analyzeClipboard(workbench, `${error} again`);
    await panel.button('Send').waitFor();
    assert.equal(groq.chatsOf().length, 1);
  });
});
