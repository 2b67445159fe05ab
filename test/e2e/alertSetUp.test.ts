import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { answerMailSetUp, openAlertOffice, writeContractEnv, type AlertOffice } from './support/alertOffice.ts';
import { importEnv } from './support/analysis.ts';

describe('Alerts are set up as a person does it', () => {
  let office: AlertOffice;
  let workbench: Workbench;

  before(async () => {
    office = await openAlertOffice();
    await writeContractEnv(office);
    workbench = await office.session.openWindow();
  });

  after(() => office.close());

  const texts = (): string[] => office.telegram.messages.map(({ text }) => text);
  const subjects = (): string[] => office.smtp.mails.map(({ subject }) => subject);

  it('shows the targets of a .env in full before it takes them', async () => {
    await importEnv(workbench, /5 keys added/);
    const question = await workbench.dialog.text();
    assert.match(question, /Send alerts of AI Keys to this address\?/);
    assert.ok(question.includes(`Telegram: chat ${office.chatId}, through ${office.telegram.url}`), question);
    assert.ok(question.includes(`Email to ${office.email}`), question);
    assert.ok(!question.includes(office.telegram.token));
    await workbench.screenshot('screenshots/alerts-targets-of-env');
  });

  it('stores no target when that is answered with no, and asks again with the next import', async () => {
    await workbench.dialog.click('Cancel');
    await sendTest('Telegram');
    await workbench.quickInput.waitForTitle('Set Up Telegram (1/2)');
    await workbench.quickInput.cancel();
    await workbench.runCommand('AI Keys: Import .env');
    await workbench.dialog.click('Send Alerts There');
  });

  it('ends the import by offering the mail set-up, which shows the server’s own words for a wrong password', async () => {
    await workbench.notifications.click(/Alerts for admin@platform\.com need a mail server/, 'Set Up Email');
    await workbench.quickInput.waitForTitle('Set Up Email (1/4)');
    assert.equal(await workbench.quickInput.value(), office.email);
    await answerMailSetUp(workbench, office, 'not-the-password');
    const toast = await workbench.notifications.waitFor(/Email: the test message was not sent/);
    const said = await toast.innerText();
    assert.match(said, /the mail server refused the login: 535 5\.7\.8 Username and Password not accepted/);
    assert.ok(!said.includes('not-the-password'), said);
    assert.deepEqual(subjects(), []);
  });

  it('sends a test mail over TLS with the login when the password is right', async () => {
    await workbench.runCommand('AI Keys: Set Up Email Alerts');
    await answerMailSetUp(workbench, office);
    await workbench.notifications.waitFor('Email: the test message was sent.');
    const [mail, ...more] = office.smtp.mails;
    assert.deepEqual([mail?.subject, mail?.to, more.length], ['AI Keys: test message', [office.email], 0]);
    assert.deepEqual([mail?.secure, mail?.user], [true, office.login.user]);
  });

  it('asks nothing about targets that a .env names again', async () => {
    await workbench.runCommand('AI Keys: Import .env');
    await workbench.page.locator('.statusbar').filter({ hasText: 'Alerts go there already.' }).waitFor();
    assert.equal(await workbench.dialog.isOpen(), false);
  });

  it('sends a test message by the targets that the .env named', async () => {
    await sendTest('Telegram');
    await workbench.notifications.waitFor('Telegram: the test message was sent.');
    assert.deepEqual(texts(), ['This is a test message of AI Keys. Alerts will arrive here.']);
    assert.equal(office.telegram.messages[0]?.chatId, String(office.chatId));
  });

  it('asks for the bot token again with Telegram’s own words, and finds the chat by a message to the bot', async () => {
    const { quickInput, dialog } = workbench;
    await workbench.runCommand('AI Keys: Set Up Telegram Alerts');
    await quickInput.waitForTitle('Set Up Telegram (1/2)');
    assert.equal(await quickInput.isHidden(), true);
    await quickInput.type(`1:${'z'.repeat(35)}`);
    await quickInput.accept();
    await quickInput.waitForMessage('Telegram says: Unauthorized. Enter the token again.');
    await quickInput.type(office.telegram.token);
    await quickInput.accept();
    await quickInput.waitForTitle('Set Up Telegram (2/2)');
    await quickInput.waitForPlaceholder(`Send @${office.telegram.username} any message in Telegram, then look again.`);
    await workbench.screenshot('screenshots/alerts-telegram-set-up');
    office.telegram.userWrites(42, 'Ada');
    await quickInput.pick(`I have written to @${office.telegram.username}: look again`);
    await quickInput.pick('Ada');
    const question = await dialog.text();
    assert.ok(question.includes(`Telegram: Ada (42), through @${office.telegram.username}`), question);
    await workbench.screenshot('screenshots/alerts-telegram-confirm');
    await dialog.click('Send Alerts There');
    const sent = await eventually(async () => office.telegram.messages[1], { what: 'a second test message' });
    assert.equal(sent.chatId, '42');
  });

  it('shows what Telegram says to a test message, and what to do about it', async () => {
    office.telegram.next('blocked');
    await sendTest('Telegram');
    const toast = await workbench.notifications.waitFor(/Telegram: the test message was not sent: Forbidden/);
    assert.match(await toast.innerText(), /bot was blocked by the user: open the bot in Telegram and press Start/);
    await workbench.screenshot('screenshots/alerts-test-refused');
  });

  async function sendTest(channel: string): Promise<void> {
    await workbench.runCommand('AI Keys: Send a Test Message');
    await workbench.quickInput.waitForPlaceholder('Where to send a test message?');
    await workbench.quickInput.pick(channel);
  }
});
