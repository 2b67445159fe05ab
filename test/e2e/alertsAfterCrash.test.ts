import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import {
  askIn,
  importWithTargets,
  openAlertOffice,
  writeContractEnv,
  type AlertOffice,
} from './support/alertOffice.ts';

const refusal = '❌ Groq Key 1 invalid - check API key';

describe('An alert whose window dies', function () {
  // What a dead window held is free for others after a minute and a half.
  this.timeout(300_000);

  let office: AlertOffice;
  let workbench: Workbench;

  before(async () => {
    office = await openAlertOffice();
    await writeContractEnv(office);
    workbench = await office.session.openWindow();
    await importWithTargets(workbench);
  });

  after(() => office.close());

  const texts = (): string[] => office.telegram.messages.map(({ text }) => text);
  const sends = (): number => office.telegram.calls.filter(({ method }) => method === 'sendMessage').length;

  it('says that email is not set up while a .env named only the address, and leads there', async () => {
    await workbench.runCommand('AI Keys: Open Dashboard');
    await workbench.webview().waitForText('Email: no alerts are sent until its settings change');
    await workbench.webview().waitForText('not set up: no mail server');
    await workbench.webview().button('Set Up Email').click();
    await workbench.quickInput.waitForTitle('Set Up Email (1/4)');
    await workbench.quickInput.cancel();
  });

  it('is sent by the next window when it was claimed and not yet sent', async () => {
    office.telegram.behaviour = 'hang';
    office.groq.behave(office.groq.key('good', 1), 'refused');
    await askIn(workbench, office, /Groq Key 2/);
    await eventually(async () => sends() > 0, { timeoutMs: 60_000, what: 'the window to begin sending' });
    await office.session.kill();
    assert.deepEqual(texts(), []);
    office.telegram.behaviour = 'ok';
    await office.session.restart();
    workbench = await office.session.openWindow();
    await eventually(async () => texts().length > 0, { timeoutMs: 200_000, what: 'the message of the dead window' });
    assert.deepEqual(texts(), [refusal]);
  });

  it('is not sent again, and its history tells of it', async () => {
    await workbench.runCommand('AI Keys: Show Alerts');
    await workbench.webview().waitForText(/Groq Key 1 invalid.*Telegram: sent/s);
    await workbench.webview().waitForText('Email: not set up');
    assert.deepEqual(texts(), [refusal]);
  });
});
