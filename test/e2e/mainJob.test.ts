import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { demoSettings, writeDemoEnv } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, extensionId, importEnv, sampleError, send } from './support/analysis.ts';
import { filesWith } from './support/plantedSecrets.ts';

describe('The main job, as a person does it', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    session = await Session.start({ settings: demoSettings(groq) });
    await writeDemoEnv(session.profile.workspaceDir, groq);
    workbench = await session.openWindow();
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  it('imports the keys of a .env after showing what it will do', async () => {
    await importEnv(workbench, /3 keys added/);
    await workbench.tree().row('Key 3').waitFor();
  });

  it('shows what will be sent, streams the answer, and comes from the second key after the first was refused', async () => {
    await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
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
  });

  it('shows the refused key in the tree and the key in use in the status bar', async () => {
    await workbench
      .tree()
      .row(/Key 1.*refused/)
      .waitFor();
    await workbench.statusBar.waitForText(extensionId, /Groq 2/);
  });

  it('answers the same question from the cache, and past it on "Ask Again"', async () => {
    const before = groq.chatsOf().length;
    const panel = workbench.webview();
    await panel.locator('text=Ask Again').first().click();
    await eventually(async () => groq.chatsOf().length === before + 1, { what: 'another call' });
    await panel.waitForText('Cause.');
  });

  it('takes a follow-up question in the same conversation, with the same key', async () => {
    const panel = workbench.webview();
    await panel.locator('vscode-text-area textarea').fill('And how do I test that?');
    await panel.button('Ask').click();
    const last = await eventually(async () =>
      groq.chatsOf().find(({ body }) => JSON.stringify(body).includes('test that?')),
    );
    assert.equal(last.key, groq.key('good', 1));
  });

  it('explains why this key answered', async () => {
    await workbench.runCommand('AI Keys: Why This Key?');
    const page = workbench.webview();
    await page.waitForText('Groq Key 2');
    await workbench.runCommand('View: Close Editor');
  });

  it('leaves no secret in any log, state, setting, panel or file of the profile, nor in the package', async () => {
    const secrets = [groq.key('refused'), groq.key('good', 1), groq.key('good', 2)];
    const { dataDir, browserDir, workspaceDir } = session.profile;
    const shown = await workbench.webview().text();
    for (const secret of secrets) assert.ok(!shown.includes(secret), 'in the panel');
    await workbench.runCommand('AI Keys: Show Log');
    const installed = process.env['AI_KEYS_EXTENSIONS_DIR'] ?? '';
    const files = await filesWith(secrets, [dataDir, browserDir, installed, workspaceDir]);
    assert.deepEqual(files, [`${workspaceDir}/.env`], 'the file that the user wrote, and no other');
    assert.ok((await session.extensionLog()).includes('Groq Key 1'), 'the log was looked through');
  });

  it('has keys and usage again after a restart', async () => {
    await session.restart();
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench
      .tree()
      .row(/Key 1.*refused/)
      .waitFor();
    await workbench
      .tree()
      .row(/Key 2.*[1-9]\d?%/)
      .waitFor();
    const before = groq.chatsOf().length;
    await analyzeClipboard(workbench, `${sampleError(session.profile.workspaceDir)} again`);
    await send(workbench);
    await workbench.webview().waitForText('Cause.');
    assert.deepEqual(
      groq
        .chatsOf()
        .slice(before)
        .map(({ key }) => key),
      [groq.key('good', 1)],
      'the refused key was left alone',
    );
  });
});
