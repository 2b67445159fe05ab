import * as vscode from 'vscode';

import type { EnvReading } from '../../core/keys/envLines.ts';
import { planEnvImport, type EnvPlan } from '../../core/keys/envPlan.ts';
import { describeEnvProblem } from '../../core/keys/envProblem.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { chooseEnv, clipboardEnv, droppedEnvs, envFilesWithKeys, type EnvText } from './envFile.ts';
import { warnIfNotIgnored, type GitGuard } from './gitWarning.ts';
import { changesIn, ImportDesk, type Importable, type ImportDeskPorts } from './importDesk.ts';
import { guarded, registerCommand } from './registerCommand.ts';
import { readTextFile, uriIn, type FileProblem } from './textFile.ts';

export type ImportEnvPorts = ImportDeskPorts & {
  readonly keyring: Pick<Keyring, 'keys' | 'fingerprintOf' | 'applyPlan'>;
  readonly readEnv: (text: string) => EnvReading;
  readonly providers: () => readonly Provider[];
  readonly git: GitGuard;
  readonly log: Log;
};

/** `args` of the tree's paste keybinding. */
const clipboard = 'clipboard';

/** From a `.env` to keys: wherever the text is from, the same preview stands before it. */
export class EnvImport {
  readonly #ports: ImportEnvPorts;
  readonly #desk: ImportDesk;

  constructor(ports: ImportEnvPorts) {
    this.#ports = ports;
    this.#desk = new ImportDesk(ports);
  }

  register(): vscode.Disposable {
    return registerCommand('aiKeys.importEnv', this.#ports.log, async (argument) => {
      const env = await this.#find(argument);
      if (env !== undefined) await this.take(env);
    });
  }

  /** Files or text that were dropped on the tree, one preview after the other. */
  async takeDrop(transfer: vscode.DataTransfer): Promise<void> {
    // Read before anything is asked: what was dropped is gone afterwards.
    const envs = await droppedEnvs(transfer);
    await guarded('aiKeys.importEnv', this.#ports.log, async () => {
      for (const env of envs) await this.take(env);
    });
  }

  async take(env: EnvText | FileProblem): Promise<void> {
    if ('problem' in env) {
      void vscode.window.showErrorMessage(env.problem);
      return;
    }
    const plan = this.#plan(env.text);
    const count = changesIn(plan);
    const importable = importableOf(env.name, plan);
    const done = await this.#desk.run(importable, {
      title: vscode.l10n.t('Import Keys from {0}', env.name),
      run:
        count === 1
          ? vscode.l10n.t('$(cloud-download) Import 1 key')
          : vscode.l10n.t('$(cloud-download) Import {0} keys', count),
    });
    if (!done) return;
    if (env.uri !== undefined && holdsKeys(plan)) void warnIfNotIgnored(env.uri, this.#ports.git);
    await this.#desk.takeTargets(importable);
  }

  /** What was pointed at; else the one place that holds keys, or the one that the user chooses. */
  async #find(argument: unknown): Promise<EnvText | FileProblem | undefined> {
    const uri = uriIn(argument);
    if (uri !== undefined) return readTextFile(uri);
    const copied = await clipboardEnv();
    if (argument === clipboard) return copied;
    const files = await envFilesWithKeys((text) => holdsKeys(this.#plan(text)));
    const found = [...files, ...(!('problem' in copied) && changesIn(this.#plan(copied.text)) > 0 ? [copied] : [])];
    return found.length === 1 && found[0] !== undefined ? found[0] : chooseEnv(found);
  }

  #plan(text: string): EnvPlan {
    const { keyring, readEnv, providers } = this.#ports;
    return planEnvImport({
      reading: readEnv(text),
      existing: keyring.keys(),
      fingerprintOf: (secret, provider) => keyring.fingerprintOf(secret, provider),
      providers: providers(),
    });
  }
}

const holdsKeys = ({ add, change, same }: EnvPlan): boolean => add.length + change.length + same.length > 0;

export const importableOf = (name: string, plan: EnvPlan): Importable => ({
  name,
  plan,
  targets: plan.alertTargets,
  notTaken: plan.problems.map((problem) => describeEnvProblem(vscode.l10n, problem)),
  notTakenMore: plan.problemsLeftOut,
});
