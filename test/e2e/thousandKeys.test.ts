import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { openAsAnotherWindow } from './support/exampleDay.ts';
import { writeEnv } from './support/exampleEnv.ts';
import { filesWith } from './support/plantedSecrets.ts';

const count = 1_000;
/** The browser keeps all secrets in one entry that it writes anew for each: that is slow. */
const longMs = 110_000;

describe('A thousand keys in one .env', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    session = await Session.start({ settings: demoSettings(groq) });
    const lines = Array.from(
      { length: count },
      (_, index) => `GROQ_API_KEY_${index + 1}=${groq.key('good', index + 1)}`,
    );
    await writeEnv(session.profile.workspaceDir, lines.join('\n'));
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const begin = async (): Promise<void> => {
    await workbench.runCommand('AI Keys: Import .env');
    await workbench.quickInput.row('Import 1000 keys').waitFor();
    await workbench.quickInput.accept();
    await workbench.notifications.waitFor(/\d+ of 1000/);
  };

  const keysInBook = async (): Promise<number> => {
    const { keyBook, ledger } = await openAsAnotherWindow(session.profile.dataDir);
    const { length } = keyBook.all();
    ledger.dispose();
    return length;
  };

  /** As VS Code itself measured it. */
  const activation = async (): Promise<string> => {
    await workbench.runCommand('Developer: Show Running Extensions');
    const row = workbench.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: 'AI Keys' }).first();
    await row.waitFor();
    const text = await row.locator('.activation-time').innerText();
    await workbench.runCommand('View: Close Editor');
    return text;
  };

  it('leaves no trace when it is cancelled under way', async () => {
    console.log(`    activation with no key: ${await activation()}`);
    await begin();
    await workbench.notifications.click(/\d+ of 1000/, 'Cancel');
    await workbench.notifications.waitFor(/Cancelled; nothing was changed/);
    await workbench.tree().welcome().waitFor();
    assert.equal(await keysInBook(), 0);
  });

  it('imports them all with progress', async () => {
    const startedAtMs = Date.now();
    await begin();
    const added = async (): Promise<boolean> =>
      (await workbench.notifications.read()).some(({ text }) => /1000 keys added/.test(text));
    await eventually(added, { timeoutMs: longMs, what: 'a thousand keys' });
    console.log(`    1,000 keys stored in ${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s`);
    assert.equal(await keysInBook(), count);
    await workbench
      .tree()
      .row(/1,?000 keys/)
      .waitFor();
  });

  it('has them all after a restart, each with its secret', async () => {
    await session.restart();
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench
      .tree()
      .row(/1,?000 keys/)
      .waitFor();
    console.log(`    activation with 1,000 keys: ${await activation()}`);
    await workbench.tree().row('Key 1').waitFor();
    assert.deepEqual(
      (await workbench.tree().texts()).filter((text) => /secret|enter/i.test(text)),
      [],
    );
  });

  it('leaves no secret in the files of the profile', async () => {
    const { dataDir, browserDir } = session.profile;
    const planted = [1, 500, count].map((number) => groq.key('good', number));
    assert.deepEqual(await filesWith(planted, [dataDir, browserDir]), []);
  });
});
