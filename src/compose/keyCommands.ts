import * as vscode from 'vscode';
import { openLegacyFile, readEnvFile } from '../adapters/envFile.ts';
import { GitIgnore } from '../adapters/gitIgnore.ts';
import { writePrivateFile } from '../adapters/privateFile.ts';
import type { EnvReading } from '../core/keys/envLines.ts';
import type { Provider } from '../core/providers/provider.ts';
import { registerAddKey, type AddKeyPorts } from '../editor/commands/addKey.ts';
import { registerEditKey, type EditKeyPorts } from '../editor/commands/editKey.ts';
import { registerForgetLearned, type ForgetLearnedPorts } from '../editor/commands/forgetLearned.ts';
import { registerExportKeys, type ExportKeysPorts } from '../editor/commands/exportKeys.ts';
import { registerImportBackup, type ImportBackupPorts } from '../editor/commands/importBackup.ts';
import { EnvImport, type ImportEnvPorts } from '../editor/commands/importEnv.ts';
import { registerKeyCommands, type KeyCommandsPorts } from '../editor/commands/keyCommands.ts';
import { KeyPick, type KeyPickPorts } from '../editor/commands/keyPick.ts';
import { registerRefreshModels, type RefreshModelsPorts } from '../editor/commands/refreshModels.ts';
import { registerProviderCommands } from '../editor/providers/providerCommands.ts';
import type { ProviderPorts } from '../editor/providers/providerPorts.ts';
import { textOf } from '../editor/commands/textFile.ts';

export type AllKeyCommandsPorts = Omit<AddKeyPorts, 'importText'> &
  Omit<EditKeyPorts, 'pick'> &
  Omit<KeyCommandsPorts, 'pick'> &
  KeyPickPorts &
  ProviderPorts &
  ForgetLearnedPorts &
  RefreshModelsPorts &
  Omit<ImportEnvPorts, 'readEnv' | 'git'> &
  Omit<ExportKeysPorts, 'writePrivateFile' | 'git'> &
  Omit<ImportBackupPorts, 'openLegacy'>;

export type KeyCommands = vscode.Disposable & Pick<EnvImport, 'takeDrop'>;

/** Everything that changes keys; loaded with the first of these commands. */
export function registerAllKeyCommands(ports: AllKeyCommandsPorts): KeyCommands {
  const pick = new KeyPick(ports);
  const git = new GitIgnore();
  const envImport = new EnvImport({ ...ports, git, readEnv: (text) => readEnv(text, ports.providers()) });
  const importText = (text: string): Promise<void> => envImport.take(textOf(vscode.l10n.t('what you pasted'), text));
  const commands = vscode.Disposable.from(
    registerAddKey({ ...ports, importText }),
    registerEditKey({ ...ports, pick }),
    registerKeyCommands({ ...ports, pick }),
    registerProviderCommands(ports),
    registerRefreshModels(ports),
    registerForgetLearned(ports),
    envImport.register(),
    registerExportKeys({ ...ports, git, writePrivateFile }),
    registerImportBackup({ ...ports, openLegacy: (token, key) => openLegacyFile(token, key, ports.providers()) }),
  );
  return {
    takeDrop: (transfer) => envImport.takeDrop(transfer),
    dispose: () => void commands.dispose(),
  };
}

function readEnv(text: string, providers: readonly Provider[]): EnvReading {
  const reading = readEnvFile(text, providers);
  // The command looks at the file's size before it reads it.
  if (reading === 'tooLarge') throw new Error('a .env that is too large was read');
  return reading;
}
