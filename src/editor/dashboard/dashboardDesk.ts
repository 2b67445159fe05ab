import * as vscode from 'vscode';

import { DashboardPanel } from './dashboardPanel.ts';
import type { DashboardPorts } from './dashboardPorts.ts';
import { exportReport } from './exportReport.ts';

/** The one dashboard of this window. */
export class DashboardDesk implements vscode.Disposable {
  readonly #ports: DashboardPorts;
  #shown: { readonly panel: vscode.WebviewPanel; readonly dashboard: DashboardPanel } | undefined;

  constructor(ports: DashboardPorts) {
    this.#ports = ports;
  }

  open(): void {
    if (this.#shown !== undefined) {
      this.#shown.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('AI Keys Dashboard');
    this.#show(vscode.window.createWebviewPanel('aiKeys.dashboard', title, vscode.ViewColumn.Active));
  }

  /** After a restart or a reload of the window. */
  restore(panel: vscode.WebviewPanel): void {
    if (this.#shown === undefined) this.#show(panel);
    else panel.dispose();
  }

  exportReport(): Promise<void> {
    return exportReport(this.#ports);
  }

  dispose(): void {
    this.#shown?.dashboard.dispose();
    this.#shown = undefined;
  }

  #show(panel: vscode.WebviewPanel): void {
    const dashboard = new DashboardPanel(panel, this.#ports);
    this.#shown = { panel, dashboard };
    panel.onDidDispose(() => {
      dashboard.dispose();
      this.#shown = undefined;
    });
  }
}
