import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../harness/workbench/eventually.ts';
import type { Workbench } from '../../harness/workbench/workbench.ts';
import { comesToOrder, keyRow, named, run, runFor, type CommandStory } from './commandStory.ts';
import { addKey } from './keys.ts';

export const keysComeAndGo: CommandStory = {
  title: 'A key comes, is looked at and goes',
  keys: 2,
  cases: {
    'aiKeys.addKey': async (fixture) => {
      await addKey(fixture.workbench, 'Groq', fixture.groq.key('good', 3));
      await keyRow(fixture, 3);
    },
    'aiKeys.editKey': async ({ workbench }) => {
      await workbench.runAndPick(named('aiKeys.editKey'), 'Groq Key 2');
      await workbench.quickInput.waitForTitle(/Groq Key 2/);
      await workbench.quickInput.cancel();
    },
    'aiKeys.checkKey': async ({ workbench }) => {
      await workbench.runAndPick(named('aiKeys.checkKey'), 'Groq Key 1');
      await workbench.notifications.waitFor(/Groq Key 1 works/);
    },
    'aiKeys.checkAllKeys': async (fixture) => {
      await run(fixture, 'aiKeys.checkAllKeys');
      await fixture.workbench.notifications.waitFor(/All 3 keys work/);
    },
    'aiKeys.forgetLearned': async ({ workbench }) => {
      await workbench.runAndPick(named('aiKeys.forgetLearned'), 'Groq Key 2');
      await workbench.notifications.waitFor(/What was learned of Groq Key 2 is forgotten/);
    },
    'aiKeys.refresh': async (fixture) => {
      const { notifications } = fixture.workbench;
      await fixture.workbench.runCommand('Notifications: Clear All Notifications');
      // VS Code leaves the progress of a check on the screen for a moment after it has ended.
      await eventually(async () => (await notifications.read()).length === 0, { what: 'no notification' });
      await run(fixture, 'aiKeys.refresh');
      await keyRow(fixture, 1);
      assert.deepEqual(await notifications.read(), []);
    },
    'aiKeys.removeKey': async (fixture) => {
      const { dialog } = fixture.workbench;
      await runFor(fixture, 'aiKeys.removeKey', 'Remove Keys', 'Groq Key 3');
      assert.match(await dialog.text(), /Remove Groq Key 3\?/);
      await dialog.click('Cancel');
      await keyRow(fixture, 3);
      await runFor(fixture, 'aiKeys.removeKey', 'Remove Keys', 'Groq Key 3');
      await dialog.click('Remove');
      await comesToOrder(fixture, '12');
    },
  },
};

export const keysTakeTurns: CommandStory = {
  title: 'Keys change their order, and are switched off and on',
  keys: 2,
  cases: {
    'aiKeys.moveKeyDown': async (fixture) => {
      await fixture.workbench.runAndPick(named('aiKeys.moveKeyDown'), 'Groq Key 1');
      await comesToOrder(fixture, '21');
    },
    'aiKeys.moveKeyUp': async (fixture) => {
      await fixture.workbench.runAndPick(named('aiKeys.moveKeyUp'), 'Groq Key 1');
      await comesToOrder(fixture, '12');
    },
    'aiKeys.disableKey': async (fixture) => {
      await runFor(fixture, 'aiKeys.disableKey', 'Disable Keys', 'Groq Key 2');
      await keyRow(fixture, 2, 'disabled');
    },
    'aiKeys.enableKey': async ({ workbench }) => {
      const { quickInput } = workbench;
      await workbench.runToBox(named('aiKeys.enableKey'), 'Enable Keys');
      // The box may still hold the palette's own rows.
      await quickInput.row('Groq Key 2').waitFor();
      assert.deepEqual(await quickInput.items(), ['Groq Key 2'], 'only what is disabled');
      await quickInput.check('Groq Key 2', true);
      await quickInput.pressButton('OK');
      await eventually(async () => !(await workbench.tree().texts()).join().includes('disabled'), {
        what: 'no disabled key',
      });
    },
  },
};

async function typePassphrase({ quickInput }: Workbench, title: RegExp): Promise<void> {
  await quickInput.waitForTitle(title);
  await quickInput.type('correct horse battery');
}

export const keysLeaveAndComeBack: CommandStory = {
  title: 'Keys leave for a file and come back from it',
  keys: 2,
  cases: {
    'aiKeys.importEnv': async (fixture) => {
      const { workbench, groq, profile } = fixture;
      await writeFile(join(profile.workspaceDir, '.env'), `GROQ_API_KEY_3=${groq.key('good', 3)}\n`);
      await workbench.runToBox(named('aiKeys.importEnv'), /Import Keys from/);
      await workbench.quickInput.submit();
      await keyRow(fixture, 3);
    },
    'aiKeys.exportEnv': async ({ workbench, profile }) => {
      const { quickInput, dialog, notifications } = workbench;
      const file = join(profile.workspaceDir, 'keys.env');
      await workbench.runToBox(named('aiKeys.exportEnv'), /Export Keys as \.env/);
      await quickInput.chooseFile(file);
      assert.match(await dialog.text(), /readable by anyone/);
      await dialog.click('Cancel');
      await assert.rejects(readFile(file), 'nothing is written without a word');
      await workbench.runToBox(named('aiKeys.exportEnv'), /Export Keys as \.env/);
      await quickInput.chooseFile(file);
      await dialog.click('Write Secrets');
      await notifications.waitFor(/3 keys are in .*keys\.env/);
      assert.match(await readFile(file, 'utf8'), /GROQ_API_KEY_1=/);
    },
    'aiKeys.exportBackup': async ({ workbench, profile }) => {
      const { quickInput, dialog, notifications } = workbench;
      const file = join(profile.workspaceDir, 'keys.json');
      await workbench.runToBox(named('aiKeys.exportBackup'), /\(1\/2\)/);
      await typePassphrase(workbench, /\(1\/2\)/);
      await quickInput.acceptTo('Back Up Keys (2/2)');
      await typePassphrase(workbench, /\(2\/2\)/);
      await quickInput.accept();
      await quickInput.waitForTitle(/Back Up Keys$/);
      await quickInput.chooseFile(file);
      assert.match(await dialog.text(), /encrypted with your passphrase/);
      await dialog.click('Write Backup');
      await notifications.waitFor(/3 keys are in .*keys\.json/);
      assert.match(await readFile(file, 'utf8'), /"ai-keys-backup"/);
    },
    'aiKeys.importBackup': async (fixture) => {
      const { workbench, profile } = fixture;
      const { quickInput, dialog } = workbench;
      await workbench.tree().menu(/Key 2(?!\d)/, 'Remove Key');
      await dialog.click('Remove');
      await comesToOrder(fixture, '13');
      await workbench.runToBox(named('aiKeys.importBackup'), /Restore Keys from a Backup/);
      await quickInput.chooseFile(join(profile.workspaceDir, 'keys.json'), 'Open');
      await typePassphrase(workbench, /Restore Keys from keys\.json/);
      await quickInput.accept();
      await quickInput.row('Restore 1 key').waitFor();
      await quickInput.submit();
      assert.match(await dialog.text(), /Added: Groq Key 2/);
      await dialog.click('Restore');
      await keyRow(fixture, 2);
    },
  },
};
