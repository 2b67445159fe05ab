import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, sampleError } from './support/analysis.ts';

describe('Bad input, as a person meets it', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    session = await Session.start({ settings: { ...demoSettings(groq), 'aiKeys.routing.strategy': 'clever' } });
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const messageOf = (wanted: RegExp): Promise<string> =>
    eventually(
      async () => {
        const message = await workbench.quickInput.message();
        return wanted.test(message) ? message : undefined;
      },
      { what: `a message like ${String(wanted)}` },
    );

  it('names a setting of the wrong type and uses its default', async () => {
    await workbench.notifications.waitFor(/aiKeys\.routing\.strategy.*default/);
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('says so when nothing is selected and the clipboard is empty, and takes typed text', async () => {
    await workbench.clipboard('');
    await workbench.runToBox('AI Keys: Analyze Error', 'Analyze Error');
    await messageOf(/Nothing is selected and the clipboard is empty/);
    await workbench.quickInput.accept();
    await messageOf(/There is no error to analyze yet/);
    await workbench.quickInput.cancel();
  });

  it('answers without any key, from local rules, and says how to add one', async () => {
    await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
    const panel = workbench.webview();
    await panel.waitForText(/AI Keys: Add Key/);
    await panel.waitForText(/undefined/);
    assert.equal(groq.requests.length, 0, 'nothing was sent anywhere');
  });

  it('tries itself out without a key', async () => {
    await workbench.runToBox('AI Keys: Try Without a Key', 'Try Without a Key');
    await workbench.quickInput.accept();
    await workbench.webview().waitForText(/undefined|null/);
  });

  it('refuses an empty key and a key with white space in it, and stores nothing', async () => {
    await workbench.runAndPick('AI Keys: Add Key', 'Groq');
    await workbench.quickInput.waitForTitle('Add Groq Key');
    assert.equal(await workbench.quickInput.isHidden(), true, 'what is typed is not shown');
    await workbench.quickInput.accept();
    await messageOf(/The key is empty/);
    await workbench.quickInput.type('two words');
    await workbench.quickInput.accept();
    await messageOf(/white space/);
    await workbench.quickInput.cancel();
    await workbench.tree().welcome().waitFor();
  });

  it('keeps a refused key only if the user insists', async () => {
    await workbench.runAndPick('AI Keys: Add Key', 'Groq');
    await workbench.quickInput.waitForTitle('Add Groq Key');
    await workbench.quickInput.type(groq.key('refused', 9));
    await workbench.quickInput.accept();
    await messageOf(/keep it anyway/);
    await workbench.quickInput.cancel();
    await workbench.tree().welcome().waitFor();
  });

  it('names bad lines of a .env by number, and a cancelled import leaves nothing behind', async () => {
    const lines = [
      `GROQ_API_KEY_1=${groq.key('good', 1)}`,
      'this is no assignment',
      `GROQ_API_KEY_2="${groq.key('good', 2)}`,
    ];
    await writeFile(join(session.profile.workspaceDir, '.env'), `${lines.join('\n')}\n`);
    await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
    const rows = (await workbench.quickInput.items()).join('\n');
    assert.match(rows, /Line 2/);
    assert.match(rows, /Line 3/);
    await workbench.quickInput.cancel();
    await workbench.tree().welcome().waitFor();
  });

  it('imports the good lines of the same file', async () => {
    await workbench.runToBox('AI Keys: Import .env', /Import Keys from/);
    await workbench.quickInput.accept();
    await workbench.notifications.waitFor(/1 key added/);
    await workbench.tree().row('Key 1').waitFor();
    assert.equal((await workbench.tree().texts()).filter((text) => text.includes('Key ')).length, 1);
  });

  it('says in words that no provider can be reached, and still helps', async () => {
    await groq.stop();
    await analyzeClipboard(workbench, sampleError(session.profile.workspaceDir));
    const panel = workbench.webview();
    await panel.button('Send').click();
    await panel.waitForText('I apologize, all AI models are unavailable.', 60_000);
    await panel.waitForText(/Groq/);
  });
});
