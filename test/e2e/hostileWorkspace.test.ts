import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { commandIds, type CommandId } from '../../src/editor/commands/commandIds.ts';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys } from '../harness/workbench/keyState.ts';
import type { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { startLocal } from '../simulator/local/local.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { keyRows } from './support/keys.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

/** What answers a command that a repository runs: nothing is done before the user answers it. */
type Answer =
  | { readonly modal: RegExp }
  | { readonly box: RegExp }
  /** A place is asked for, and then a modal names it. */
  | { readonly file: RegExp; readonly modal: RegExp };

/** Commands that could carry something out, or change where things go, and how each asks first. */
const asks: Readonly<Partial<Record<CommandId, Answer>>> = {
  'aiKeys.removeKey': { modal: /Remove Groq Key 1\?/ },
  'aiKeys.addKey': { box: /^Add (Groq )?Key$/ },
  'aiKeys.editKey': { box: /Edit Groq Key 1/ },
  'aiKeys.addProvider': { box: /Add Provider/ },
  'aiKeys.editProvider': { box: /Edit (Groq|Provider)/ },
  'aiKeys.exportEnv': { file: /Export Keys as \.env/, modal: /readable by anyone who opens the file/ },
  'aiKeys.exportBackup': { box: /Back Up Keys/ },
  'aiKeys.importBackup': { box: /Restore Keys/ },
  'aiKeys.setUpTelegram': { box: /Set Up Telegram/ },
  'aiKeys.setUpEmail': { box: /Set Up Email/ },
};

/** VS Code's own command that runs others, with their arguments. */
const chain = 'runCommands';

/** How long a key or its effect may take before it is pressed again. */
const lookMs = 3_000;

type Simulators = { readonly groq: Simulator; readonly thief: Simulator };

/** A window with one key, on a repository whose settings and tasks mean harm. */
const hostile = {
  simulators: { groq: startGroq, thief: startLocal },
  keys: ({ groq }: Simulators) => goodKeys(groq, 1),
  // Rows of the terminal that can be read.
  settings: () => ({ 'terminal.integrated.gpuAcceleration': 'off' }),
  workspace: plant,
};

describe('A workspace that means harm', () => {
  it(
    'moves no provider and adds no alert target by its settings: the key stays with the address it was added for',
    withWorkbench(hostile, async ({ workbench, groq, thief }) => {
      await workbench.tree().action('Key 1', 'Check Key');
      await workbench.notifications.waitFor('Groq Key 1 works.');
      assert.equal(groq.requestsOf(groq.key('good', 1)).length, 1);
      assert.equal(thief.requests.length, 0);
      await workbench.runAndPick('AI Keys: Send a Test Message', 'Telegram');
      await workbench.quickInput.waitForTitle(/Set Up Telegram/);
      await workbench.quickInput.cancel();
      assert.equal(thief.requests.length, 0);
    }),
  );

  it(
    'holds the key where a synced setting moves its provider, or the address of its check alone',
    withWorkbench(hostile, async ({ workbench, session, groq, thief }) => {
      const moves = [{ baseUrl: thief.baseUrl }, { baseUrl: groq.baseUrl, checkUrl: thief.checkUrl }];
      for (const moved of moves) {
        await session.changeSettings({ 'aiKeys.providers': { groq: moved } });
        await workbench
          .tree()
          .row(/Key 1.*address not confirmed/)
          .waitFor();
        await workbench.runCommand('AI Keys: Check All Keys');
        await workbench.notifications.waitFor(/0 of 1 keys work\. Groq Key 1 is held/);
        assert.equal(thief.requests.length, 0);
        await session.changeSettings(demoSettings(groq));
        await workbench
          .tree()
          .row(/Key 1(?!.*not confirmed)/)
          .waitFor();
        await workbench.runCommand('Notifications: Clear All Notifications');
      }
    }),
  );

  it(
    'gets from a command, or from several that run one after the other, no more than an empty question or a modal that names what would happen',
    withWorkbench(hostile, async ({ workbench, session, thief }) => {
      const written = await writtenIn(session);
      const keys = await keyRows(workbench);
      const commands = Object.entries(asks);
      assert.ok(commands.every(([command]) => commandIds.some((id) => id === command)));
      for (const [command, answer] of commands) {
        await runTask(workbench, command);
        await answered(workbench, answer, session);
        await endTask(workbench, command);
        assert.deepEqual(await keyRows(workbench), keys, command);
        assert.deepEqual(await writtenIn(session), written, command);
        assert.equal(thief.requests.length, 0, command);
      }
      await runTask(workbench, chain);
      await answered(workbench, { modal: /Remove Groq Key 1\?/ }, session);
      await answered(workbench, { box: /Edit Groq/ }, session);
      await endTask(workbench, chain);
      assert.deepEqual(await writtenIn(session), written);
      assert.deepEqual(await keyRows(workbench), keys);
      assert.equal(thief.requests.length, 0);
    }),
  );

  it(
    'gets nothing out of any other command either',
    withWorkbench(hostile, async ({ workbench, session, groq, thief }) => {
      const written = await writtenIn(session);
      for (const command of commandIds.filter((id) => asks[id] === undefined)) {
        await runTask(workbench, command);
        await endTask(workbench, command);
      }
      assert.equal((await keyRows(workbench)).length, 1);
      assert.deepEqual(await writtenIn(session), written);
      assert.equal(thief.requests.length, 0);
      assert.deepEqual(await filesWith([groq.key('good', 1)], [session.profile.workspaceDir]), []);
    }),
  );
});

const labelOf = (command: string): string => `run ${command}`;

/** Settings of its own, and a task for every command of the extension, with bait for an argument. */
async function plant(workspaceDir: string, { thief }: Simulators): Promise<void> {
  const folder = join(workspaceDir, '.vscode');
  await mkdir(folder, { recursive: true });
  const settings = {
    'aiKeys.providers': { groq: { baseUrl: thief.baseUrl, checkUrl: thief.checkUrl } },
    'aiKeys.alerts.telegram.chatId': '1',
    'aiKeys.alerts.telegram.apiUrl': thief.origin,
    'aiKeys.alerts.email.to': 'thief@evil.example',
    'aiKeys.alerts.email.host': '127.0.0.1',
    'aiKeys.analysis.neverSend': [],
  };
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  const commands = [
    { command: 'aiKeys.removeKey', args: 'groq/1' },
    { command: 'aiKeys.editProvider', args: 'groq' },
  ];
  const inputs: readonly { readonly id: string; readonly command: string; readonly args: unknown }[] = [
    ...commandIds.map((command) => ({ id: command, command, args: bait(workspaceDir, thief) })),
    { id: chain, command: chain, args: { commands } },
  ];
  const tasks = {
    version: '2.0.0',
    tasks: inputs.map(({ id }) => ({
      label: labelOf(id),
      type: 'process',
      command: `\${input:${id}}`,
      problemMatcher: [],
    })),
    inputs: inputs.map((input) => ({ ...input, type: 'command' })),
  };
  await writeFile(join(folder, 'tasks.json'), JSON.stringify(tasks));
}

/** Everything that an argument could be taken for: a key, a secret, a destination, a consent. */
function bait(workspaceDir: string, thief: Simulator): Readonly<Record<string, unknown>> {
  const target = join(workspaceDir, 'stolen');
  const address = thief.baseUrl;
  return {
    ...{ ref: 'groq/1', key: 'groq/1', keys: ['groq/1'], provider: 'groq', id: 'groq', kind: 'key' },
    ...{ secret: thief.key('good', 1), text: `GROQ_API_KEY_1=${thief.key('good', 2)}`, token: '1:x' },
    ...{ uri: `file://${target}`, path: target, fsPath: target, scheme: 'file', destination: target, file: target },
    ...{ baseUrl: address, checkUrl: address, url: address, apiUrl: address, origins: [thief.origin] },
    ...{ chatId: '1', to: 'thief@evil.example', email: 'thief@evil.example', host: 'evil.example' },
    ...{ passphrase: 'x', password: 'x', confirm: true, confirmed: true, force: true, modal: false, silent: true },
  };
}

/** What a command could have written. */
async function writtenIn(session: Session): Promise<unknown> {
  const files = await readdir(session.profile.workspaceDir, { recursive: true });
  return { settings: await session.userSettings(), files: files.toSorted() };
}

async function runTask(workbench: Workbench, command: string): Promise<void> {
  const label = labelOf(command);
  await workbench.runUntil('Tasks: Run Task', label, async () => {
    await workbench.quickInput.type(label, lookMs);
    await workbench.quickInput.pick(label, lookMs);
  });
}

async function answered(workbench: Workbench, answer: Answer, { profile }: Session): Promise<void> {
  if ('file' in answer) {
    const chosen = join(profile.home, 'chosen.env');
    await workbench.quickInput.waitForTitle(answer.file);
    await workbench.quickInput.chooseFile(chosen);
    const words = await workbench.dialog.text();
    assert.match(words, answer.modal);
    assert.ok(words.includes(chosen), words);
    await workbench.dialog.click('Cancel');
    assert.equal(existsSync(chosen), false);
    return;
  }
  if ('modal' in answer) {
    assert.match(await workbench.dialog.text(), answer.modal);
    await workbench.dialog.click('Cancel');
    return;
  }
  await workbench.quickInput.waitForTitle(answer.box);
  await workbench.quickInput.cancel();
}

/** Leaves whatever question the task's command asks, until it has returned: then VS Code begins with the task's own. */
async function endTask({ page, dialog, quickInput }: Workbench, command: string): Promise<void> {
  const begun = page.locator('.xterm-rows > div', { hasText: `Executing task: \${input:${command}}` }).first();
  const ended = async (): Promise<boolean> => {
    if (await begun.isVisible()) return true;
    if ((await dialog.isOpen()) || (await quickInput.isOpen())) await page.keyboard.press('Escape');
    return false;
  };
  await eventually(ended, { what: `the end of ${command}` });
}
