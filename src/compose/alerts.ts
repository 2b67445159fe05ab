import * as tls from 'node:tls';
import * as vscode from 'vscode';
import { LedgerOutbox } from '../adapters/ledgerOutbox.ts';
import { MementoBinding } from '../adapters/mementoBinding.ts';
import { SecretStorageChannels } from '../adapters/secretStorageVault.ts';
import { SmtpChannel } from '../adapters/smtpChannel.ts';
import { SqliteOutbox, type SqliteOutboxOptions } from '../adapters/sqliteLedger/sqliteOutbox.ts';
import { TelegramApi } from '../adapters/telegramApi.ts';
import { TelegramChannel } from '../adapters/telegramChannel.ts';
import { TelegramSetUpCalls } from '../adapters/telegramSetUpCalls.ts';
import type { VscodeSettings } from '../adapters/vscodeSettings.ts';
import { runbookOf, type Alert } from '../core/alerts/alert.ts';
import { AlertService } from '../core/alerts/alertService.ts';
import { readAlertSettings } from '../core/alerts/alertSettings.ts';
import { readEmailSettings, readTelegramSettings } from '../core/alerts/channelSettings.ts';
import type { AlertNames } from '../core/alerts/policy.ts';
import { isStillTrue, type StillTruePorts } from '../core/alerts/stillTrue.ts';
import type { AlertTargets } from '../core/keys/envPlan.ts';
import type { Clock, Http, L10n, Log, Random } from '../core/ports.ts';
import { registerAlertCommands } from '../editor/alerts/alertCommands.ts';
import { importAlertTargets } from '../editor/alerts/importAlertTargets.ts';
import { openRunbook } from '../editor/alerts/openRunbook.ts';
import { storeSetting } from '../editor/alerts/setUpAnswer.ts';
import { registerSetUpEmail } from '../editor/alerts/setUpEmail.ts';
import { registerSetUpTelegram } from '../editor/alerts/setUpTelegram.ts';
import { ToastChannel, type ToastActions } from '../editor/alerts/toastChannel.ts';

export type AlertsAsk = {
  readonly context: vscode.ExtensionContext;
  readonly settings: VscodeSettings;
  readonly database: Pick<SqliteOutboxOptions, 'connection' | 'onForeignChange'>;
  /** Loaded with the first message. */
  readonly http: Http;
  readonly names: AlertNames;
  readonly stillTrue: StillTruePorts;
  readonly openDashboard: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly l10n: L10n;
  readonly log: Log;
  /** False under test, where VS Code refuses modal dialogs. */
  readonly asks: boolean;
};

export type Alerts = vscode.Disposable & {
  readonly service: AlertService;
  readonly importTargets: (targets: AlertTargets) => Promise<void>;
};

/** Outbox, channels and commands of the alerts. Sends nothing and reads no secret until one is due. */
export function composeAlerts(ask: AlertsAsk): Alerts {
  const { context, settings, clock, random, l10n, log } = ask;
  const raw = (name: string): unknown => settings.raw(`alerts.${name}`);
  const telegram = () => readTelegramSettings(raw);
  const email = () => readEmailSettings(raw);
  const alertSettings = alertSettingsOf(settings, log);
  const secrets = new SecretStorageChannels(context.secrets);
  const binding = new MementoBinding(context.globalState);
  const api = new TelegramApi({ http: ask.http, clock, l10n });
  const outbox = new LedgerOutbox(new SqliteOutbox({ ...ask.database, clock, random }));
  const common = { secrets, binding, clock, l10n };
  const channels = [
    new TelegramChannel({
      ...common,
      api,
      settings: telegram,
      storeChatId: (id) => storeSetting('telegram.chatId', id),
    }),
    new SmtpChannel({ ...common, settings: email, caCertificates }),
    new ToastChannel(() => toastActions(service, ask)),
  ];
  const { names, stillTrue } = ask;
  const ports = {
    outbox,
    channels,
    settings: alertSettings.current,
    names,
    isStillTrue: (alert: Alert, nowMs: number) => isStillTrue(stillTrue, alert, nowMs),
    clock,
    random,
    log,
    l10n,
  };
  const service: AlertService = new AlertService(ports);
  const setUp = { service, secrets, binding, log };
  const importPorts = { ...setUp, telegram, email, asks: ask.asks };
  const parts = [
    registerAlertCommands({ service, extensionUri: context.extensionUri, log }),
    registerSetUpTelegram({ ...setUp, bots: new TelegramSetUpCalls(api, l10n), settings: telegram }),
    registerSetUpEmail({ ...setUp, settings: email }),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) service.windowFocused();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('aiKeys.alerts.telegram')) service.channelChanged('telegram');
      if (event.affectsConfiguration('aiKeys.alerts.email')) service.channelChanged('email');
    }),
    new vscode.Disposable(
      secrets.onDidChange((name) => service.channelChanged(name === 'smtpPassword' ? 'email' : 'telegram')),
    ),
    new vscode.Disposable(alertSettings.stop),
    new vscode.Disposable(() => {
      service.dispose();
      outbox.dispose();
    }),
  ];
  service.start();
  const all = vscode.Disposable.from(...parts);
  return {
    service,
    importTargets: (targets) => importAlertTargets(targets, importPorts),
    dispose: () => void all.dispose(),
  };
}

/** Parsed once until a setting changes; what is wrong is said once. */
function alertSettingsOf(settings: VscodeSettings, log: Log) {
  const read = () => {
    const { settings: parsed, problems } = readAlertSettings(
      {
        warnAtPercent: settings.current['quota.warnAtPercent'],
        channels: settings.raw('alerts.channels'),
        quietHours: settings.raw('alerts.quietHours'),
      },
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    );
    for (const name of problems) log.warn(`the setting ${name} is not usable; its default is used`);
    return parsed;
  };
  let current = read();
  const stop = settings.onDidChange(() => {
    current = read();
  });
  return { current: () => current, stop };
}

function toastActions(service: AlertService, { context, openDashboard, log }: AlertsAsk): ToastActions {
  const run = (command: string, ...args: unknown[]): void => {
    const failed = (error: unknown): void => log.error(`${command}: ${String(error)}`);
    void vscode.commands.executeCommand(command, ...args).then(undefined, failed);
  };
  return {
    updateKey: (key) => run('aiKeys.editKey', ...(key === undefined ? [] : [key])),
    checkKey: (key) => run('aiKeys.checkKey', ...(key === undefined ? [] : [key])),
    openDashboard,
    showAlerts: () => run('aiKeys.showAlerts'),
    snoozeToday: () => void service.snoozeToday(),
    showWhy: (alert) => {
      const runbook = runbookOf(alert.event);
      if (alert.event === 'allFailed') run('aiKeys.explainRoute', alert.route);
      else if (runbook !== undefined) void openRunbook(context.extensionUri, runbook);
    },
  };
}

/** The system's certificates too, as for HTTP. */
const caCertificates = (): readonly string[] => [
  ...tls.getCACertificates('default'),
  ...tls.getCACertificates('system'),
];
