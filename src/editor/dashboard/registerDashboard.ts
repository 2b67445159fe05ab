import * as vscode from 'vscode';

import { registerCommand } from '../commands/registerCommand.ts';
import { setContextKey } from '../contextKeys.ts';
import type { DashboardDesk } from './dashboardDesk.ts';
import type { DashboardPorts } from './dashboardPorts.ts';

/** Commands and panel of the dashboard; what they need is loaded when it is first opened. */
export function registerDashboard(ports: DashboardPorts): vscode.Disposable {
  let opened: DashboardDesk | undefined;
  const desk = async (): Promise<DashboardDesk> => {
    const { DashboardDesk: Desk } = await import('./dashboardDesk.ts');
    await ports.ready;
    return (opened ??= new Desk(ports));
  };
  return vscode.Disposable.from(
    registerCommand('aiKeys.openDashboard', ports.log, async () => {
      (await desk()).open();
      setContextKey('aiKeys.sawDashboard', true);
    }),
    registerCommand('aiKeys.exportReport', ports.log, async () => (await desk()).exportReport()),
    vscode.window.registerWebviewPanelSerializer('aiKeys.dashboard', {
      deserializeWebviewPanel: async (panel) => (await desk()).restore(panel),
    }),
    new vscode.Disposable(() => opened?.dispose()),
  );
}
