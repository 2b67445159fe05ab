import * as vscode from 'vscode';

import type { Alert, AlertEvent, AlertLevel } from '../../core/alerts/alert.ts';
import { isQuota } from '../../core/alerts/policy.ts';
import type { Channel, Outgoing, SendResult } from '../../core/alerts/channel.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';

export type ToastActions = {
  /** Several keys: the user chooses. */
  readonly updateKey: (key: KeyRef | undefined) => void;
  readonly checkKey: (key: KeyRef | undefined) => void;
  readonly openDashboard: () => void;
  /** The route of a failure, else the runbook of the event. */
  readonly showWhy: (alert: Alert) => void;
  readonly snoozeToday: () => void;
  readonly showAlerts: () => void;
};

type Action = { readonly title: string; readonly run: () => void };

/** Toasts, in the window that the user looks at. */
export class ToastChannel implements Channel {
  readonly id = 'toast';
  readonly #actions: () => ToastActions;

  constructor(actions: () => ToastActions) {
    this.#actions = actions;
  }

  wants(): boolean {
    return vscode.window.state.focused;
  }

  missing(): undefined {
    return undefined;
  }

  send({ alerts, message }: Outgoing): Promise<SendResult> {
    const actions = actionsFor(alerts, this.#actions());
    const show = showOf(alerts);
    // Shown is sent: what the user makes of it is not waited for.
    void show(vscode.l10n.t('AI Keys: {0}', message.text.split('\n').join(' · ')), ...actions).then((chosen) =>
      chosen?.run(),
    );
    return Promise.resolve({ ok: true, said: '' });
  }
}

type Show = (message: string, ...actions: Action[]) => Thenable<Action | undefined>;

function showOf(alerts: readonly Alert[]): Show {
  const levels = new Set<AlertLevel>(alerts.map(({ level }) => level));
  if (levels.has('critical') || levels.has('error')) return vscode.window.showErrorMessage;
  return levels.has('warning') ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
}

function actionsFor(alerts: readonly Alert[], actions: ToastActions): readonly Action[] {
  const [first] = alerts;
  const events = new Set<AlertEvent>(alerts.map(({ event }) => event));
  if (first === undefined) return [];
  const showAlerts = { title: vscode.l10n.t('Show Alerts'), run: () => actions.showAlerts() };
  if (events.size > 1 && !alerts.every(isQuota)) return [showAlerts];
  const showWhy = { title: vscode.l10n.t('Show Why'), run: () => actions.showWhy(first) };
  const openDashboard = { title: vscode.l10n.t('Open Dashboard'), run: () => actions.openDashboard() };
  if (first.event === 'keyRefused') {
    const key = alerts.length === 1 ? first.key : undefined;
    return [{ title: vscode.l10n.t('Update Key'), run: () => actions.updateKey(key) }, showWhy];
  }
  if (first.event === 'allFailed') return [openDashboard, showWhy];
  if (isQuota(first)) {
    return [openDashboard, { title: vscode.l10n.t('Snooze Today'), run: () => actions.snoozeToday() }];
  }
  if (first.event !== 'noCredit') return [];
  const key = alerts.length === 1 ? first.key : undefined;
  // It offers to try again where the account has credit by now.
  return [{ title: vscode.l10n.t('Check Key'), run: () => actions.checkKey(key) }, showWhy];
}
