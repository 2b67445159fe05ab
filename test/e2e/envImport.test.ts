import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGemini } from '../simulator/gemini/gemini.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { exampleEnv, writeEnv } from './support/exampleEnv.ts';
import { filesWith } from './support/plantedSecrets.ts';

describe('Import of a .env, as a person does it', () => {
  let groq: Simulator;
  let gemini: Simulator;
  let session: Session;
  let workbench: Workbench;
  let secrets: string[] = [];

  before(async () => {
    groq = await startGroq();
    gemini = await startGemini();
    const providers = { groq: { baseUrl: groq.baseUrl }, gemini: { baseUrl: gemini.baseUrl } };
    session = await Session.start({ settings: { 'aiKeys.providers': providers } });
    const { workspaceDir } = session.profile;
    execFileSync('git', ['init', '--quiet', workspaceDir]);
    const example = exampleEnv(groq, gemini);
    secrets = [...example.secrets];
    await writeEnv(workspaceDir, example.text, 'team.env');
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
  });

  after(async () => {
    await session.close();
    await groq.stop();
    await gemini.stop();
  });

  const screenHolds = async (): Promise<readonly string[]> => {
    const page = await workbench.page.content();
    return secrets.filter((secret) => page.includes(secret));
  };

  const openPreview = async (title: RegExp): Promise<string> => {
    await workbench.runToBox('AI Keys: Import .env', title);
    return (await workbench.quickInput.descriptions()).join('\n');
  };

  it('shows before anything is stored what will be added and where alerts would go, and no secret', async () => {
    const rows = await openPreview(/Import Keys from team\.env/);
    assert.match(rows, /Import 5 keys/);
    assert.match(rows, /Groq Key 3.*priority 3.*Tokens per day: 14,400.*line 7/);
    assert.match(rows, /Gemini Key 2.*priority 2.*Requests per day: 1,500/);
    assert.match(rows, /Telegram.*a bot token.*chat 987654321/);
    assert.match(rows, /Email.*admin@platform\.com/);
    assert.deepEqual(await screenHolds(), []);
    await workbench.screenshot('importPreview');
  });

  it('leaves everything as it is on Escape', async () => {
    await workbench.quickInput.cancel();
    await workbench.tree().welcome().waitFor();
  });

  it('adds the keys of the example, and takes its alert targets only after a modal that names them', async () => {
    await openPreview(/Import Keys from team\.env/);
    await workbench.quickInput.accept();
    const question = await workbench.dialog.text();
    assert.match(question, /chat 987654321/);
    assert.match(question, /admin@platform\.com/);
    await workbench.screenshot('importTargets');
    await workbench.dialog.click('Send Alerts There');
    await workbench.notifications.waitFor(/5 keys added from team\.env/);
    await workbench.notifications.waitFor(/need a mail server/);
    await workbench.tree().row('Key 3').waitFor();
  });

  it('warns that git does not ignore the file, and adds it to .gitignore when asked to', async () => {
    await workbench.notifications.click(/team\.env is not ignored by git/, 'Add to .gitignore');
    const { workspaceDir } = session.profile;
    await eventually(async () => (await readFile(join(workspaceDir, '.gitignore'), 'utf8')).includes('\n/team.env\n'), {
      what: 'the file in .gitignore',
    });
    execFileSync('git', ['-C', workspaceDir, 'check-ignore', 'team.env']);
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('says on the next import, from the menu of the file, that all of it is there, and warns no more', async () => {
    await workbench.openView('Explorer');
    await workbench.tree().menu('team.env', 'Import .env');
    await workbench.openView('AI Keys');
    await workbench.notifications.waitFor(/All 5 keys in team\.env are already there/);
    assert.equal((await workbench.notifications.read()).filter(({ text }) => /not ignored/.test(text)).length, 0);
  });

  it('takes what is pasted on the tree', async () => {
    const pasted = groq.key('good', 7);
    secrets.push(pasted);
    await workbench.clipboard(`export GROQ_API_KEY="${pasted}" # mine`);
    await workbench.tree().row('Key 1').click();
    await workbench.page.keyboard.press('Control+V');
    await workbench.quickInput.waitForTitle(/Import Keys from the clipboard/);
    await workbench.quickInput.accept();
    await workbench.tree().row('Key 4').waitFor();
  });

  it('takes a file and a text that are dropped on the tree', async () => {
    const [inFile, inText] = [groq.key('good', 8), groq.key('good', 9)];
    secrets.push(inFile, inText);
    await drop({ file: { name: '.env', text: `GROQ_API_KEY=${inFile}` } });
    await workbench.quickInput.waitForTitle(/Import Keys from \.env/);
    await workbench.quickInput.accept();
    await workbench.tree().row('Key 5').waitFor();
    await drop({ text: `GROQ_API_KEY=${inText}` });
    await workbench.quickInput.waitForTitle(/Import Keys from the dropped text/);
    await workbench.quickInput.accept();
    await workbench.tree().row('Key 6').waitFor();
  });

  it('has all of them again after a restart, limits and priorities included', async () => {
    const rows = async (): Promise<readonly string[]> =>
      (await workbench.tree().texts()).filter((text) => text.includes('Key '));
    const before = await rows();
    assert.equal(before.length, 8);
    await session.restart();
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await eventually(async () => (await rows()).length === before.length, { what: 'the keys of before' });
    assert.deepEqual(await rows(), before);
    await workbench.tree().row('Key 3').hover();
    await workbench.page.locator('.monaco-hover', { hasText: '14.4K' }).first().waitFor();
    assert.deepEqual(await screenHolds(), []);
  });

  it('left no secret anywhere but in the files of the user', async () => {
    const { dataDir, browserDir, workspaceDir } = session.profile;
    assert.deepEqual(await filesWith(secrets, [dataDir, browserDir, workspaceDir]), [join(workspaceDir, 'team.env')]);
    assert.ok((await session.extensionLog()).includes('Groq Key 1 added'), 'the log was looked through');
  });

  /** What a browser sends when something is dropped on the view. */
  async function drop(what: { text?: string; file?: { name: string; text: string } }): Promise<void> {
    const transfer = await workbench.page.evaluateHandle(`(() => {
      const made = new DataTransfer();
      const { text, file } = ${JSON.stringify(what)};
      if (text !== undefined) made.setData('text/plain', text);
      if (file !== undefined) made.items.add(new File([file.text], file.name));
      return made;
    })()`);
    const row = workbench.tree().row('Key 1');
    for (const type of ['dragenter', 'dragover', 'drop']) await row.dispatchEvent(type, { dataTransfer: transfer });
  }
});
