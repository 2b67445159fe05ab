import * as vscode from 'vscode';

import { runbookOf } from '../../core/alerts/alert.ts';
import { keyRef, parseKeyRef } from '../../core/keys/keyRef.ts';
import type { Answer, DashboardAction } from '../../shared/dashboardMessages.ts';
import type { KeyAction } from '../../shared/dashboardView.ts';
import type { CommandId } from '../commands/commandIds.ts';
import type { DashboardPorts } from './dashboardPorts.ts';
import type { DashboardSource } from './dashboardSource.ts';
import { actionOf, stoppedAction, stoppedId, type AlertAction } from './view/alertRows.ts';
import { keyCommands } from './view/keyMenu.ts';
import { routeTraceView } from './view/routeRows.ts';
import { usageTable } from './view/usageTable.ts';

const done: Answer = {};

const alertCommands: Readonly<Record<AlertAction['do'], CommandId>> = {
  editKey: 'aiKeys.editKey',
  checkKey: 'aiKeys.checkKey',
  addKey: 'aiKeys.addKey',
  checkAllKeys: 'aiKeys.checkAllKeys',
  openSettings: 'aiKeys.openSettings',
  setUpTelegram: 'aiKeys.setUpTelegram',
  setUpEmail: 'aiKeys.setUpEmail',
};

/** Does what the dashboard's buttons say, through the commands that everything else uses too. */
export class DashboardActions {
  readonly #ports: DashboardPorts;
  readonly #source: DashboardSource;
  readonly #readNow: () => Promise<void>;

  constructor(ports: DashboardPorts, source: DashboardSource, readNow: () => Promise<void>) {
    this.#ports = ports;
    this.#source = source;
    this.#readNow = readNow;
  }

  /** Answers once the wish is taken: a dialog may stay open for long. */
  async act(action: DashboardAction): Promise<Answer> {
    switch (action.do) {
      case 'addKey':
        return start('aiKeys.addKey');
      case 'importEnv':
        return start('aiKeys.importEnv');
      case 'exportReport':
        return start('aiKeys.exportReport');
      case 'openSettings':
        return start('aiKeys.openSettings');
      case 'refresh':
        start('aiKeys.refresh');
        await this.#readNow();
        return done;
      case 'key':
        return this.#key(action.key, action.action);
      case 'alert':
        return this.#alert(action.alert, action.part);
      case 'chart':
        this.#source.choose(action.choice);
        await this.#readNow();
        return done;
      case 'copyUsage':
        await vscode.env.clipboard.writeText(usageTable(this.#source.view().usage, vscode.l10n));
        return done;
      case 'route':
        return this.#route(action.route);
    }
  }

  #key(text: string, action: KeyAction): Answer {
    const ref = parseKeyRef(text)?.ref;
    const known = this.#ports.tracker.allStatuses().some(({ key }) => keyRef(key.provider, key.number) === ref);
    if (ref === undefined || !known) return { problem: vscode.l10n.t('This key is no longer there.') };
    return start(keyCommands[action], ref);
  }

  async #alert(id: string, part: 'runbook' | 'action'): Promise<Answer> {
    const { alerts, banner, stopped } = this.#ports.alerts.state();
    const silent = stopped.find(({ channel }) => stoppedId(channel) === id);
    if (silent !== undefined) return start(alertCommands[stoppedAction(silent.channel, vscode.l10n).do]);
    const all = [
      ...alerts,
      ...(banner === undefined ? [] : [banner]),
      ...this.#source.history.map(({ alert }) => alert),
    ];
    const alert = all.find((one) => one.id === id);
    if (alert === undefined) return { problem: vscode.l10n.t('This alert is no longer there.') };
    if (part === 'runbook') {
      const runbook = runbookOf(alert.event);
      if (runbook !== undefined) await this.#ports.openRunbook(runbook);
      return done;
    }
    const action = actionOf(alert, vscode.l10n);
    return action === undefined ? done : start(alertCommands[action.do], action.argument);
  }

  #route(id: string): Answer {
    const route = this.#source.routes.find((one) => one.id === id);
    if (route === undefined) {
      return { problem: vscode.l10n.t('This request is too long ago: only the last 200 are kept.') };
    }
    return { trace: routeTraceView(route, this.#ports.providers(), vscode.l10n) };
  }
}

/** Commands say themselves what went wrong. */
function start(command: CommandId, ...args: readonly (string | undefined)[]): Answer {
  void vscode.commands.executeCommand(command, ...args.filter((argument) => argument !== undefined));
  return done;
}
