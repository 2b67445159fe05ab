import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { writeDemoEnv } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys, keyOf } from '../harness/workbench/keyState.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { analyzeClipboard, extensionId, importEnv, sampleError, send } from './support/analysis.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

describe('The main job, as a person does it', () => {
  it(
    '@smoke imports the keys of a .env, shows what will be sent, and answers from the second key after the first was refused',
    withWorkbench(
      {
        simulators: { groq: startGroq },
        workspace: (workspaceDir, { groq }) => writeDemoEnv(workspaceDir, groq),
      },
      async ({ workbench, profile, groq }) => {
        await importEnv(workbench, /3 keys added/);
        await workbench.tree().row('Key 3').waitFor();
        await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
        const panel = workbench.webview();
        await panel.waitForText('shop/customers.ts, lines 1 to');
        await send(workbench);
        await panel.waitForText(/Groq Key 2/);
        await panel.waitForText('Cause.');
        assert.deepEqual(
          groq.chatsOf(groq.key('refused')).map(({ status }) => status),
          [401],
          'the first key, once',
        );
        assert.deepEqual(
          groq.chatsOf(groq.key('good', 1)).map(({ status }) => status),
          [200],
        );
        assert.doesNotMatch(await panel.text(), /could not be answered/);
        await workbench
          .tree()
          .row(/Key 1.*refused/)
          .waitFor();
        await workbench.statusBar.waitForText(extensionId, /Groq 2/);
      },
    ),
  );

  it(
    'answers the same question from the cache and past it on “Ask Again”, takes a follow-up with the same key, and explains why it answered',
    withWorkbench(
      {
        simulators: { groq: startGroq },
        keys: ({ groq }) => [keyOf(groq, groq.key('refused')), ...goodKeys(groq, 2)],
      },
      async ({ workbench, profile, groq }) => {
        const panel = workbench.webview();
        await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
        await send(workbench);
        await panel.waitForText(/Groq Key 2/);
        const before = groq.chatsOf().length;
        await workbench.runCommand('View: Close All Editors');
        await analyzeClipboard(workbench, sampleError(profile.workspaceDir));
        await send(workbench);
        await panel.waitForText('from the cache, no quota used');
        assert.equal(groq.chatsOf().length, before);
        await panel.locator('text=Ask Again').first().click();
        await eventually(async () => groq.chatsOf().length === before + 1, { what: 'another call' });
        await panel.waitForText('Cause.');

        await panel.locator('vscode-text-area textarea').fill('And how do I test that?');
        await panel.button('Ask').click();
        const last = await eventually(async () =>
          groq.chatsOf().find(({ body }) => JSON.stringify(body).includes('test that?')),
        );
        assert.equal(last.key, groq.key('good', 1));

        await workbench.runCommand('AI Keys: Why This Key?');
        await workbench.webview().waitForText(/Keys that were asked.*Groq Key 2/s);
      },
    ),
  );

  it(
    'leaves no secret in any log, state, setting, panel or file of the profile, nor in the package, and has keys and usage again after a restart',
    withWorkbench(
      {
        alone: true,
        simulators: { groq: startGroq },
        workspace: async (workspaceDir, { groq }) => {
          await writeDemoEnv(workspaceDir, groq);
          // One answer is a few per cent of this.
          await appendFile(join(workspaceDir, '.env'), 'GROQ_KEY_2_DAILY_LIMIT=10000\n');
        },
      },
      async ({ workbench, session, profile, groq }) => {
        const { dataDir, browserDir, workspaceDir } = profile;
        await importEnv(workbench, /3 keys added/);
        await analyzeClipboard(workbench, sampleError(workspaceDir));
        await send(workbench);
        await workbench.webview().waitForText('Cause.');
        await workbench.runCommand('AI Keys: Why This Key?');
        await workbench.webview().waitForText(/Keys that were asked.*Groq Key 2/s);
        await workbench.runCommand('View: Close Editor');
        await workbench.webview().waitForText('Cause.');
        const secrets = [groq.key('refused'), groq.key('good', 1), groq.key('good', 2)];
        const shown = await workbench.webview().text();
        for (const secret of secrets) assert.ok(!shown.includes(secret), 'in the panel');
        await workbench.runCommand('AI Keys: Show Log');
        const installed = process.env['AI_KEYS_EXTENSIONS_DIR'] ?? '';
        const files = await filesWith(secrets, [dataDir, browserDir, installed, workspaceDir]);
        assert.deepEqual(files, [`${workspaceDir}/.env`], 'the file that the user wrote, and no other');
        assert.ok((await session.extensionLog()).includes('Groq Key 1'), 'the log was looked through');

        await session.restart();
        const again = await session.openWindow();
        await again.openView('AI Keys');
        await again
          .tree()
          .row(/Key 1.*refused/)
          .waitFor();
        await again
          .tree()
          .row(/Key 2.*[1-9]\d?%/)
          .waitFor();
        const before = groq.chatsOf().length;
        await analyzeClipboard(again, `${sampleError(workspaceDir)} again`);
        await send(again);
        await again.webview().waitForText('Cause.');
        assert.deepEqual(
          groq
            .chatsOf()
            .slice(before)
            .map(({ key }) => key),
          [groq.key('good', 1)],
          'the refused key was left alone',
        );
      },
    ),
  );
});
