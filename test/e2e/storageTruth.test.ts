import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { analyzeClipboard, sampleError, send } from './support/analysis.ts';
import { addKey, beginKey } from './support/keys.ts';

const keysOf = async (window: Workbench): Promise<readonly string[]> =>
  (await window.tree().texts()).filter((text) => /^Key \d/.test(text));

/** Where VS Code in a browser keeps all secrets, in one piece. */
const secretsItem = 'secrets.provider';

describe('Secrets that storage did not keep', () => {
  let groq: Simulator;
  let session: Session;
  let first: Workbench;

  before(async () => {
    groq = await startGroq();
    groq.answer = { text: 'Cause. Because.', usage: { prompt: 50_000, completion: 50_000 } };
    session = await Session.start({ settings: demoSettings(groq) });
    first = await session.openWindow();
    await first.openView('AI Keys');
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  it('says once in a browser how secrets are kept there', async () => {
    await addKey(first, 'Groq', groq.key('good', 1));
    await first.notifications.waitFor(/In a browser, secrets are kept in this browser’s storage/);
    await first.tree().row('Key 1').waitFor();
  });

  it('asks for a secret again that the system lost, and the key with its usage is as it was', async () => {
    await analyzeClipboard(first, sampleError(session.profile.workspaceDir));
    await send(first);
    await first.webview().waitForText('Because.');
    const [used] = await eventually(
      async () => {
        const rows = await keysOf(first);
        return /[1-9]\d?%/.test(rows[0] ?? '') ? rows : undefined;
      },
      { what: 'the usage of the answer' },
    );
    const percent = /\d+%/.exec(used ?? '')?.[0] ?? '';
    await first.page.evaluate(`localStorage.removeItem(${JSON.stringify(secretsItem)})`);
    await session.restart();
    first = await session.openWindow();
    await first.openView('AI Keys');
    await first.notifications.waitFor(/The system no longer has the secret of Groq Key 1\. Enter it again/);
    await first
      .tree()
      .row(/Key 1.*enter the key again/)
      .waitFor();
    await first.screenshot('secret-lost');
    await first.tree().action('Key 1', 'Edit Key');
    await first.quickInput.waitForTitle('Edit Groq Key 1');
    assert.match((await first.quickInput.items())[0] ?? '', /Enter the Key Again/);
    await first.quickInput.cancel();
    await first.notifications.click(/no longer has the secret/, 'Enter Again');
    await first.quickInput.waitForTitle('Enter Groq Key 1 Again');
    await first.quickInput.type(groq.key('good', 1));
    await first.quickInput.accept();
    await first.notifications.waitFor('Groq Key 1 works.');
    await first
      .tree()
      .row(new RegExp(`Key 1.*${percent}`))
      .waitFor();
  });

  it('gives two windows that add at the same moment two numbers, and each says what it cannot see', async () => {
    const second = await session.openWindow();
    await second.openView('AI Keys');
    await second.tree().row('Key 1').waitFor();
    await beginKey(second, 'Groq', groq.key('good', 3));
    await first.page.bringToFront();
    await beginKey(first, 'Groq', groq.key('good', 2));
    await Promise.all([first, second].map((window) => window.page.keyboard.press('Enter')));
    for (const window of [first, second]) {
      await window.page.bringToFront();
      await eventually(async () => (await keysOf(window)).length === 3, { what: 'three keys in each window' });
      await window.notifications.waitFor(/Another window stored Groq Key [23]/);
    }
    await first.page.bringToFront();
    await first.notifications.click(/Another window stored/, 'Reload Window');
    await first.tree().row('Key 3').waitFor();
  });

  it('names after the reload the one that the other window’s copy overwrote; entered again, all of them work', async () => {
    const toast = await first.notifications.waitFor(/no longer has the secret of Groq Key [23]/);
    const number = /Groq Key (\d)/.exec(await toast.innerText())?.[1];
    assert.ok(number);
    await first.notifications.click(/no longer has the secret/, 'Enter Again');
    await first.quickInput.waitForTitle(`Enter Groq Key ${number} Again`);
    const tried = [groq.key('good', 2), groq.key('good', 3)];
    // Which of the two it is only the user knows; the wrong one is named as the other key.
    await first.quickInput.type(tried[0] ?? '');
    await first.quickInput.accept();
    const other = await eventually(async () => {
      if (!(await first.quickInput.isOpen())) return 'taken';
      return /This is already/.test(await first.quickInput.message()) ? 'other' : undefined;
    });
    if (other === 'other') {
      await first.quickInput.type(tried[1] ?? '');
      await first.quickInput.accept();
    }
    await first.notifications.waitFor(`Groq Key ${number} works.`);
    await first.runCommand('AI Keys: Check All Keys');
    await first.notifications.waitFor('All 3 keys work.');
  });
});
