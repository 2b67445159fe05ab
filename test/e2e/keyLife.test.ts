import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { demoSettings } from '../harness/start/demo.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { addKey } from './support/keys.ts';

describe('A key’s life, from an empty profile to after a restart', () => {
  let groq: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    session = await Session.start({ settings: demoSettings(groq) });
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
  });

  after(async () => {
    await session.close();
    await groq.stop();
  });

  const keys = async (): Promise<readonly string[]> =>
    (await workbench.tree().texts()).filter((text) => /^Key \d/.test(text));

  it('is added, checked and listed', async () => {
    await addKey(workbench, 'Groq', groq.key('good', 1));
    await workbench.notifications.waitFor('Groq Key 1 works.');
    await workbench.tree().row('Key 1').waitFor();
    assert.equal(groq.requestsOf(groq.key('good', 1)).length, 1, 'the check cost one request and no chat');
    assert.equal(groq.chatsOf().length, 0);
    for (const number of [2, 3]) {
      await addKey(workbench, 'Groq', groq.key('good', number));
      await workbench.tree().row(`Key ${number}`).waitFor();
    }
  });

  it('is edited', async () => {
    await workbench.tree().action('Key 1', 'Edit Key');
    await workbench.quickInput.waitForTitle('Edit Groq Key 1');
    await workbench.quickInput.pick('Label');
    await workbench.quickInput.waitForPlaceholder('for example Primary');
    await workbench.quickInput.type('Primary');
    await workbench.quickInput.accept();
    await workbench.quickInput.row('Label').waitFor();
    await workbench.quickInput.cancel();
    await workbench
      .tree()
      .row(/Key 1.*Primary/)
      .waitFor();
  });

  it('is disabled', async () => {
    await workbench.tree().menu('Key 2', 'Disable Key');
    await workbench
      .tree()
      .row(/Key 2.*disabled/)
      .waitFor();
  });

  it('is removed only after a modal that names it', async () => {
    await workbench.tree().menu('Key 3', 'Remove Key');
    assert.match(await workbench.dialog.text(), /Remove Groq Key 3\?/);
    await workbench.dialog.click('Cancel');
    assert.equal((await keys()).length, 3);
    await workbench.tree().menu('Key 3', 'Remove Key');
    await workbench.dialog.click('Remove');
    await eventually(async () => (await keys()).length === 2, { what: 'two keys' });
  });

  it('is there after a restart, and a number that was used is not given again', async () => {
    const before = await keys();
    await session.restart();
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
    await workbench
      .tree()
      .row(/Key 1.*Primary/)
      .waitFor();
    assert.deepEqual(await keys(), before);
    await workbench.tree().action('Key 1', 'Check Key');
    await workbench.notifications.waitFor('Groq Key 1 works.');
    await addKey(workbench, 'Groq', groq.key('good', 3));
    await workbench.tree().row('Key 4').waitFor();
  });
});
