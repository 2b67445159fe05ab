import * as vscode from 'vscode';

import type { Log } from '../../core/ports.ts';
import type { CommandId } from './commandIds.ts';

/**
 * Arguments come from menus and keybindings, but a repository's tasks can send any: the command
 * reads them as `unknown`, and they only ever preselect.
 */
export type RunCommand = (...args: readonly unknown[]) => Promise<void> | void;

/** A command that fails says so and writes the rest to the log. */
export function registerCommand(id: CommandId, log: Log, run: RunCommand): vscode.Disposable {
  return vscode.commands.registerCommand(id, (...args: unknown[]) => guarded(id, log, () => run(...args)));
}

/** The same for what begins without a command, by a drop. */
export async function guarded(id: CommandId, log: Log, run: () => Promise<void> | void): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const showLog = vscode.l10n.t('Show Log');
    const message = error instanceof Error ? error.message : String(error);
    const chosen = await vscode.window.showErrorMessage(vscode.l10n.t('AI Keys: {0}', message), showLog);
    if (chosen === showLog) await vscode.commands.executeCommand('aiKeys.showLog' satisfies CommandId);
  }
}
