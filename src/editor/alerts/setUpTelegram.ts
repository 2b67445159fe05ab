import * as vscode from 'vscode';

import type { AlertService } from '../../core/alerts/alertService.ts';
import type { ChannelBinding } from '../../core/alerts/channelBinding.ts';
import { isAllowedApiUrl, type TelegramSettings } from '../../core/alerts/channelSettings.ts';
import type { TelegramBots, TelegramChat } from '../../core/alerts/telegramSetUp.ts';
import type { ChannelSecrets } from '../../core/keys/channelSecrets.ts';
import { Secret } from '../../core/keys/secret.ts';
import type { Log } from '../../core/ports.ts';
import { originOf } from '../../core/providers/origin.ts';
import { registerCommand } from '../commands/registerCommand.ts';
import { confirmTarget, sayTestResult, sayWithSettings, storeSetting, withProgress } from './setUpAnswer.ts';

export type SetUpTelegramPorts = {
  readonly service: Pick<AlertService, 'sendTest' | 'channelChanged'>;
  readonly bots: TelegramBots;
  readonly secrets: ChannelSecrets;
  readonly binding: ChannelBinding;
  readonly settings: () => TelegramSettings;
  readonly log: Log;
};

type Bot = { readonly token: Secret; readonly username: string };

/** Token, chat, confirmation, test message. Takes no argument: none may carry a secret or a target. */
export function registerSetUpTelegram(ports: SetUpTelegramPorts): vscode.Disposable {
  return registerCommand('aiKeys.setUpTelegram', ports.log, async () => {
    const { apiUrl } = ports.settings();
    if (!isAllowedApiUrl(apiUrl)) {
      const setting = 'aiKeys.alerts.telegram.apiUrl';
      await sayWithSettings(vscode.l10n.t('The setting {0} must be an https address.', setting));
      return;
    }
    const bot = await askBot(apiUrl, ports);
    if (bot === undefined) return;
    const chat = await askChat(apiUrl, bot, ports);
    if (chat === undefined) return;
    const through = vscode.l10n.t(
      'Telegram: {0} ({1}), through @{2} at {3}',
      chat.title,
      chat.id,
      bot.username,
      originOf(apiUrl),
    );
    if (!(await confirmTarget(through))) return;
    await ports.secrets.store('telegramBotToken', bot.token);
    await storeSetting('telegram.chatId', chat.id);
    await ports.binding.bind('telegramBotToken', originOf(apiUrl));
    ports.service.channelChanged('telegram');
    const result = await withProgress(vscode.l10n.t('Sending a test message…'), () =>
      ports.service.sendTest('telegram'),
    );
    await sayTestResult('Telegram', result);
  });
}

async function askBot(apiUrl: string, { bots }: SetUpTelegramPorts): Promise<Bot | undefined> {
  let said: string | undefined;
  for (;;) {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Set Up Telegram (1/2)'),
      prompt: said ?? vscode.l10n.t('Write /newbot to @BotFather in Telegram; it answers with a token.'),
      placeHolder: vscode.l10n.t('Bot token, like 123456789:AA…'),
      password: true,
      ignoreFocusOut: true,
    });
    if (text === undefined) return undefined;
    const token = new Secret(text.trim());
    if (token.reveal() === '') continue;
    const who = await withProgress(vscode.l10n.t('Asking Telegram…'), () => bots.whoIs(apiUrl, token));
    if (who.ok) return { token, username: who.value.username };
    said = vscode.l10n.t('Telegram says: {0}. Enter the token again.', who.said);
  }
}

type ChatItem = vscode.QuickPickItem & { readonly chat?: TelegramChat; readonly does?: 'look' | 'open' | 'type' };

async function askChat(
  apiUrl: string,
  { token, username }: Bot,
  ports: SetUpTelegramPorts,
): Promise<TelegramChat | undefined> {
  for (;;) {
    const found = await withProgress(vscode.l10n.t('Looking for your message…'), () => ports.bots.chats(apiUrl, token));
    const chats: readonly TelegramChat[] = found.ok ? found.value : [];
    const items: ChatItem[] = [
      ...chats.map((chat) => ({ chat, label: chat.title, description: `${chat.type} ${chat.id}` })),
      {
        does: 'look',
        label: vscode.l10n.t('I have written to @{0}: look again', username),
        iconPath: new vscode.ThemeIcon('refresh'),
      },
      {
        does: 'open',
        label: vscode.l10n.t('Open @{0} in Telegram', username),
        iconPath: new vscode.ThemeIcon('link-external'),
      },
      { does: 'type', label: vscode.l10n.t('Enter the chat id by hand'), iconPath: new vscode.ThemeIcon('edit') },
    ];
    const item = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Set Up Telegram (2/2)'),
      placeHolder: placeholder(found.ok ? undefined : found.said, chats.length, username),
      ignoreFocusOut: true,
    });
    if (item === undefined) return undefined;
    if (item.chat !== undefined) return item.chat;
    if (item.does === 'open')
      await vscode.env.openExternal(vscode.Uri.parse(`https://t.me/${encodeURIComponent(username)}`));
    if (item.does === 'type') {
      const typed = await askChatId();
      if (typed !== undefined) return typed;
    }
  }
}

function placeholder(said: string | undefined, chats: number, username: string): string {
  if (said !== undefined) return vscode.l10n.t('Telegram says: {0}', said);
  return chats > 0
    ? vscode.l10n.t('Who is to get the alerts?')
    : vscode.l10n.t('Send @{0} any message in Telegram, then look again.', username);
}

async function askChatId(): Promise<TelegramChat | undefined> {
  const id = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Up Telegram (2/2)'),
    prompt: vscode.l10n.t('A number, negative for groups, or @name of a channel.'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^(?:-?\d{1,20}|@\w{4,64})$/.test(text.trim()) ? undefined : vscode.l10n.t('A number or @name, please.'),
  });
  return id === undefined ? undefined : { id: id.trim(), title: vscode.l10n.t('chat'), type: '' };
}
