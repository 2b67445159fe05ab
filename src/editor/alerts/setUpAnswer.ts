import * as vscode from 'vscode';

import type { SendResult } from '../../core/alerts/channel.ts';

/** Where alerts will go, said in full before anything is stored. */
export async function confirmTarget(target: string): Promise<boolean> {
  const yes = vscode.l10n.t('Send Alerts There');
  const question = vscode.l10n.t('Send alerts of AI Keys to this address?');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: target }, yes)) === yes;
}

/** What the far end made of the test message, in its own words. */
export async function sayTestResult(name: string, result: SendResult): Promise<void> {
  if (result.ok) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0}: the test message was sent.', name));
    return;
  }
  await sayWithSettings(vscode.l10n.t('{0}: the test message was not sent: {1}', name, result.said));
}

/** For what only a setting can put right. */
export async function sayWithSettings(message: string): Promise<void> {
  const settings = vscode.l10n.t('Open Settings');
  const chosen = await vscode.window.showErrorMessage(message, settings);
  if (chosen === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'aiKeys.alerts');
}

export async function storeSetting(name: string, value: string | number | boolean | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('aiKeys').update(`alerts.${name}`, value, vscode.ConfigurationTarget.Global);
}

export const withProgress = <Answer>(title: string, run: () => Promise<Answer>): Thenable<Answer> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, run);
