import * as vscode from 'vscode';

import type { OutboxChannel, Runbook } from '../../core/alerts/alert.ts';
import type { AlertService } from '../../core/alerts/alertService.ts';
import type { Log } from '../../core/ports.ts';
import { registerCommand } from '../commands/registerCommand.ts';
import { alertPage, runbooksOf } from './alertPage.ts';
import { AlertPages } from './alertPages.ts';
import { runbookUri } from './openRunbook.ts';
import { sayTestResult, withProgress } from './setUpAnswer.ts';

export type AlertCommandPorts = {
  readonly service: AlertService;
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
};

/** `aiKeys.showAlerts` and `aiKeys.testAlert`. */
export function registerAlertCommands(ports: AlertCommandPorts): vscode.Disposable {
  const { service, log, extensionUri } = ports;
  const pages = new AlertPages(async () => {
    const records = await service.history();
    return alertPage(records, {
      ...service.texts(),
      language: vscode.env.language,
      runbooks: await readRunbooks(extensionUri, runbooksOf(records)),
    });
  });
  return vscode.Disposable.from(
    pages.register(),
    registerCommand('aiKeys.showAlerts', log, () => pages.show()),
    registerCommand('aiKeys.testAlert', log, () => testAlert(service)),
  );
}

async function readRunbooks(extensionUri: vscode.Uri, names: ReadonlySet<Runbook>): Promise<Map<Runbook, string>> {
  const texts = new Map<Runbook, string>();
  for (const name of names) {
    const bytes = await vscode.workspace.fs.readFile(runbookUri(extensionUri, name));
    texts.set(name, new TextDecoder().decode(bytes));
  }
  return texts;
}

type ChannelItem = vscode.QuickPickItem & { readonly id: OutboxChannel };

async function testAlert(service: AlertService): Promise<void> {
  const items: ChannelItem[] = [
    { id: 'telegram', label: 'Telegram' },
    { id: 'email', label: vscode.l10n.t('Email') },
    { id: 'toast', label: vscode.l10n.t('Notification') },
  ];
  const item = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Where to send a test message?'),
  });
  if (item === undefined) return;
  const result = await withProgress(vscode.l10n.t('Sending a test message…'), () => service.sendTest(item.id));
  if (result.ok && item.id === 'toast') return;
  if (!result.ok && result.kind === 'notSetUp') {
    await vscode.commands.executeCommand(item.id === 'email' ? 'aiKeys.setUpEmail' : 'aiKeys.setUpTelegram');
    return;
  }
  await sayTestResult(item.label, result);
}
