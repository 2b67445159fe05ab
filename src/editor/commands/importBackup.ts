import * as vscode from 'vscode';

import { describeBackupProblem, openBackup, readBackup, type SealedBackup } from '../../core/keys/backup.ts';
import { planEnvImport } from '../../core/keys/envPlan.ts';
import type { FingerprintOf } from '../../core/keys/fingerprint.ts';
import { planImport } from '../../core/keys/importPlan.ts';
import { displayNameOf, keyName } from '../../core/keys/keyName.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeLegacyProblem, looksLegacy, type OpenedLegacy } from '../../core/keys/legacySecrets.ts';
import { pasteKind } from '../../core/keys/paste.ts';
import { Secret } from '../../core/keys/secret.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { askText, type TextAnswer } from './askText.ts';
import type { CommandId } from './commandIds.ts';
import { changesIn, ImportDesk, type Importable, type ImportDeskPorts } from './importDesk.ts';
import { importableOf } from './importEnv.ts';
import { nameList } from './nameList.ts';
import { registerCommand } from './registerCommand.ts';
import { readTextFile, type TextFile } from './textFile.ts';

export type ImportBackupPorts = ImportDeskPorts & {
  readonly keyring: Pick<Keyring, 'keys' | 'fingerprintOf' | 'applyPlan'>;
  readonly providers: () => readonly Provider[];
  /** Opens the older system's file with its Fernet key. */
  readonly openLegacy: (token: string, key: Secret) => OpenedLegacy;
  readonly log: Log;
};

/** Takes no argument: the file, its passphrase and the word to restore are the user's own. */
export function registerImportBackup(ports: ImportBackupPorts): vscode.Disposable {
  const restore = new Restore(ports);
  return registerCommand('aiKeys.importBackup', ports.log, () => restore.run());
}

/** A backup of AI Keys or the older system's Fernet file: opened, shown, confirmed, stored. */
class Restore {
  readonly #ports: ImportBackupPorts;
  readonly #desk: ImportDesk;

  constructor(ports: ImportBackupPorts) {
    this.#ports = ports;
    this.#desk = new ImportDesk(ports);
  }

  async run(): Promise<void> {
    const picked = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Restore Keys from a Backup'),
      openLabel: vscode.l10n.t('Open'),
      canSelectMany: false,
    });
    if (picked?.[0] === undefined) return;
    const file = await readTextFile(picked[0]);
    if ('problem' in file) {
      void vscode.window.showErrorMessage(file.problem);
      return;
    }
    const importable = await this.#open(file);
    if (importable !== undefined) await this.#restore(importable);
  }

  /** Undefined: it could not be opened, which was said, or the user left. */
  async #open(file: TextFile): Promise<Importable | undefined> {
    if (looksLegacy(file.text)) return this.#openLegacy(file);
    const backup = readBackup(file.text);
    if (backup.ok) return this.#openBackup(file.name, backup.sealed);
    if (backup.problem.kind === 'notABackup' && pasteKind(file.text) === 'env') await offerEnv(file);
    else void vscode.window.showErrorMessage(describeBackupProblem(vscode.l10n, backup.problem));
    return undefined;
  }

  async #openBackup(name: string, sealed: SealedBackup): Promise<Importable | undefined> {
    const { keyring } = this.#ports;
    const answer = await askText({
      title: vscode.l10n.t('Restore Keys from {0}', name),
      prompt: vscode.l10n.t('The passphrase of this backup'),
      hidden: true,
      read: async (text) => {
        const opened = await openBackup(sealed, new Secret(text));
        return opened.ok
          ? { ok: true, value: opened.found }
          : { ok: false, problem: describeBackupProblem(vscode.l10n, opened.problem) };
      },
    });
    if (answer.kind !== 'value') return undefined;
    const fingerprintOf: FingerprintOf = (secret, provider) => keyring.fingerprintOf(secret, provider);
    const plan = planImport({ found: answer.value, existing: keyring.keys(), fingerprintOf });
    return { name, plan, targets: {}, notTaken: [], notTakenMore: 0 };
  }

  async #openLegacy({ name, text: token }: TextFile): Promise<Importable | undefined> {
    const { keyring, openLegacy, providers } = this.#ports;
    const answer: TextAnswer<Extract<OpenedLegacy, { ok: true }>['reading']> = await askText({
      title: vscode.l10n.t('Restore Keys from {0}', name),
      prompt: vscode.l10n.t('This is an encrypted secrets file of the older system. Its Fernet key, 44 characters:'),
      hidden: true,
      read: (text) => {
        const opened = openLegacy(token, new Secret(text));
        return opened.ok
          ? { ok: true, value: opened.reading }
          : { ok: false, problem: describeLegacyProblem(vscode.l10n, opened.problem) };
      },
    });
    if (answer.kind !== 'value') return undefined;
    const fingerprintOf: FingerprintOf = (secret, provider) => keyring.fingerprintOf(secret, provider);
    const source = { reading: answer.value, existing: keyring.keys(), fingerprintOf, providers: providers() };
    return importableOf(name, planEnvImport(source));
  }

  async #restore(importable: Importable): Promise<void> {
    const { name, plan } = importable;
    const count = changesIn(plan);
    const done = await this.#desk.run(importable, {
      title: vscode.l10n.t('Restore Keys from {0}', name),
      run:
        count === 1
          ? vscode.l10n.t('$(cloud-download) Restore 1 key…')
          : vscode.l10n.t('$(cloud-download) Restore {0} keys…', count),
      confirm: () => this.#confirm(importable),
    });
    if (done) await this.#desk.takeTargets(importable);
  }

  async #confirm({ name, plan }: Importable): Promise<boolean> {
    const restore = vscode.l10n.t('Restore');
    const detail = [
      plan.add.length === 0 ? '' : vscode.l10n.t('Added: {0}', this.#names(plan.add)),
      plan.change.length === 0
        ? ''
        : vscode.l10n.t(
            'Changed: {0}. They get what the file holds; a secret that is replaced is lost here.',
            this.#names(plan.change.map(({ existing }) => existing)),
          ),
    ].filter((line) => line !== '');
    const options = { modal: true, detail: detail.join('\n\n') };
    const question = vscode.l10n.t('Restore keys from {0}?', name);
    return (await vscode.window.showWarningMessage(question, options, restore)) === restore;
  }

  /** A key that the file gives no number has none yet. */
  #names(keys: readonly { readonly provider: string; readonly number?: number }[]): string {
    const providers = this.#ports.providers();
    return nameList(
      keys.map(({ provider, number }) => {
        const name = displayNameOf(providers, provider);
        return number === undefined ? name : keyName(vscode.l10n, name, number);
      }),
    );
  }
}

async function offerEnv({ name, uri }: TextFile): Promise<void> {
  const preview = vscode.l10n.t('Preview the Import');
  const words = vscode.l10n.t('{0} is a .env, no backup.', name);
  if ((await vscode.window.showInformationMessage(words, preview)) === preview) {
    await vscode.commands.executeCommand('aiKeys.importEnv' satisfies CommandId, uri);
  }
}
