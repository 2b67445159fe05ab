import * as vscode from 'vscode';

import type { Log } from '../../core/ports.ts';
import type { CommandId } from './commandIds.ts';
import { registerCommand, type RunCommand } from './registerCommand.ts';

export type UpkeepPorts = {
  /** Looks at what other windows wrote, and paints the views anew. */
  readonly refresh: () => void;
  readonly clearCache: () => void;
  readonly showLog: () => void;
  readonly log: Log;
};

export function registerUpkeepCommands({ refresh, clearCache, showLog, log }: UpkeepPorts): vscode.Disposable {
  const register = (id: CommandId, run: RunCommand): vscode.Disposable => registerCommand(id, log, run);
  return vscode.Disposable.from(
    register('aiKeys.refresh', () => refresh()),
    register('aiKeys.clearCache', () => {
      clearCache();
      vscode.window.setStatusBarMessage(vscode.l10n.t('AI Keys: the answer cache is empty.'), 5_000);
    }),
    register('aiKeys.showLog', () => showLog()),
    register('aiKeys.openSettings', async () => {
      await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:ai-keys.ai-keys');
    }),
  );
}
