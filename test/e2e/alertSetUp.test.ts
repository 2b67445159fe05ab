import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { answerMailSetUp } from '../harness/workbench/channelState.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import {
  beforeSetUp,
  chatId,
  mailTarget,
  mailTo,
  sendTestMessage,
  telegramTarget,
  withKeys,
  writeContractEnv,
  type AlertFixture,
} from './support/alertFixture.ts';
import { importEnv } from './support/analysis.ts';
import { filesWith } from './support/plantedSecrets.ts';
import { withWorkbench } from './support/withWorkbench.ts';

describe('Alerts are set up as a person does it', () => {
  it(
    'shows the targets of a .env in full, takes them when they are confirmed, and does not ask about them again',
    withWorkbench(
      {
        ...beforeSetUp,
        // Otherwise each import ends by offering to set the mail server up.
        settings: (fixture) => ({ ...beforeSetUp.settings(fixture), 'aiKeys.alerts.email.host': '127.0.0.1' }),
        workspace: writeContractEnv,
      },
      async ({ workbench, telegram }) => {
        const { dialog, quickInput, notifications } = workbench;
        await importEnv(workbench, /5 keys added/);
        const question = await dialog.text();
        assert.match(question, /Send alerts of AI Keys to this address\?/);
        assert.ok(question.includes(`Telegram: chat ${chatId}, through ${telegram.url}`), question);
        assert.ok(question.includes(`Email to ${mailTo}`), question);
        assert.ok(!question.includes(telegram.token));
        await workbench.screenshot('screenshots/alerts-targets-of-env');

        // Answered with no: nothing is stored, and the next import asks again.
        await dialog.click('Cancel');
        await sendTestMessage(workbench, 'Telegram');
        await quickInput.waitForTitle('Set Up Telegram (1/2)');
        await quickInput.cancel();
        await workbench.runCommand('AI Keys: Import .env');
        await dialog.click('Send Alerts There');
        await workbench.page.locator('.statusbar').filter({ hasText: 'Alerts go there from now on.' }).waitFor();

        await sendTestMessage(workbench, 'Telegram');
        await notifications.waitFor('Telegram: the test message was sent.');
        const texts = telegram.messages.map(({ text }) => text);
        assert.deepEqual(texts, ['This is a test message of AI Keys. Alerts will arrive here.']);
        assert.equal(telegram.messages[0]?.chatId, String(chatId));

        await workbench.runCommand('AI Keys: Import .env');
        await workbench.page.locator('.statusbar').filter({ hasText: 'Alerts go there already.' }).waitFor();
        assert.equal(await dialog.isOpen(), false);
      },
    ),
  );

  it(
    'an import with an email address leads to the mail set-up, which shows the server’s own words until its login is right',
    withWorkbench(
      { ...withKeys, workspace: writeContractEnv, alone: true },
      async ({ workbench, profile, smtp, telegram }) => {
        const { dialog, quickInput, notifications } = workbench;
        await workbench.runCommand('AI Keys: Import .env');
        await dialog.click('Send Alerts There');
        await notifications.waitFor(/Alerts for admin@platform\.com need a mail server/);
        await workbench.runCommand('AI Keys: Open Dashboard');
        await workbench.webview().waitForText('Email: no alerts are sent until its settings change');
        await workbench.webview().waitForText('not set up: no mail server');
        await workbench.webview().button('Set Up Email').click();
        await quickInput.waitForTitle('Set Up Email (1/4)');
        await quickInput.cancel();

        await notifications.click(/Alerts for admin@platform\.com need a mail server/, 'Set Up Email');
        await quickInput.waitForTitle('Set Up Email (1/4)');
        assert.equal(await quickInput.value(), mailTo);
        await answerMailSetUp(workbench, mailTarget({ smtp }), 'not-the-password');
        const toast = await notifications.waitFor(/Email: the test message was not sent/);
        const said = await toast.innerText();
        assert.match(said, /the mail server refused the login: 535 5\.7\.8 Username and Password not accepted/);
        assert.ok(!said.includes('not-the-password'), said);
        assert.deepEqual(
          smtp.mails.map(({ subject }) => subject),
          [],
        );

        // Over TLS, with the login.
        await workbench.runToBox('AI Keys: Set Up Email Alerts', 'Set Up Email (1/4)');
        await answerMailSetUp(workbench, mailTarget({ smtp }));
        await notifications.waitFor('Email: the test message was sent.');
        const [mail, ...more] = smtp.mails;
        assert.deepEqual([mail?.subject, mail?.to, more.length], ['AI Keys: test message', [mailTo], 0]);
        assert.deepEqual([mail?.secure, mail?.user], [true, smtp.login?.user]);

        const secrets = [telegram.token, smtp.login?.password ?? ''];
        const { dataDir, browserDir, workspaceDir } = profile;
        const files = await filesWith(secrets, [dataDir, browserDir, workspaceDir]);
        assert.deepEqual(files, [`${workspaceDir}/.env`]);
      },
    ),
  );

  it(
    'the Telegram set-up shows Telegram’s own words, and finds the chat by a message to the bot',
    withWorkbench({ ...beforeSetUp, channels: telegramTarget }, async ({ workbench, telegram }: AlertFixture) => {
      const { quickInput, dialog, notifications } = workbench;
      await workbench.runToBox('AI Keys: Set Up Telegram Alerts', 'Set Up Telegram (1/2)');
      assert.equal(await quickInput.isHidden(), true);
      await quickInput.type(`1:${'z'.repeat(35)}`);
      await quickInput.accept();
      await quickInput.waitForMessage('Telegram says: Unauthorized. Enter the token again.');
      await quickInput.type(telegram.token);
      await quickInput.acceptTo('Set Up Telegram (2/2)');
      await quickInput.waitForPlaceholder(`Send @${telegram.username} any message in Telegram, then look again.`);
      await workbench.screenshot('screenshots/alerts-telegram-set-up');
      telegram.userWrites(42, 'Ada');
      await quickInput.pick(`I have written to @${telegram.username}: look again`);
      await quickInput.pick('Ada');
      const question = await dialog.text();
      assert.ok(question.includes(`Telegram: Ada (42), through @${telegram.username}`), question);
      await workbench.screenshot('screenshots/alerts-telegram-confirm');
      await dialog.click('Send Alerts There');
      const sent = await eventually(async () => telegram.messages[0], { what: 'a test message' });
      assert.equal(sent.chatId, '42');
      await notifications.waitFor('Telegram: the test message was sent.');

      telegram.next('blocked');
      await sendTestMessage(workbench, 'Telegram');
      const toast = await notifications.waitFor(/Telegram: the test message was not sent: Forbidden/);
      assert.match(await toast.innerText(), /bot was blocked by the user: open the bot in Telegram and press Start/);
      await workbench.screenshot('screenshots/alerts-test-refused');
    }),
  );
});
