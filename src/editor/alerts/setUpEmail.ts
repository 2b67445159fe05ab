import * as vscode from 'vscode';

import type { AlertService } from '../../core/alerts/alertService.ts';
import type { ChannelBinding } from '../../core/alerts/channelBinding.ts';
import type { EmailSettings } from '../../core/alerts/channelSettings.ts';
import { isSender, mailAddresses, malformedIn } from '../../core/alerts/mailAddress.ts';
import { mailServiceOf, mailServices, type MailService } from '../../core/alerts/mailServices.ts';
import type { ChannelSecrets } from '../../core/keys/channelSecrets.ts';
import { Secret } from '../../core/keys/secret.ts';
import type { Log } from '../../core/ports.ts';
import { registerCommand } from '../commands/registerCommand.ts';
import { confirmTarget, sayTestResult, storeSetting, withProgress } from './setUpAnswer.ts';

export type SetUpEmailPorts = {
  readonly service: Pick<AlertService, 'sendTest' | 'channelChanged'>;
  readonly secrets: ChannelSecrets;
  readonly binding: ChannelBinding;
  readonly settings: () => EmailSettings;
  readonly log: Log;
};

type Server = {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean | undefined;
  readonly service?: MailService;
};

/** Address, server, login, confirmation, test message. Takes no argument: none may carry a target. */
export function registerSetUpEmail(ports: SetUpEmailPorts): vscode.Disposable {
  return registerCommand('aiKeys.setUpEmail', ports.log, async () => {
    const now = ports.settings();
    const to = await askAddress(now.to);
    if (to === undefined) return;
    const server = await askServer(to, now);
    if (server === undefined) return;
    const user = await askUser(server, to, now);
    if (user === undefined) return;
    const password = user === '' ? undefined : await askPassword(server);
    if (user !== '' && password === undefined) return;
    const at = `${server.host}:${server.port}`;
    if (!(await confirmTarget(vscode.l10n.t('Email to {0}, through {1}', to, at)))) return;
    if (password === undefined) await ports.secrets.delete('smtpPassword');
    else await ports.secrets.store('smtpPassword', password);
    await storeServer(to, server, user);
    // It would stop all mail, the test message first.
    if (!isSender(now.from)) await storeSetting('email.from', undefined);
    await ports.binding.bind('smtpPassword', at);
    ports.service.channelChanged('email');
    const result = await withProgress(vscode.l10n.t('Sending a test message…'), () => ports.service.sendTest('email'));
    await sayTestResult(vscode.l10n.t('Email'), result);
  });
}

async function storeServer(to: string, { host, port, secure }: Server, user: string): Promise<void> {
  await storeSetting('email.to', to);
  await storeSetting('email.host', host);
  await storeSetting('email.port', port);
  await storeSetting('email.secure', secure);
  await storeSetting('email.user', user);
}

async function askAddress(value: string): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Up Email (1/4)'),
    prompt: vscode.l10n.t('Who is to get the alerts? Several addresses with commas between.'),
    value,
    ignoreFocusOut: true,
    validateInput: addressProblem,
  });
  return text?.trim();
}

function addressProblem(text: string): string | undefined {
  const wrong = malformedIn(text);
  if (wrong !== undefined) return vscode.l10n.t('Not an email address: {0}', wrong);
  return mailAddresses(text).length === 0 ? vscode.l10n.t('An email address, please.') : undefined;
}

type ServerItem = vscode.QuickPickItem & { readonly service?: MailService };

async function askServer(to: string, now: EmailSettings): Promise<Server | undefined> {
  const likely = mailServiceOf(to);
  const ordered = likely === undefined ? mailServices : [likely, ...mailServices.filter((one) => one !== likely)];
  const items: ServerItem[] = [
    ...ordered.map((service) => ({ service, label: service.name, description: `${service.host}:${service.port}` })),
    { label: vscode.l10n.t('Another mail server…'), iconPath: new vscode.ThemeIcon('server') },
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Set Up Email (2/4)'),
    placeHolder: vscode.l10n.t('Which mail server sends them?'),
    ignoreFocusOut: true,
  });
  if (item === undefined) return undefined;
  const { service } = item;
  if (service !== undefined)
    return { host: service.host, port: service.port, secure: service.secure ? true : undefined, service };
  return askOwnServer(now);
}

async function askOwnServer(now: EmailSettings): Promise<Server | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Up Email (2/4)'),
    prompt: vscode.l10n.t('Host and port. On 465 TLS is used from the first byte, elsewhere STARTTLS is required.'),
    placeHolder: 'smtp.example.org:587',
    value: now.host === '' ? '' : `${now.host}:${now.port ?? 587}`,
    ignoreFocusOut: true,
    validateInput: (value) =>
      serverOf(value) === undefined ? vscode.l10n.t('Like smtp.example.org:587, please.') : undefined,
  });
  return text === undefined ? undefined : serverOf(text);
}

function serverOf(text: string): Server | undefined {
  const groups = /^(?<host>\[[\da-f:]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i.exec(text.trim())?.groups;
  const host = groups?.['host'];
  const port = Number(groups?.['port'] ?? 587);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port, secure: undefined };
}

function askUser({ service }: Server, to: string, now: EmailSettings): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Set Up Email (3/4)'),
    prompt: vscode.l10n.t('User name of the mail server, often the address. Empty: no login.'),
    value: service?.login === 'apikeyUser' ? 'apikey' : now.user === '' ? (mailAddresses(to)[0] ?? '') : now.user,
    ignoreFocusOut: true,
  });
}

async function askPassword({ service }: Server): Promise<Secret | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Up Email (4/4)'),
    prompt: passwordHint(service),
    password: true,
    ignoreFocusOut: true,
  });
  return text === undefined || text === '' ? undefined : new Secret(text);
}

function passwordHint(service: MailService | undefined): string {
  switch (service?.login) {
    case 'appPassword':
      return vscode.l10n.t(
        '{0} wants an app password, made in its account settings, not your usual one.',
        service.name,
      );
    case 'oauthOnly':
      return vscode.l10n.t('{0} is switching password logins off; it may refuse this one.', service.name);
    case 'token':
      return vscode.l10n.t('{0} wants a token made for sending mail.', service.name);
    default:
      return vscode.l10n.t('Password. Kept in the system’s secret storage, sent to this server alone.');
  }
}
