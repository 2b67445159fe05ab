import * as vscode from 'vscode';

import type { AlertService } from '../../core/alerts/alertService.ts';
import type { ChannelBinding } from '../../core/alerts/channelBinding.ts';
import type { EmailSettings, TelegramSettings } from '../../core/alerts/channelSettings.ts';
import type { ChannelSecrets } from '../../core/keys/channelSecrets.ts';
import { namesTargets, type AlertTargets } from '../../core/keys/envPlan.ts';
import { originOf } from '../../core/providers/origin.ts';
import { confirmTarget, storeSetting } from './setUpAnswer.ts';

export type ImportAlertTargetsPorts = {
  readonly service: Pick<AlertService, 'channelChanged'>;
  readonly secrets: ChannelSecrets;
  readonly binding: ChannelBinding;
  readonly telegram: () => TelegramSettings;
  readonly email: () => EmailSettings;
  /** False where VS Code refuses modal dialogs: under test. */
  readonly asks: boolean;
};

/** Takes over what is new of the targets that a `.env` names, once confirmed; ends by offering the mail set-up. */
export async function importAlertTargets(targets: AlertTargets, ports: ImportAlertTargetsPorts): Promise<void> {
  const fresh = await newOf(targets, ports);
  const isNew = namesTargets(fresh);
  if (isNew) {
    if (ports.asks && !(await confirmTarget(wordsFor(fresh, ports)))) return;
    await takeTelegram(fresh, ports);
    if (fresh.email !== undefined) {
      await storeSetting('email.to', fresh.email);
      ports.service.channelChanged('email');
    }
  }
  if (targets.email !== undefined && ports.asks && ports.email().host === '') {
    await offerMailSetUp(targets.email);
    return;
  }
  const said = isNew ? vscode.l10n.t('Alerts go there from now on.') : vscode.l10n.t('Alerts go there already.');
  vscode.window.setStatusBarMessage(said, 5_000);
}

/** The same file again asks nothing. */
async function newOf(targets: AlertTargets, ports: ImportAlertTargetsPorts): Promise<AlertTargets> {
  const { telegramToken, telegramChatId, email } = targets;
  const { chatId, apiUrl } = ports.telegram();
  const stored = await ports.secrets.get('telegramBotToken');
  const isBound = ports.binding.boundTo('telegramBotToken') === originOf(apiUrl);
  const hasToken = isBound && stored !== undefined && stored.reveal() === telegramToken?.reveal();
  return {
    ...(telegramToken === undefined || hasToken ? {} : { telegramToken }),
    ...(telegramChatId === undefined || telegramChatId === chatId ? {} : { telegramChatId }),
    ...(email === undefined || email === ports.email().to ? {} : { email }),
  };
}

async function takeTelegram(targets: AlertTargets, ports: ImportAlertTargetsPorts): Promise<void> {
  const { telegramToken, telegramChatId } = targets;
  if (telegramToken !== undefined) {
    await ports.secrets.store('telegramBotToken', telegramToken);
    await ports.binding.bind('telegramBotToken', originOf(ports.telegram().apiUrl));
  }
  if (telegramChatId !== undefined) await storeSetting('telegram.chatId', telegramChatId);
  if (telegramToken !== undefined || telegramChatId !== undefined) ports.service.channelChanged('telegram');
}

function wordsFor(
  { telegramToken, telegramChatId, email }: AlertTargets,
  { telegram }: ImportAlertTargetsPorts,
): string {
  const at = originOf(telegram().apiUrl);
  const lines: string[] = [];
  if (telegramChatId !== undefined) lines.push(vscode.l10n.t('Telegram: chat {0}, through {1}', telegramChatId, at));
  else if (telegramToken !== undefined) lines.push(vscode.l10n.t('Telegram: a bot token, sent to {0}', at));
  if (email !== undefined) lines.push(vscode.l10n.t('Email to {0}', email));
  return lines.join('\n');
}

async function offerMailSetUp(email: string): Promise<void> {
  const setUp = vscode.l10n.t('Set Up Email');
  const message = vscode.l10n.t('Alerts for {0} need a mail server. Until then email is not set up.', email);
  if ((await vscode.window.showInformationMessage(message, setUp)) === setUp) {
    await vscode.commands.executeCommand('aiKeys.setUpEmail');
  }
}
