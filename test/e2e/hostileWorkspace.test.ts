import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'mocha';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { startLocal } from '../simulator/local/local.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { commandIds, type CommandId } from '../../src/editor/commands/commandIds.ts';
import { filesWith } from './support/plantedSecrets.ts';

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

describe('A workspace that means harm', () => {
  let groq: Simulator;
  let thief: Simulator;
  let session: Session;
  let workbench: Workbench;
  let secret: string;

  before(async () => {
    groq = await startGroq();
    thief = await startLocal();
    secret = groq.key('good', 1);
    session = await Session.start({ settings: demoSettings(groq) });
    await plant();
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench.runAndPick('AI Keys: Add Key', 'Groq');
    await workbench.quickInput.waitForTitle('Add Groq Key');
    await workbench.quickInput.type(secret);
    await workbench.quickInput.accept();
    await workbench.notifications.waitFor('Groq Key 1 works.');
  });

  beforeEach(() => workbench.runCommand('Notifications: Clear All Notifications'));

  after(async () => {
    await session.close();
    await Promise.all([groq.stop(), thief.stop()]);
  });

  /** Everything that an argument could be taken for: a key, a secret, a destination, a consent. */
  const bait = (): Record<string, unknown> => {
    const target = join(session.profile.workspaceDir, 'stolen');
    const address = thief.baseUrl;
    return {
      ...{ ref: 'groq/1', key: 'groq/1', keys: ['groq/1'], provider: 'groq', id: 'groq', kind: 'key' },
      ...{ secret: thief.key('good', 1), text: `GROQ_API_KEY_1=${thief.key('good', 2)}`, token: '1:x' },
      ...{ uri: `file://${target}`, path: target, fsPath: target, scheme: 'file', destination: target, file: target },
      ...{ baseUrl: address, checkUrl: address, url: address, apiUrl: address, origins: [thief.origin] },
      ...{ chatId: '1', to: 'thief@evil.example', email: 'thief@evil.example', host: 'evil.example' },
      ...{ passphrase: 'x', password: 'x', confirm: true, confirmed: true, force: true, modal: false, silent: true },
    };
  };

  const labelOf = (command: string): string => `run ${command}`;

  /** Settings of its own, and a task for every command of the extension, with bait for an argument. */
  async function plant(): Promise<void> {
    const folder = join(session.profile.workspaceDir, '.vscode');
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
      ...commandIds.map((command) => ({ id: command, command, args: bait() })),
      { id: chain, command: chain, args: { commands } },
    ];
    const tasks = {
      version: '2.0.0',
      tasks: inputs.map(({ id }) => {
        return { label: labelOf(id), type: 'process', command: `\${input:${id}}`, problemMatcher: [] };
      }),
      inputs: inputs.map((input) => ({ ...input, type: 'command' })),
    };
    await writeFile(join(folder, 'tasks.json'), JSON.stringify(tasks));
  }

  async function runTask(command: CommandId): Promise<void> {
    await workbench.runCommand('Tasks: Run Task');
    await workbench.quickInput.type(labelOf(command));
    await workbench.quickInput.pick(labelOf(command));
  }

  const userSettings = (): Promise<string> => readFile(join(session.profile.dataDir, 'User/settings.json'), 'utf8');

  const keyRows = async (): Promise<readonly string[]> =>
    (await workbench.tree().texts()).filter((text) => /^Key \d/.test(text));

  const workspaceFiles = async (): Promise<readonly string[]> =>
    (await readdir(session.profile.workspaceDir, { recursive: true })).toSorted();

  it('moves no provider by its settings: the key stays with the address it was added for', async () => {
    await workbench.tree().action('Key 1', 'Check Key');
    await workbench.notifications.waitFor('Groq Key 1 works.');
    assert.ok(groq.requestsOf(secret).length >= 2);
    assert.equal(thief.requests.length, 0);
  });

  it('adds no alert target by its settings', async () => {
    await workbench.runAndPick('AI Keys: Send a Test Message', 'Telegram');
    await workbench.quickInput.waitForTitle(/Set Up Telegram/);
    await workbench.quickInput.cancel();
    assert.equal(thief.requests.length, 0);
  });

  it('holds the key where a synced setting moves its provider, or the address of its check alone', async () => {
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
  });

  for (const [command, answer] of Object.entries(asks)) {
    const how = 'modal' in answer ? 'a modal that names what would happen' : 'an empty question';
    it(`gets from ${command} no more than ${how}`, async () => {
      const [settings, files, keys] = await Promise.all([userSettings(), workspaceFiles(), keyRows()]);
      const id = commandIds.find((known) => known === command);
      assert.ok(id);
      await runTask(id);
      await answered(answer);
      assert.deepEqual(await keyRows(), keys);
      assert.equal(await userSettings(), settings);
      assert.deepEqual(await workspaceFiles(), files);
      assert.equal(thief.requests.length, 0);
    });
  }

  async function answered(answer: Answer): Promise<void> {
    if ('file' in answer) {
      const chosen = join(session.profile.home, 'chosen.env');
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

  it('gets no further with commands that run one after the other', async () => {
    const keys = await keyRows();
    await workbench.runCommand('Tasks: Run Task');
    await workbench.quickInput.type(labelOf(chain));
    await workbench.quickInput.pick(labelOf(chain));
    await answered({ modal: /Remove Groq Key 1\?/ });
    await workbench.quickInput.waitForTitle('Edit Groq');
    await workbench.quickInput.cancel();
    assert.deepEqual(await keyRows(), keys);
  });

  it('gets nothing out of any other command either', async () => {
    const settings = await userSettings();
    const files = await workspaceFiles();
    for (const command of commandIds.filter((id) => asks[id] === undefined)) {
      await runTask(command);
      await settle();
    }
    assert.equal((await keyRows()).length, 1);
    assert.equal(await userSettings(), settings);
    assert.deepEqual(await workspaceFiles(), files);
    assert.equal(thief.requests.length, 0);
    assert.deepEqual(await filesWith([secret], [session.profile.workspaceDir]), []);
  });

  /** Leaves whatever question came up, as often as one does. */
  async function settle(): Promise<void> {
    let calm = 0;
    await eventually(
      async () => {
        const open = (await workbench.dialog.isOpen()) || (await workbench.quickInput.isOpen());
        if (open) await workbench.page.keyboard.press('Escape');
        calm = open ? 0 : calm + 1;
        return calm > 10;
      },
      { what: 'a window without questions' },
    );
  }
});
