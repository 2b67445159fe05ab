import * as vscode from 'vscode';

import type { EntryWritten } from '../../core/providers/providerEntry.ts';
import type { CommandId } from '../commands/commandIds.ts';

/** Writes `aiKeys.providers` at application scope. False: it was not written, and the user knows why. */
export async function storeProviders(written: EntryWritten): Promise<boolean> {
  const problem = written.ok ? await write(written.setting) : notAnObject();
  if (problem === undefined) return true;
  const open = vscode.l10n.t('Open Settings');
  const chosen = await vscode.window.showErrorMessage(problem, open);
  if (chosen === open) await vscode.commands.executeCommand('aiKeys.openSettings' satisfies CommandId);
  return false;
}

const notAnObject = (): string =>
  vscode.l10n.t('The setting {0} is not an object; put it right first. Nothing was changed.', 'aiKeys.providers');

async function write(setting: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  try {
    const section = vscode.workspace.getConfiguration('aiKeys');
    await section.update('providers', setting, vscode.ConfigurationTarget.Global);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return vscode.l10n.t('The settings could not be written: {0}', reason);
  }
}
