import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { actUntil, eventually } from '../harness/workbench/eventually.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGemini } from '../simulator/gemini/gemini.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { exampleEnv, writeEnv } from './support/exampleEnv.ts';
import { keyRows } from './support/keys.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

type Simulators = { readonly groq: Simulator; readonly gemini: Simulator };

/** The example lies in a folder that git knows. */
const scene = {
  simulators: { groq: startGroq, gemini: startGemini },
  workspace: async (workspaceDir: string, { groq, gemini }: Simulators): Promise<void> => {
    execFileSync('git', ['init', '--quiet', workspaceDir]);
    await writeEnv(workspaceDir, exampleEnv(groq, gemini).text, 'team.env');
  },
};

async function openPreview(workbench: Workbench): Promise<string> {
  await workbench.runToBox('AI Keys: Import .env', /Import Keys from team\.env/);
  return (await workbench.quickInput.descriptions()).join('\n');
}

async function screenHolds({ page }: Workbench, secrets: readonly string[]): Promise<readonly string[]> {
  const content = await page.content();
  return secrets.filter((secret) => content.includes(secret));
}

/** What a browser sends when something is dropped on the view. */
async function drop(
  workbench: Workbench,
  what: { text?: string; file?: { name: string; text: string } },
): Promise<void> {
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

describe('Import of a .env, as a person does it', () => {
  it(
    'shows before anything is stored what will be added and where alerts would go, no secret, and leaves all on Escape',
    withWorkbench(scene, async ({ workbench, groq, gemini }) => {
      const rows = await openPreview(workbench);
      assert.match(rows, /Import 5 keys/);
      assert.match(rows, /Groq Key 3.*priority 3.*Tokens per day: 14,400.*line 7/);
      assert.match(rows, /Gemini Key 2.*priority 2.*Requests per day: 1,500/);
      assert.match(rows, /Telegram.*a bot token.*chat 987654321/);
      assert.match(rows, /Email.*admin@platform\.com/);
      assert.deepEqual(await screenHolds(workbench, exampleEnv(groq, gemini).secrets), []);
      await workbench.screenshot('screenshots/import-preview');
      await workbench.quickInput.cancel();
      await workbench.tree().welcome().waitFor();
    }),
  );

  it(
    'adds the keys of the example, its alert targets only after a modal that names them, warns once that git does not ignore it',
    withWorkbench(scene, async ({ workbench, profile: { workspaceDir } }) => {
      await openPreview(workbench);
      await workbench.quickInput.submit();
      const question = await workbench.dialog.text();
      assert.match(question, /chat 987654321/);
      assert.match(question, /admin@platform\.com/);
      await workbench.screenshot('screenshots/import-targets');
      await workbench.dialog.click('Send Alerts There');
      await workbench.notifications.waitFor(/5 keys added from team\.env/);
      await workbench.notifications.waitFor(/need a mail server/);
      await workbench.tree().row('Key 3').waitFor();

      await workbench.notifications.click(/team\.env is not ignored by git/, 'Add to .gitignore');
      const ignored = async (): Promise<boolean> =>
        (await readFile(join(workspaceDir, '.gitignore'), 'utf8')).includes('\n/team.env\n');
      await eventually(ignored, { what: 'the file in .gitignore' });
      execFileSync('git', ['-C', workspaceDir, 'check-ignore', 'team.env']);
      await workbench.runCommand('Notifications: Clear All Notifications');

      await workbench.openView('Explorer');
      await workbench.tree().menu('team.env', 'Import .env');
      await workbench.openView('AI Keys');
      await workbench.notifications.waitFor(/All 5 keys in team\.env are already there/);
      assert.equal((await workbench.notifications.read()).filter(({ text }) => /not ignored/.test(text)).length, 0);
    }),
  );

  it(
    'takes what is pasted and dropped on the tree, has all of it again after a restart, and leaves no secret in any other file',
    withWorkbench({ ...scene, alone: true }, async ({ workbench, session, profile, groq, gemini }) => {
      const [pasted, inFile, inText] = [groq.key('good', 7), groq.key('good', 8), groq.key('good', 9)] as const;
      const secrets = [...exampleEnv(groq, gemini).secrets, pasted, inFile, inText];
      const { quickInput } = workbench;
      const preview = (of: RegExp): Promise<void> => quickInput.waitForTitle(of, 8_000);
      await openPreview(workbench);
      await quickInput.submit();
      await workbench.dialog.click('Send Alerts There');
      await workbench.tree().row('Key 3').waitFor();

      await workbench.clipboard(`export GROQ_API_KEY="${pasted}" # mine`);
      await workbench.tree().press('Key 1', 'Control+V', () => preview(/Import Keys from the clipboard/));
      await quickInput.submit();
      await workbench.tree().row('Key 4').waitFor();
      await actUntil({
        what: 'what the dropped file holds',
        act: () => drop(workbench, { file: { name: '.env', text: `GROQ_API_KEY=${inFile}` } }),
        seen: () => preview(/Import Keys from \.env/),
      });
      await quickInput.submit();
      await workbench.tree().row('Key 5').waitFor();
      await actUntil({
        what: 'what the dropped text holds',
        act: () => drop(workbench, { text: `GROQ_API_KEY=${inText}` }),
        seen: () => preview(/Import Keys from the dropped text/),
      });
      await quickInput.submit();
      await workbench.tree().row('Key 6').waitFor();
      const before = await keyRows(workbench);
      assert.equal(before.length, 8);

      await session.restart();
      const again = await session.openWindow();
      await again.openView('AI Keys');
      await eventually(async () => (await keyRows(again)).length === before.length, { what: 'the keys of before' });
      assert.deepEqual(await keyRows(again), before);
      await eventually(async () => (await again.tree().tooltip('Key 3')).includes('14.4K'), { what: 'the limit' });
      assert.deepEqual(await screenHolds(again, secrets), []);

      const { dataDir, browserDir, workspaceDir } = profile;
      assert.deepEqual(await filesWith(secrets, [dataDir, browserDir, workspaceDir]), [join(workspaceDir, 'team.env')]);
      assert.ok((await session.extensionLog()).includes('Groq Key 1 added'), 'the log was looked through');
    }),
  );
});
