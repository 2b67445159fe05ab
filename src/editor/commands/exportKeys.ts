import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import { createBackup } from '../../core/keys/backup.ts';
import { exportEnv } from '../../core/keys/envExport.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { Secret } from '../../core/keys/secret.ts';
import type { Written } from '../../core/keys/writeProblem.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { askNewPassphrase } from './askPassphrase.ts';
import { warnIfNotIgnored, type GitGuard } from './gitWarning.ts';
import { nameList } from './nameList.ts';
import { registerCommand } from './registerCommand.ts';
import { saveSecretFile } from './saveSecretFile.ts';

export type ExportKeysPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'nameOf' | 'secretOf'>;
  readonly providers: () => readonly Provider[];
  readonly writePrivateFile: (path: string, text: Secret) => Promise<Written>;
  readonly git: GitGuard;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** Neither command takes an argument: what is written, and where, is the user's own word. */
export function registerExportKeys(ports: ExportKeysPorts): vscode.Disposable {
  const desk = new ExportDesk(ports);
  return vscode.Disposable.from(
    registerCommand('aiKeys.exportEnv', ports.log, () => desk.exportEnv()),
    registerCommand('aiKeys.exportBackup', ports.log, () => desk.backUp()),
  );
}

type Found = { readonly key: ApiKey; readonly secret: Secret | undefined };

class ExportDesk {
  readonly #ports: ExportKeysPorts;

  constructor(ports: ExportKeysPorts) {
    this.#ports = ports;
  }

  async exportEnv(): Promise<void> {
    const keys = await this.#keys();
    if (keys === undefined) return;
    const { providers, writePrivateFile, git } = this.#ports;
    const saved = await saveSecretFile({
      title: vscode.l10n.t('Export Keys as .env'),
      fileName: 'ai-keys.env',
      filters: { '.env': ['env'] },
      question: (path) => vscode.l10n.t('Write your keys, readable by anyone who opens the file, to {0}?', path),
      detail: this.#detail(
        keys,
        vscode.l10n.t('A .env holds secrets, priorities and daily limits, not encrypted. Labels are comments.'),
      ),
      confirm: vscode.l10n.t('Write Secrets'),
      text: async () => exportEnv({ keys, providers: providers(), l10n: vscode.l10n }).text,
      write: writePrivateFile,
    });
    if (saved === undefined) return;
    this.#sayWritten(keys, saved);
    await warnIfNotIgnored(saved, git);
  }

  async backUp(): Promise<void> {
    const keys = await this.#keys();
    if (keys === undefined) return;
    const passphrase = await askNewPassphrase(vscode.l10n.t('Back Up Keys'));
    if (passphrase === undefined) return;
    const { clock, random, writePrivateFile } = this.#ports;
    const present = keys.flatMap(({ key, secret }) => (secret === undefined ? [] : [{ key, secret }]));
    const saved = await saveSecretFile({
      title: vscode.l10n.t('Back Up Keys'),
      fileName: `ai-keys-${new Date(clock.now()).toISOString().slice(0, 10)}.json`,
      filters: { [vscode.l10n.t('Backup of AI Keys')]: ['json'] },
      question: (path) => vscode.l10n.t('Write an encrypted backup of your keys to {0}?', path),
      detail: this.#detail(
        keys,
        vscode.l10n.t(
          'The backup holds secrets, labels, priorities, limits and pools, encrypted with your passphrase. Without it nobody can open the file, you included.',
        ),
      ),
      confirm: vscode.l10n.t('Write Backup'),
      text: async () => new Secret(await createBackup(present, passphrase, { clock, random })),
      write: writePrivateFile,
    });
    if (saved !== undefined) this.#sayWritten(keys, saved);
  }

  /** Undefined: there is nothing to export, which was said. */
  async #keys(): Promise<readonly Found[] | undefined> {
    const { keyring } = this.#ports;
    const keys = await Promise.all(keyring.keys().map(async (key) => ({ key, secret: await keyring.secretOf(key) })));
    if (keys.some(({ secret }) => secret !== undefined)) return keys;
    void vscode.window.showInformationMessage(
      keys.length === 0
        ? vscode.l10n.t('There are no keys to export.')
        : vscode.l10n.t('The system no longer has the secret of any key: there is nothing to export.'),
    );
    return undefined;
  }

  #detail(keys: readonly Found[], what: string): string {
    const missing = keys.filter(({ secret }) => secret === undefined);
    return [
      this.#names(keys.filter(({ secret }) => secret !== undefined)),
      ...(missing.length === 0 ? [] : [vscode.l10n.t('Without a secret, and so left out: {0}', this.#names(missing))]),
      what,
    ].join('\n\n');
  }

  #names(keys: readonly Found[]): string {
    return nameList(keys.map(({ key }) => this.#ports.keyring.nameOf(key)));
  }

  #sayWritten(keys: readonly Found[], { fsPath }: vscode.Uri): void {
    const count = keys.filter(({ secret }) => secret !== undefined).length;
    const words =
      count === 1 ? vscode.l10n.t('1 key is in {0}.', fsPath) : vscode.l10n.t('{0} keys are in {1}.', count, fsPath);
    this.#ports.log.info(words);
    void vscode.window.showInformationMessage(words);
  }
}
