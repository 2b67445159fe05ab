import * as vscode from 'vscode';
import { readEnvFile } from '../adapters/envFile.ts';
import type { EnvReading } from '../core/keys/envLines.ts';
import type { Provider } from '../core/providers/provider.ts';
import { registerAddKey, type AddKeyPorts } from '../editor/commands/addKey.ts';
import { registerEditKey, type EditKeyPorts } from '../editor/commands/editKey.ts';
import { registerImportEnv, type ImportEnvPorts } from '../editor/commands/importEnv.ts';
import { registerKeyCommands, type KeyCommandsPorts } from '../editor/commands/keyCommands.ts';
import { registerRefreshModels, type RefreshModelsPorts } from '../editor/commands/refreshModels.ts';

export type AllKeyCommandsPorts = AddKeyPorts &
  EditKeyPorts &
  KeyCommandsPorts &
  RefreshModelsPorts &
  Omit<ImportEnvPorts, 'readEnv'>;

/** Everything that changes keys; loaded with the first of these commands. */
export function registerAllKeyCommands(ports: AllKeyCommandsPorts): vscode.Disposable {
  return vscode.Disposable.from(
    registerAddKey(ports),
    registerEditKey(ports),
    registerKeyCommands(ports),
    registerRefreshModels(ports),
    registerImportEnv({ ...ports, readEnv: (text) => readEnv(text, ports.providers()) }),
  );
}

function readEnv(text: string, providers: readonly Provider[]): EnvReading {
  const reading = readEnvFile(text, providers);
  // The command looks at the file's size before it reads it.
  if (reading === 'tooLarge') throw new Error('a .env that is too large was read');
  return reading;
}
