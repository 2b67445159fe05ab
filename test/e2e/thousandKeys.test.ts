import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Profile } from '../harness/profile.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys, throughAnotherWindow } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { writeEnv } from './support/exampleEnv.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const count = 1_000;
/** The browser keeps all secrets in one entry that it writes anew for each: that is slow. */
const longMs = 200_000;

const simulators = { groq: startGroq };
const fromEnv = {
  simulators,
  workspace: async (folder: string, { groq }: { readonly groq: Simulator }): Promise<void> => {
    const lines = goodKeys(groq, count).map(({ secret }, index) => `GROQ_API_KEY_${index + 1}=${secret}`);
    await writeEnv(folder, lines.join('\n'));
  },
};

async function beginImport(workbench: Workbench): Promise<void> {
  await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
  await workbench.quickInput.row(`Import ${count} keys`).waitFor();
  await workbench.quickInput.submit();
  await workbench.notifications.waitFor(/\d+ of 1000/);
}

async function keysInBook(profile: Profile): Promise<number> {
  let length = 0;
  await throughAnotherWindow(profile, async ({ keyBook }) => {
    length = keyBook.all().length;
  });
  return length;
}

/** As VS Code itself measured it. */
async function activation(workbench: Workbench): Promise<string> {
  await workbench.runCommand('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'AI Keys' }).first();
  await row.waitFor();
  const text = await row.locator('.activation-time').innerText();
  await workbench.runCommand('View: Close Editor');
  return text;
}

describe('A thousand keys in one .env', () => {
  it(
    'leave no trace when their import is cancelled under way',
    withWorkbench(fromEnv, async ({ workbench, profile }) => {
      console.log(`    activation with no key: ${await activation(workbench)}`);
      await beginImport(workbench);
      await workbench.notifications.click(/\d+ of 1000/, 'Cancel');
      await workbench.notifications.waitFor(/Cancelled; nothing was changed/);
      await workbench.tree().welcome().waitFor();
      assert.equal(await keysInBook(profile), 0);
    }),
  );

  it(
    'are imported with progress, and are all there after a restart, each with its secret, of which no file tells',
    withWorkbench({ ...fromEnv, alone: true }, async ({ workbench, session, profile, groq }) => {
      const startedAtMs = Date.now();
      await beginImport(workbench);
      const added = async (): Promise<boolean> =>
        (await workbench.notifications.read()).some(({ text }) => /1000 keys added/.test(text));
      await eventually(added, { timeoutMs: longMs, what: 'a thousand keys' });
      console.log(`    1,000 keys stored in ${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s`);
      assert.equal(await keysInBook(profile), count);
      await workbench
        .tree()
        .row(/1,?000 keys/)
        .waitFor();

      await session.restart();
      const again = await session.openWindow();
      await again.openView('AI Keys');
      await again
        .tree()
        .row(/1,?000 keys/)
        .waitFor();
      console.log(`    activation with 1,000 keys: ${await activation(again)}`);
      await again.tree().row('Key 1').waitFor();
      assert.deepEqual(
        (await again.tree().texts()).filter((text) => /secret|enter/i.test(text)),
        [],
      );
      const planted = [1, 500, count].map((number) => groq.key('good', number));
      assert.deepEqual(await filesWith(planted, [profile.dataDir, profile.browserDir]), []);
    }),
  );
});
