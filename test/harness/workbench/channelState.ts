import type { SmtpSimulator } from '../../simulator/smtpSimulator.ts';
import type { TelegramSimulator } from '../../simulator/telegramSimulator.ts';
import type { Settings } from '../profile.ts';
import { extensionId } from '../project.ts';
import type { StoredSecret } from './runningVsCode.ts';
import type { Workbench } from './workbench.ts';

/** The channels that alerts of a profile go through; one that is left out is not set up. */
export type ChannelState = {
  readonly telegram?: { readonly bot: TelegramSimulator; readonly chatId: number };
  readonly email?: MailTarget;
};

export type MailTarget = { readonly server: SmtpSimulator; readonly to: string };

const mailHost = '127.0.0.1';

/** All of them but their secrets. */
export const channelSettings = ({ telegram, email }: ChannelState): Settings => ({
  ...(telegram === undefined
    ? {}
    : {
        'aiKeys.alerts.telegram.apiUrl': telegram.bot.url,
        'aiKeys.alerts.telegram.chatId': String(telegram.chatId),
      }),
  ...(email === undefined
    ? {}
    : {
        'aiKeys.alerts.email.to': email.to,
        'aiKeys.alerts.email.host': mailHost,
        'aiKeys.alerts.email.port': email.server.port,
        'aiKeys.alerts.email.user': email.server.login?.user ?? '',
      }),
});

/** What belongs into SecretStorage. A channel on this machine may be sent its secret without having been confirmed. */
export function channelSecrets({ telegram, email }: ChannelState): readonly StoredSecret[] {
  const secret = (name: string, value: string | undefined): readonly StoredSecret[] =>
    value === undefined ? [] : [{ extensionId, key: `aiKeys.channel.${name}`, value }];
  return [...secret('telegramBotToken', telegram?.bot.token), ...secret('smtpPassword', email?.server.login?.password)];
}

/** Where secrets lie in the system's keyring: by the product's own set-up, whose test messages are forgotten. */
export async function enterChannelSecrets(workbench: Workbench, { telegram, email }: ChannelState): Promise<void> {
  const { quickInput, dialog, notifications } = workbench;
  if (telegram !== undefined) {
    await workbench.runToBox('AI Keys: Set Up Telegram Alerts', 'Set Up Telegram (1/2)');
    await quickInput.type(telegram.bot.token);
    await quickInput.acceptTo('Set Up Telegram (2/2)');
    await quickInput.pick('Enter the chat id by hand');
    await quickInput.waitForMessage('A number, negative for groups');
    await quickInput.type(String(telegram.chatId));
    await quickInput.submit();
    await dialog.click('Send Alerts There');
    await notifications.waitFor('Telegram: the test message was sent.');
    telegram.bot.messages.length = 0;
  }
  if (email !== undefined) {
    await workbench.runToBox('AI Keys: Set Up Email Alerts', 'Set Up Email (1/4)');
    await answerMailSetUp(workbench, email);
    await notifications.waitFor('Email: the test message was sent.');
    email.server.mails.length = 0;
  }
  if (telegram !== undefined || email !== undefined)
    await workbench.runCommand('Notifications: Clear All Notifications');
}

/** "Set Up Email Alerts" from its first question on, up to the test message that it ends with. */
export async function answerMailSetUp(
  { quickInput, dialog }: Workbench,
  { server, to }: MailTarget,
  password = server.login?.password ?? '',
): Promise<void> {
  await quickInput.waitForTitle('Set Up Email (1/4)');
  await quickInput.type(to);
  await quickInput.acceptTo('Set Up Email (2/4)');
  await quickInput.pick('Another mail server…');
  await quickInput.waitForPlaceholder('smtp.example.org:587');
  await quickInput.type(`${mailHost}:${server.port}`);
  await quickInput.acceptTo('Set Up Email (3/4)');
  await quickInput.type(server.login?.user ?? '');
  await quickInput.acceptTo('Set Up Email (4/4)');
  await quickInput.type(password);
  await quickInput.submit();
  await dialog.click('Send Alerts There');
}
