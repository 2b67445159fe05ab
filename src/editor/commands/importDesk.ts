import * as vscode from 'vscode';

import { namesTargets, type AlertTargets } from '../../core/keys/envPlan.ts';
import type { ImportPlan } from '../../core/keys/importPlan.ts';
import type { ImportResult } from '../../core/keys/importRun.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';
import type { CommandId } from './commandIds.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';
import { confirmImport } from './importPreview.ts';

export type ImportDeskPorts = {
  readonly keyring: Pick<Keyring, 'applyPlan'>;
  readonly providers: () => readonly Provider[];
  readonly notice: FreeTierNotice;
  /** Alert targets that the file names: confirmed by the user, then stored. */
  readonly takeTargets: (targets: AlertTargets) => Promise<void>;
};

/** What a file or a text holds, held against the keys that are there. */
export type Importable = {
  /** Of the file, as the user knows it. */
  readonly name: string;
  readonly plan: ImportPlan;
  readonly targets: AlertTargets;
  readonly notTaken: readonly string[];
  readonly notTakenMore: number;
};

export type ImportWords = {
  readonly title: string;
  /** "Import 3 keys". */
  readonly run: string;
  /** Asked after the preview; where there is none the preview alone decides. */
  readonly confirm?: () => Promise<boolean>;
};

/** How many keys an import would add or change. */
export const changesIn = ({ add, change }: ImportPlan): number => add.length + change.length;

/** From a plan to keys: the preview, storing with progress, and what happened. */
export class ImportDesk {
  readonly #ports: ImportDeskPorts;

  constructor(ports: ImportDeskPorts) {
    this.#ports = ports;
  }

  /** False: the user left or it failed, and nothing of it stays. */
  async run(importable: Importable, words: ImportWords): Promise<boolean> {
    const { plan, targets } = importable;
    if (changesIn(plan) > 0) return this.#carryOut(importable, words);
    if (plan.same.length > 0 || !namesTargets(targets)) sayNothingToDo(importable);
    return true;
  }

  /** Ends when the user has answered all that there is to ask about them. */
  async takeTargets({ targets }: Importable): Promise<void> {
    if (namesTargets(targets)) await this.#ports.takeTargets(targets);
  }

  async #carryOut(importable: Importable, words: ImportWords): Promise<boolean> {
    const { plan } = importable;
    const providers = this.#ports.providers();
    const planned = [...plan.add, ...plan.change.map(({ planned: key }) => key)];
    const concerned = providers.filter(({ id }) => planned.some(({ provider }) => provider === id));
    const notice = this.#ports.notice.due(concerned);
    if (!(await confirmImport({ ...importable, ...words, providers, notice }))) return false;
    if (words.confirm !== undefined && !(await words.confirm())) return false;
    const store = async (): Promise<boolean> => {
      const result = await this.#store(plan, words.title);
      if (result.ok) await notice?.said();
      // Nobody waits for the toast's button.
      void this.#say(importable, result, store);
      return result.ok;
    };
    return store();
  }

  async #store(plan: ImportPlan, title: string): Promise<ImportResult> {
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const leave = new AbortController();
      token.onCancellationRequested(() => {
        leave.abort();
        progress.report({ message: vscode.l10n.t('Taking it back…') });
      });
      let shown = 0;
      return this.#ports.keyring.applyPlan(plan, {
        signal: leave.signal,
        onProgress: (done, total) => {
          const percent = Math.floor((100 * done) / total);
          if (percent === shown || leave.signal.aborted) return;
          progress.report({ message: vscode.l10n.t('{0} of {1}', done, total), increment: percent - shown });
          shown = percent;
        },
      });
    });
  }

  async #say(importable: Importable, result: ImportResult, again: () => Promise<boolean>): Promise<void> {
    if (!result.ok) {
      const words = describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem);
      if (result.problem.kind === 'cancelled') void vscode.window.showInformationMessage(words);
      else await showKeyringProblem(vscode.l10n.t('Nothing was imported. {0}', words), result.problem, again);
      return;
    }
    const sentence = [...doneWords(importable, result), ...notTakenWords(importable)].join(' ');
    const ask = vscode.l10n.t('Ask a Question');
    const { showWarningMessage, showInformationMessage } = vscode.window;
    const show = importable.notTaken.length > 0 ? showWarningMessage : showInformationMessage;
    if ((await show(sentence, ask)) === ask) await vscode.commands.executeCommand('aiKeys.ask' satisfies CommandId);
  }
}

function doneWords(
  { name, plan }: Importable,
  { added, changed }: Extract<ImportResult, { ok: true }>,
): readonly string[] {
  return [
    added.length === 1 ? vscode.l10n.t('1 key added from {0}.', name) : '',
    added.length > 1 ? vscode.l10n.t('{0} keys added from {1}.', added.length, name) : '',
    changed.length === 1 ? vscode.l10n.t('1 key changed.') : '',
    changed.length > 1 ? vscode.l10n.t('{0} keys changed.', changed.length) : '',
    plan.same.length > 0 ? vscode.l10n.t('{0} left alone.', plan.same.length) : '',
  ].filter((part) => part !== '');
}

function sayNothingToDo(importable: Importable): void {
  const { name, plan, notTaken } = importable;
  if (plan.same.length > 0 && notTaken.length === 0) {
    void vscode.window.showInformationMessage(
      plan.same.length === 1
        ? vscode.l10n.t('The key in {0} is already there.', name)
        : vscode.l10n.t('All {0} keys in {1} are already there.', plan.same.length, name),
    );
    return;
  }
  const nothing = vscode.l10n.t(
    'There is nothing to import in {0}. Keys are read from names such as GROQ_API_KEY_1 or HF_TOKEN.',
    name,
  );
  void vscode.window.showWarningMessage([nothing, ...notTakenWords(importable)].join(' '));
}

/** Two of them in full; the preview has them all. */
function notTakenWords({ notTaken, notTakenMore }: Importable): readonly string[] {
  const more = notTaken.length - 2 + notTakenMore;
  return [...notTaken.slice(0, 2), ...(more > 0 ? [vscode.l10n.t('And {0} more lines.', more)] : [])];
}
