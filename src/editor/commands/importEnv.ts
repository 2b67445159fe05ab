import * as vscode from 'vscode';

import type { EnvReading } from '../../core/keys/envLines.ts';
import { namesTargets, planEnvImport, type AlertTargets, type EnvPlan } from '../../core/keys/envPlan.ts';
import { describeEnvProblem } from '../../core/keys/envProblem.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/keyringProblem.ts';
import type { ImportResult } from '../../core/keys/importRun.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';
import type { CommandId } from './commandIds.ts';
import { chooseEnvFile, envFilesWithKeys, readEnvFile, uriIn, type EnvFile } from './envFile.ts';
import { confirmImport } from './importPreview.ts';
import { registerCommand } from './registerCommand.ts';

export type ImportEnvPorts = {
  readonly keyring: Pick<Keyring, 'keys' | 'fingerprintOf' | 'applyPlan'>;
  readonly readEnv: (text: string) => EnvReading;
  readonly providers: () => readonly Provider[];
  readonly notice: FreeTierNotice;
  /** Alert targets that the file names: confirmed by the user, then stored. */
  readonly takeTargets: (targets: AlertTargets) => Promise<void>;
  readonly log: Log;
};

export function registerImportEnv(ports: ImportEnvPorts): vscode.Disposable {
  const importer = new EnvImport(ports);
  return registerCommand('aiKeys.importEnv', ports.log, (argument) => importer.run(uriIn(argument)));
}

/** From a `.env` to keys: the file, its preview, the import, what happened. */
class EnvImport {
  readonly #ports: ImportEnvPorts;

  constructor(ports: ImportEnvPorts) {
    this.#ports = ports;
  }

  async run(given: vscode.Uri | undefined): Promise<void> {
    const file = given === undefined ? await this.#find() : await readEnvFile(given);
    if (file === undefined) return;
    if ('problem' in file) {
      void vscode.window.showErrorMessage(file.problem);
      return;
    }
    const plan = this.#plan(file.text);
    const planned = [...plan.add, ...plan.change.map(({ planned: key }) => key)];
    if (planned.length === 0) {
      if (namesTargets(plan.alertTargets)) await this.#ports.takeTargets(plan.alertTargets);
      else this.#sayNothingToDo(file.name, plan);
      return;
    }
    const providers = this.#ports.providers();
    const notice = this.#ports.notice.due(
      providers.filter(({ id }) => planned.some(({ provider }) => provider === id)),
    );
    if (!(await confirmImport(plan, { name: file.name, providers, notice }))) return;
    const result = await this.#import(plan);
    if (result.ok) await notice?.said();
    // The toast waits for its buttons; the targets' own question does not wait for the toast.
    const said = this.#sayResult(file.name, plan, result);
    if (result.ok && namesTargets(plan.alertTargets)) await this.#ports.takeTargets(plan.alertTargets);
    await said;
  }

  /** The one file of the workspace that holds keys, or the one that the user chooses. */
  async #find(): Promise<EnvFile | { readonly problem: string } | undefined> {
    const found = await envFilesWithKeys((text) => {
      const plan = this.#plan(text);
      return plan.add.length + plan.change.length + plan.same.length > 0;
    });
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0) return only;
    const uri = await chooseEnvFile(found);
    return uri === undefined ? undefined : readEnvFile(uri);
  }

  #plan(text: string): EnvPlan {
    const { keyring, readEnv, providers } = this.#ports;
    return planEnvImport({
      reading: readEnv(text),
      existing: keyring.keys(),
      fingerprintOf: (secret) => keyring.fingerprintOf(secret),
      providers: providers(),
    });
  }

  async #import(plan: EnvPlan): Promise<ImportResult> {
    const title = vscode.l10n.t('Importing keys');
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const leave = new AbortController();
      token.onCancellationRequested(() => leave.abort());
      let shown = 0;
      return this.#ports.keyring.applyPlan(plan, {
        signal: leave.signal,
        onProgress: (done, total) => {
          const percent = Math.floor((100 * done) / total);
          if (percent === shown) return;
          progress.report({ message: vscode.l10n.t('{0} of {1}', done, total), increment: percent - shown });
          shown = percent;
        },
      });
    });
  }

  #sayNothingToDo(name: string, plan: EnvPlan): void {
    if (plan.same.length > 0 && plan.problems.length === 0) {
      void vscode.window.showInformationMessage(
        plan.same.length === 1
          ? vscode.l10n.t('The key in {0} is already there.', name)
          : vscode.l10n.t('All {0} keys in {1} are already there.', plan.same.length, name),
      );
      return;
    }
    void vscode.window.showWarningMessage(
      [
        vscode.l10n.t(
          'There is nothing to import in {0}. Keys are read from names such as GROQ_API_KEY_1 or HF_TOKEN.',
          name,
        ),
        ...this.#badLines(plan),
      ].join(' '),
    );
  }

  async #sayResult(name: string, plan: EnvPlan, result: ImportResult): Promise<void> {
    if (!result.ok) {
      const words = describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem);
      if (result.problem.kind === 'cancelled') void vscode.window.showInformationMessage(words);
      else void vscode.window.showErrorMessage(vscode.l10n.t('Nothing was imported. {0}', words));
      return;
    }
    const { added, changed } = result;
    const sentence = [
      added.length === 1 ? vscode.l10n.t('1 key added from {0}.', name) : '',
      added.length > 1 ? vscode.l10n.t('{0} keys added from {1}.', added.length, name) : '',
      changed.length === 1 ? vscode.l10n.t('1 key changed.') : '',
      changed.length > 1 ? vscode.l10n.t('{0} keys changed.', changed.length) : '',
      plan.same.length > 0 ? vscode.l10n.t('{0} left alone.', plan.same.length) : '',
      ...this.#badLines(plan),
    ]
      .filter((part) => part !== '')
      .join(' ');
    const ask = vscode.l10n.t('Ask a Question');
    const show = plan.problems.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    if ((await show(sentence, ask)) === ask) await vscode.commands.executeCommand('aiKeys.ask' satisfies CommandId);
  }

  /** Two of them in full; the preview had them all. */
  #badLines({ problems, problemsLeftOut }: EnvPlan): readonly string[] {
    const more = problems.length - 2 + problemsLeftOut;
    return [
      ...problems.slice(0, 2).map((problem) => describeEnvProblem(vscode.l10n, problem)),
      ...(more > 0 ? [vscode.l10n.t('And {0} more lines.', more)] : []),
    ];
  }
}
