import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../harness/workbench/eventually.ts';
import type { Session } from '../../harness/workbench/session.ts';
import type { Workbench } from '../../harness/workbench/workbench.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { analyzeClipboard, sampleError, send } from './analysis.ts';
import { commandTitles } from './commandTitles.ts';
import { addKey } from './keys.ts';
import { ask } from './question.ts';

export type CommandDesk = {
  readonly groq: () => Simulator;
  readonly session: () => Session;
  readonly workbench: () => Workbench;
};

const titleOf = commandTitles();

/** Plays each command and looks at what it did. In their order: each leaves what the next one needs. */
export function commandCases({ groq, session, workbench }: CommandDesk): Readonly<Record<string, () => Promise<void>>> {
  const workspaceDir = (): string => session().profile.workspaceDir;
  const keyRow = (number: number, rest = ''): Promise<void> =>
    workbench()
      .tree()
      .row(new RegExp(`Key ${number}(?!\\d).*${rest}`))
      .waitFor();
  const run = (id: string): Promise<void> => workbench().runCommand(titleOf.get(id) ?? id);
  const closeAll = (): Promise<void> => workbench().runCommand('View: Close All Editors');
  const order = async (): Promise<string> =>
    (await workbench().tree().texts()).flatMap((text) => /Key (\d)/.exec(text)?.[1] ?? []).join('');
  const passphrase = async (title: RegExp): Promise<void> => {
    await workbench().quickInput.waitForTitle(title);
    await workbench().quickInput.type('correct horse battery');
    await workbench().quickInput.accept();
  };
  return {
    'aiKeys.addKey': async () => {
      await addKey(workbench(), 'Groq', groq().key('good', 2));
      await keyRow(2);
    },
    'aiKeys.tryWithoutKey': async () => {
      await run('aiKeys.tryWithoutKey');
      await workbench().quickInput.waitForTitle('Try Without a Key');
      await workbench().quickInput.accept();
      await workbench()
        .webview()
        .waitForText(/undefined/);
      assert.equal(groq().chatsOf().length, 0, 'nothing was sent');
      await closeAll();
    },
    'aiKeys.ask': async () => {
      groq().nextAnswer({ text: 'Forty-two.' });
      await ask(workbench(), 'What is six by seven?', 'Forty-two.');
      assert.equal(groq().chatsOf().length, 1);
    },
    'aiKeys.analyzeError': async () => {
      groq().nextAnswer({ text: 'A customer is missing.' });
      await analyzeClipboard(workbench(), sampleError(workspaceDir()));
      await send(workbench());
      await workbench().webview().waitForText('A customer is missing.');
      await closeAll();
    },
    'aiKeys.explainRoute': async () => {
      await run('aiKeys.explainRoute');
      await workbench().webview().waitForText('Keys that were asked');
      await closeAll();
    },
    'aiKeys.clearCache': async () => {
      const before = groq().chatsOf().length;
      await ask(workbench(), 'What is six by seven?', 'Forty-two.');
      assert.equal(groq().chatsOf().length, before, 'from the cache');
      await run('aiKeys.clearCache');
      await workbench().page.locator('.statusbar').getByText('the answer cache is empty').waitFor();
      groq().nextAnswer({ text: 'Still forty-two.' });
      await ask(workbench(), 'What is six by seven?', 'Still forty-two.');
      assert.equal(groq().chatsOf().length, before + 1, 'asked anew');
    },
    'aiKeys.moveKeyDown': async () => {
      await run('aiKeys.moveKeyDown');
      await workbench().quickInput.pick('Groq Key 1');
      await eventually(async () => (await order()) === '21', { what: 'the order 2, 1' });
    },
    'aiKeys.moveKeyUp': async () => {
      await run('aiKeys.moveKeyUp');
      await workbench().quickInput.pick('Groq Key 1');
      await eventually(async () => (await order()) === '12', { what: 'the order 1, 2' });
    },
    'aiKeys.editKey': async () => {
      await run('aiKeys.editKey');
      await workbench().quickInput.pick('Groq Key 2');
      await workbench().quickInput.waitForTitle(/Groq Key 2/);
      await workbench().quickInput.cancel();
    },
    'aiKeys.disableKey': async () => {
      await run('aiKeys.disableKey');
      await workbench().quickInput.check('Groq Key 2', true);
      await workbench().quickInput.pressButton('OK');
      await keyRow(2, 'disabled');
    },
    'aiKeys.enableKey': async () => {
      await run('aiKeys.enableKey');
      // The box may still hold the palette's own rows.
      await workbench().quickInput.waitForTitle('Enable Keys');
      await workbench().quickInput.row('Groq Key 2').waitFor();
      assert.deepEqual(await workbench().quickInput.items(), ['Groq Key 2'], 'only what is disabled');
      await workbench().quickInput.check('Groq Key 2', true);
      await workbench().quickInput.pressButton('OK');
      await eventually(async () => !(await workbench().tree().texts()).join().includes('disabled'), {
        what: 'no disabled key',
      });
    },
    'aiKeys.checkKey': async () => {
      await run('aiKeys.checkKey');
      await workbench().quickInput.pick('Groq Key 1');
      await workbench().notifications.waitFor(/Groq Key 1 works/);
    },
    'aiKeys.checkAllKeys': async () => {
      await run('aiKeys.checkAllKeys');
      await workbench().notifications.waitFor(/All 2 keys work/);
    },
    'aiKeys.refreshModels': async () => {
      await run('aiKeys.refreshModels');
      await workbench().notifications.waitFor(/Groq serves \d+ models/);
    },
    'aiKeys.refresh': async () => {
      await workbench().runCommand('Notifications: Clear All Notifications');
      await run('aiKeys.refresh');
      await keyRow(1);
      assert.deepEqual(await workbench().notifications.read(), []);
    },
    'aiKeys.importEnv': async () => {
      await writeFile(join(workspaceDir(), '.env'), `GROQ_API_KEY_3=${groq().key('good', 3)}\n`);
      await run('aiKeys.importEnv');
      await workbench().quickInput.waitForTitle(/Import Keys from/);
      await workbench().quickInput.accept();
      await keyRow(3);
    },
    'aiKeys.removeKey': async () => {
      await run('aiKeys.removeKey');
      await workbench().quickInput.check('Groq Key 3', true);
      await workbench().quickInput.pressButton('OK');
      assert.match(await workbench().dialog.text(), /Remove Groq Key 3\?/);
      await workbench().dialog.click('Cancel');
      await keyRow(3);
      await run('aiKeys.removeKey');
      await workbench().quickInput.check('Groq Key 3', true);
      await workbench().quickInput.pressButton('OK');
      await workbench().dialog.click('Remove');
      await eventually(async () => (await order()) === '12', { what: 'two keys' });
    },
    'aiKeys.addProvider': async () => {
      await run('aiKeys.addProvider');
      await workbench().quickInput.waitForTitle('Add Provider');
      await workbench().quickInput.row('Another one, by its address').waitFor();
      await workbench().quickInput.cancel();
    },
    'aiKeys.editProvider': async () => {
      await run('aiKeys.editProvider');
      await workbench().quickInput.waitForTitle('Edit Provider');
      await workbench().quickInput.pick('Groq');
      await workbench().quickInput.waitForTitle(/Groq/);
      await workbench().quickInput.cancel();
    },
    'aiKeys.openDashboard': async () => {
      await run('aiKeys.openDashboard');
      await workbench().webview().waitForText('Usage, last 7 days');
      await closeAll();
    },
    'aiKeys.exportEnv': async () => {
      const file = join(workspaceDir(), 'keys.env');
      await run('aiKeys.exportEnv');
      await workbench().quickInput.waitForTitle(/Export Keys as \.env/);
      await workbench().quickInput.chooseFile(file);
      assert.match(await workbench().dialog.text(), /readable by anyone/);
      await workbench().dialog.click('Cancel');
      await assert.rejects(readFile(file), 'nothing is written without a word');
      await run('aiKeys.exportEnv');
      await workbench().quickInput.waitForTitle(/Export Keys as \.env/);
      await workbench().quickInput.chooseFile(file);
      await workbench().dialog.click('Write Secrets');
      await workbench().notifications.waitFor(/2 keys are in .*keys\.env/);
      assert.match(await readFile(file, 'utf8'), /GROQ_API_KEY_1=/);
    },
    'aiKeys.exportBackup': async () => {
      await run('aiKeys.exportBackup');
      await passphrase(/\(1\/2\)/);
      await passphrase(/\(2\/2\)/);
      await workbench().quickInput.waitForTitle(/Back Up Keys$/);
      await workbench().quickInput.chooseFile(join(workspaceDir(), 'keys.json'));
      assert.match(await workbench().dialog.text(), /encrypted with your passphrase/);
      await workbench().dialog.click('Write Backup');
      await workbench().notifications.waitFor(/2 keys are in .*keys\.json/);
      assert.match(await readFile(join(workspaceDir(), 'keys.json'), 'utf8'), /"ai-keys-backup"/);
    },
    'aiKeys.importBackup': async () => {
      await workbench()
        .tree()
        .menu(/Key 2(?!\d)/, 'Remove Key');
      await workbench().dialog.click('Remove');
      await eventually(async () => (await order()) === '1', { what: 'one key' });
      await run('aiKeys.importBackup');
      await workbench().quickInput.waitForTitle(/Restore Keys from a Backup/);
      await workbench().quickInput.chooseFile(join(workspaceDir(), 'keys.json'), 'Open');
      await passphrase(/Restore Keys from keys\.json/);
      await workbench().quickInput.row('Restore 1 key').waitFor();
      await workbench().quickInput.accept();
      assert.match(await workbench().dialog.text(), /Added: Groq Key 2/);
      await workbench().dialog.click('Restore');
      await keyRow(2);
    },
    'aiKeys.exportReport': async () => {
      const file = join(workspaceDir(), 'report.md');
      await run('aiKeys.exportReport');
      await workbench().quickInput.pick('Current quota day');
      await workbench().quickInput.pick('Markdown');
      await workbench().quickInput.waitForTitle('Save Report');
      await workbench().quickInput.chooseFile(file);
      await workbench().notifications.waitFor(/The report is in/);
      assert.match(await readFile(file, 'utf8'), /Groq/);
    },
    'aiKeys.openRunbook': async () => {
      await run('aiKeys.openRunbook');
      await workbench().quickInput.pick('Every key failed');
      await workbench().webview().waitForText('What AI Keys did by itself');
      await closeAll();
    },
    'aiKeys.showAlerts': async () => {
      await run('aiKeys.showAlerts');
      await workbench().webview().waitForText('Alerts of the last 30 days');
      await closeAll();
    },
    'aiKeys.testAlert': async () => {
      await run('aiKeys.testAlert');
      await workbench().quickInput.pick('Notification');
      await workbench().notifications.waitFor(/AI Keys: .*test/i);
    },
    'aiKeys.setUpTelegram': async () => {
      await run('aiKeys.setUpTelegram');
      await workbench().quickInput.waitForTitle(/Telegram/);
      await workbench().quickInput.cancel();
    },
    'aiKeys.setUpEmail': async () => {
      await run('aiKeys.setUpEmail');
      await workbench().quickInput.waitForTitle(/Set Up Email/);
      await workbench().quickInput.cancel();
    },
    'aiKeys.showLog': async () => {
      await run('aiKeys.showLog');
      await workbench()
        .page.locator('.part.panel .pane-composite-part, .part.panel')
        .getByText('Output')
        .first()
        .waitFor();
      assert.ok((await session().extensionLog()).includes('Groq Key'), 'there is something to show');
    },
    'aiKeys.openSettings': async () => {
      await run('aiKeys.openSettings');
      await workbench().tab('Settings').waitFor();
      await workbench().page.locator('.settings-editor').getByText('Providers').first().waitFor();
      await closeAll();
    },
  };
}
