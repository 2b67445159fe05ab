import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { actUntil, eventually } from '../harness/workbench/eventually.ts';
import { goodKeys } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, sampleError, send } from './support/analysis.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const fixedLine = "  if (customer === undefined) throw new Error('customer was not found');";

type Groq = { readonly groq: Simulator };

/** One key that is never at a limit. */
const oneKey = {
  simulators: { groq: () => startGroq({ limits: 'none' }) },
  keys: ({ groq }: Groq) => goodKeys(groq, 1),
};

const lastPrompt = (groq: Simulator): string => JSON.stringify(groq.chatsOf().at(-1)?.body ?? {});
const closeAll = (workbench: Workbench): Promise<void> => workbench.runCommand('View: Close All Editors');

async function answered(workbench: Workbench): Promise<void> {
  await workbench.webview().waitForText(/\d tokens/);
  await workbench.webview().button('Ask').waitFor();
}

describe('Analyze Error, in each way', () => {
  it(
    'takes the selection with the code around it, a problem by its quick fix, and typed text, sends nothing before it was shown, and asks for the answer in the language of the setting',
    withWorkbench(
      {
        ...oneKey,
        settings: () => ({ 'aiKeys.analysis.answerLanguage': 'Esperanto' }),
        workspace: (workspaceDir) =>
          writeFile(join(workspaceDir, 'shop/total.ts'), 'export const total: number = "many";\n'),
      },
      async ({ workbench, groq }) => {
        const panel = workbench.webview();
        await workbench.openFile('shop/customers.ts');
        await workbench.selectLines(13, 14);
        await workbench.runCommand('AI Keys: Analyze Error');
        await panel.waitForText('shop/customers.ts, lines 1 to 16');
        assert.equal(groq.chatsOf().length, 0, 'only shown so far');
        await send(workbench);
        await answered(workbench);
        assert.match(lastPrompt(groq), /around the selection/);
        assert.match(lastPrompt(groq), /Write the answer in this language: Esperanto/);
        await closeAll(workbench);

        await workbench.openFile('shop/total.ts');
        await workbench.page.locator('.squiggly-error').first().waitFor();
        await workbench.goTo(1, 15);
        const quickFix = workbench.page.locator('.action-widget').getByText('AI Keys: explain this problem');
        await actUntil({
          what: 'the quick fix',
          act: () => workbench.page.keyboard.press('Control+.'),
          seen: () => quickFix.click({ timeout: 3_000 }),
        });
        await panel.waitForText(
          /shop\/total\.ts:1:\d+: error ts 2322: Type 'string' is not assignable to type 'number'/,
        );
        await send(workbench);
        await answered(workbench);
        assert.match(lastPrompt(groq), /around the reported problem/);
        await closeAll(workbench);

        await workbench.clipboard('');
        await workbench.runToBox('AI Keys: Analyze Error', 'Analyze Error');
        await workbench.quickInput.type("KeyError: 'celsius' in a report");
        await workbench.quickInput.submit();
        await send(workbench);
        await answered(workbench);
        assert.match(lastPrompt(groq), /KeyError: 'celsius' in a report/);
      },
    ),
  );

  it(
    'shows a fix as a diff before it can be applied, and applies it as one undo step',
    withWorkbench(oneKey, async ({ workbench, profile }) => {
      const file = (): Promise<string> => readFile(join(profile.workspaceDir, 'shop/customers.ts'), 'utf8');
      const before = await file();
      await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
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
      assert.equal(await file(), before, 'only shown');
      await panel.button('Apply: shop/customers.ts').click();
      await workbench.tab('customers.ts').waitFor();
      await eventually(async () => (await workbench.editorText()).includes(fixedLine), {
        what: 'the fix in the editor',
      });
      // The panel, where "Apply" was pressed, may still have the focus.
      await workbench.page.locator('.editor-group-container.active .monaco-editor .view-line').first().click();
      await workbench.page.keyboard.press('Control+Z');
      await eventually(async () => !(await workbench.editorText()).includes(fixedLine), { what: 'the code of before' });
      await workbench.runCommand('File: Save');
      await eventually(async () => (await file()) === before, { what: 'the file as it was' });
    }),
  );

  it(
    'keeps what came when it is stopped, and gives the whole on “Ask Again”',
    withWorkbench(oneKey, async ({ workbench, profile, groq }) => {
      groq.next('endless');
      groq.stream = { ...groq.stream, delayMs: 200 };
      await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
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
    }),
  );

  it(
    'sends nothing of a file that neverSend names, and reads nothing outside the workspace, by whatever way a trace names it',
    withWorkbench(
      {
        ...oneKey,
        settings: () => ({ 'aiKeys.analysis.neverSend': ['config/'] }),
        workspace: async (workspaceDir) => {
          const elsewhere = join(workspaceDir, '../elsewhere');
          await mkdir(join(workspaceDir, 'config'));
          await writeFile(join(workspaceDir, 'config/pricing.ts'), 'const marginOfOurs = 0.4;\n');
          await mkdir(elsewhere);
          await writeFile(join(elsewhere, 'other.ts'), 'const marginOfOthers = 0.5;\n');
          await symlink(elsewhere, join(workspaceDir, 'linked'));
          await symlink(join(elsewhere, 'other.ts'), join(workspaceDir, 'linked.ts'));
        },
      },
      async ({ workbench, profile, groq }) => {
        const { home, workspaceDir } = profile;
        const keptFile = 'config/pricing.ts';
        await workbench.openFile(keptFile);
        await workbench.selectLines(1);
        await workbench.runCommand('AI Keys: Analyze Error');
        await workbench.notifications.waitFor(
          'This file is never sent: the setting aiKeys.analysis.neverSend names it.',
        );
        await workbench.page.locator('iframe.webview').waitFor({ state: 'detached' });
        await closeAll(workbench);
        const trace = `    at total (${workspaceDir}/${keptFile}:1:7)`;
        await analyzeClipboard(workbench, `TypeError: nothing here\n${trace}`);
        const panel = workbench.webview();
        await panel.waitForText(`${keptFile}: the setting aiKeys.analysis.neverSend names it`);
        assert.doesNotMatch(await panel.text(), /marginOfOurs/);
        await panel.button('Cancel').click();
        await panel.frame.locator('body').waitFor({ state: 'detached' });

        const places = ['linked/other.ts', 'linked.ts', '../elsewhere/other.ts', `${home}/elsewhere/other.ts`];
        const traces = [...places, 'shop/customers.ts'].map((place) => `    at total (${place}:1:7)`);
        await analyzeClipboard(workbench, ['TypeError: nothing here', ...traces].join('\n'));
        await panel.waitForText('shop/customers.ts, lines 1 to');
        assert.doesNotMatch(await panel.text(), /marginOfOthers/);
        await panel.button('Cancel').click();
        await panel.frame.locator('body').waitFor({ state: 'detached' });
        assert.equal(groq.chatsOf().length, 0);
      },
    ),
  );

  it(
    'is sent by the keyboard alone, and without being shown where the user wants it so',
    withWorkbench(oneKey, async ({ workbench, profile, groq }) => {
      const { keyboard } = workbench.page;
      await analyzeClipboard(workbench, `${sampleError(profile.workspaceDir)} (remembered)`);
      const panel = workbench.webview();
      await panel.button('Send').waitFor();
      const tabTo = (selector: string): Promise<void> =>
        actUntil({
          what: `the focus on ${selector}`,
          act: () => keyboard.press('Tab'),
          seen: () => panel.locator(`${selector}:focus`).waitFor({ timeout: 1_000 }),
        });
      await tabTo('.sent-text');
      await tabTo('vscode-checkbox');
      await keyboard.press('Space');
      await panel.locator('vscode-checkbox[aria-checked=true]').waitFor();
      await tabTo('vscode-button:has-text("Send")');
      await keyboard.press('Enter');
      await answered(workbench);
      await closeAll(workbench);
      const asked = groq.chatsOf().length;
      await analyzeClipboard(workbench, `${sampleError(profile.workspaceDir)} (unseen)`);
      await answered(workbench);
      assert.equal(groq.chatsOf().length, asked + 1);
    }),
  );
});

describe('Analyze Error in a workspace that is not trusted', () => {
  it(
    'shows what is sent each time, and applies nothing to files',
    withWorkbench(
      {
        ...oneKey,
        settings: () => ({
          'security.workspace.trust.enabled': true,
          'security.workspace.trust.startupPrompt': 'never',
          'security.workspace.trust.banner': 'never',
        }),
      },
      async ({ workbench, profile, groq }) => {
        const error = sampleError(profile.workspaceDir);
        const panel = workbench.webview();
        await analyzeClipboard(workbench, error);
        await panel.waitForText('shop/customers.ts, lines 1 to 16');
        assert.doesNotMatch(await panel.text(), /without showing it/, 'no way to leave that out');
        await send(workbench);
        await panel.button('Show Diff: shop/customers.ts').click();
        await workbench.tab('fix proposed by AI Keys').waitFor();
        await panel.button('Apply: shop/customers.ts').click();
        await panel.waitForText('Fixes are not applied in Restricted Mode. Trust the workspace first.');
        await closeAll(workbench);
        await analyzeClipboard(workbench, `${error} again`);
        await panel.button('Send').waitFor();
        assert.equal(groq.chatsOf().length, 1);
      },
    ),
  );
});
