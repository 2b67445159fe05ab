import * as vscode from 'vscode';

import type { AlertTargets } from '../../core/keys/envPlan.ts';
import type { ImportPlan } from '../../core/keys/importPlan.ts';
import type { ImportResult } from '../../core/keys/importRun.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/keyringProblem.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';
import type { CommandId } from './commandIds.ts';
import { confirmImport } from './importPreview.ts';

export type ImportDeskPorts = {
  readonly keyring: Pick<Keyring, 'applyPlan'>;
  readonly providers: () => readonly Provider[];
  readonly notice: FreeTierNotice;
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

export const changesIn = ({ add, change }: ImportPlan): number => add.length + change.length;

/** From a plan to keys: the preview, storing with progress, and what happened. */
export class ImportDesk {
  readonly #ports: ImportDeskPorts;

  constructor(ports: ImportDeskPorts) {
    this.#ports = ports;
  }

  /** `left`: the user did, in the preview or while keys were stored. Then nothing of it stays. */
  async carryOut(importable: Importable, words: ImportWords): Promise<'done' | 'left' | 'failed'> {
    const { plan } = importable;
    const providers = this.#ports.providers();
    const planned = [...plan.add, ...plan.change.map(({ planned: key }) => key)];
    const concerned = providers.filter(({ id }) => planned.some(({ provider }) => provider === id));
    const notice = this.#ports.notice.due(concerned);
    if (!(await confirmImport({ ...importable, ...words, providers, notice }))) return 'left';
    if (words.confirm !== undefined && !(await words.confirm())) return 'left';
    const result = await this.#store(plan, words.title);
    if (result.ok) await notice?.said();
    // Nobody waits for the toast's button.
    void this.#say(importable, result);
    if (result.ok) return 'done';
    return result.problem.kind === 'cancelled' ? 'left' : 'failed';
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

  async #say(importable: Importable, result: ImportResult): Promise<void> {
    if (!result.ok) {
      const words = describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem);
      if (result.problem.kind === 'cancelled') void vscode.window.showInformationMessage(words);
      else void vscode.window.showErrorMessage(vscode.l10n.t('Nothing was imported. {0}', words));
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

/** Two of them in full; the preview has them all. */
export function notTakenWords({ notTaken, notTakenMore }: Importable): readonly string[] {
  const more = notTaken.length - 2 + notTakenMore;
  return [...notTaken.slice(0, 2), ...(more > 0 ? [vscode.l10n.t('And {0} more lines.', more)] : [])];
}
