import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { KeyringProblem } from '../../core/keys/keyringProblem.ts';
import { keyRef, type KeyRef } from '../../core/keys/keyRef.ts';
import type { Done, KeyChecked, KeysRemoved } from '../../core/keys/keyringResult.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';
import { checkWords } from './checkWords.ts';
import type { CommandId } from './commandIds.ts';
import { keysIn, providerIn } from './keyArgument.ts';
import type { KeyPick } from './keyPick.ts';
import { registerCommand, type RunCommand } from './registerCommand.ts';

export type KeyCommandsPorts = {
  readonly keyring: Pick<
    Keyring,
    'find' | 'keys' | 'nameOf' | 'remove' | 'update' | 'move' | 'check' | 'checkAll' | 'tryAgain'
  >;
  readonly providers: () => readonly Provider[];
  readonly pick: KeyPick;
  /** Keys selected in the tree. */
  readonly selection: () => readonly KeyRef[];
  readonly log: Log;
};

/** Remove, enable, disable, move and check, for keys chosen in the tree or in a list. */
export function registerKeyCommands(ports: KeyCommandsPorts): vscode.Disposable {
  const commands = new KeyCommands(ports);
  const register = (id: CommandId, run: RunCommand): vscode.Disposable => registerCommand(id, ports.log, run);
  return vscode.Disposable.from(
    register('aiKeys.removeKey', (...args) => commands.remove(args)),
    register('aiKeys.enableKey', (...args) => commands.setEnabled(args, true)),
    register('aiKeys.disableKey', (...args) => commands.setEnabled(args, false)),
    register('aiKeys.moveKeyUp', (...args) => commands.move(args, 'up')),
    register('aiKeys.moveKeyDown', (...args) => commands.move(args, 'down')),
    register('aiKeys.checkKey', (...args) => commands.check(args)),
    register('aiKeys.checkAllKeys', (argument) => commands.checkAll(argument)),
  );
}

class KeyCommands {
  readonly #ports: KeyCommandsPorts;

  constructor(ports: KeyCommandsPorts) {
    this.#ports = ports;
  }

  async remove(args: readonly unknown[]): Promise<void> {
    const given = this.#existing(keysIn(args, this.#ports.selection));
    const refs = given.length > 0 ? given : await this.#ports.pick.several(vscode.l10n.t('Remove Keys'));
    const keys = refs.flatMap((ref) => this.#ports.keyring.find(ref) ?? []);
    if (keys.length === 0 || !(await this.#confirmRemoval(keys))) return;
    await this.#change(() => this.#ports.keyring.remove(keys.map((key) => keyRef(key.provider, key.number))));
  }

  async setEnabled(args: readonly unknown[], enabled: boolean): Promise<void> {
    const given = this.#existing(keysIn(args, this.#ports.selection));
    const title = enabled ? vscode.l10n.t('Enable Keys') : vscode.l10n.t('Disable Keys');
    const refs = given.length > 0 ? given : await this.#ports.pick.several(title, ({ key }) => key.enabled !== enabled);
    await this.#enable(refs, enabled);
  }

  async #enable(refs: readonly KeyRef[], enabled: boolean): Promise<void> {
    for (const [index, ref] of refs.entries()) {
      const result = await this.#ports.keyring.update(ref, { enabled });
      if (result.ok) continue;
      this.#say(result.problem, () => this.#enable(refs.slice(index), enabled));
      if (result.problem.kind === 'bookAway') return;
    }
  }

  async move(args: readonly unknown[], direction: 'up' | 'down'): Promise<void> {
    const title = direction === 'up' ? vscode.l10n.t('Move Key Up') : vscode.l10n.t('Move Key Down');
    const given = this.#existing(keysIn(args, this.#ports.selection));
    const one = given.length > 0 ? undefined : await this.#ports.pick.one(title);
    const refs = one === undefined ? given : [one];
    if (refs.length === 0) return;
    await this.#change(() => this.#ports.keyring.move(refs, direction));
  }

  async check(args: readonly unknown[]): Promise<void> {
    const given = this.#existing(keysIn(args, this.#ports.selection));
    if (given.length > 1) return this.#checkSeveral((key) => given.includes(keyRef(key.provider, key.number)));
    const ref = given[0] ?? (await this.#ports.pick.one(vscode.l10n.t('Check Key')));
    if (ref !== undefined) await this.#checkOne(ref);
  }

  /** All enabled keys, or those of the provider that the argument names. */
  async checkAll(argument: unknown): Promise<void> {
    const wanted = providerIn(argument);
    const known = this.#ports.keyring.keys().some(({ provider }) => provider === wanted);
    await this.#checkSeveral(({ enabled, provider }) => enabled && (!known || provider === wanted));
  }

  async #checkSeveral(wanted: (key: ApiKey) => boolean): Promise<void> {
    const results = await withProgress(vscode.l10n.t('Checking keys'), (signal, report) =>
      this.#ports.keyring.checkAll({
        signal,
        wanted,
        onProgress: (done, total) =>
          report(vscode.l10n.t('{0} of {1}', done, total), (100 / Math.max(1, total)) * checksAtOnce),
      }),
    );
    const kinds = results.map(({ result }) => (result.ok ? result.checked.kind : 'failed'));
    const good = kinds.filter((kind) => kind === 'ok').length;
    const bad = results.filter(({ result }) => !(result.ok && result.checked.kind === 'ok'));
    if (results.length === 0) return;
    if (bad.length === 0) {
      void vscode.window.showInformationMessage(
        good === 1 ? vscode.l10n.t('The key works.') : vscode.l10n.t('All {0} keys work.', good),
      );
      return;
    }
    const sentences = bad.slice(0, 3).map(({ key, result }) => this.#resultWords(key, result));
    const more = bad.length - sentences.length;
    void vscode.window.showWarningMessage(
      [
        vscode.l10n.t('{0} of {1} keys work.', good, results.length),
        ...sentences,
        ...(more > 0 ? [vscode.l10n.t('And {0} more.', more)] : []),
      ].join(' '),
    );
  }

  async #checkOne(ref: KeyRef): Promise<void> {
    const key = this.#ports.keyring.find(ref);
    if (key === undefined) return;
    const name = this.#ports.keyring.nameOf(key);
    const result = await withProgress(vscode.l10n.t('Checking {0}', name), (signal) =>
      this.#ports.keyring.check(ref, signal),
    );
    if (!result.ok && result.problem.kind === 'cancelled') return;
    const words = this.#resultWords(key, result);
    if (result.ok && result.canTryAgain) {
      const again = vscode.l10n.t('Try Again');
      const sentence = vscode.l10n.t('{0} It stood still because its credit was used up.', words);
      if ((await vscode.window.showInformationMessage(sentence, again)) === again)
        await this.#ports.keyring.tryAgain(ref);
      return;
    }
    if (result.ok && result.checked.kind === 'ok') {
      void vscode.window.showInformationMessage(words);
      return;
    }
    const edit = vscode.l10n.t('Update Key');
    if ((await vscode.window.showWarningMessage(words, edit)) === edit) {
      await vscode.commands.executeCommand('aiKeys.editKey' satisfies CommandId, ref);
    }
  }

  async #confirmRemoval(keys: readonly ApiKey[]): Promise<boolean> {
    const names = keys.map((key) => this.#ports.keyring.nameOf(key));
    const remove = vscode.l10n.t('Remove');
    const question =
      names.length === 1
        ? vscode.l10n.t('Remove {0}?', names[0] ?? '')
        : vscode.l10n.t('Remove {0} keys?', names.length);
    const detail = [
      ...(names.length === 1 ? [] : [names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '')]),
      vscode.l10n.t('The secret is deleted from this machine. The key itself stays valid at its provider.'),
    ].join('\n\n');
    return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
  }

  #resultWords(key: ApiKey, result: KeyChecked): string {
    if (!result.ok) return describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem);
    return checkWords(vscode.l10n, this.#ports.keyring.nameOf(key), result.checked);
  }

  #existing(refs: readonly KeyRef[]): readonly KeyRef[] {
    return refs.filter((ref) => this.#ports.keyring.find(ref) !== undefined);
  }

  async #change(change: () => Promise<Done | KeysRemoved>): Promise<void> {
    const result = await change();
    if (!result.ok) this.#say(result.problem, () => this.#change(change));
  }

  #say(problem: KeyringProblem, again: () => Promise<void>): void {
    const words = describeKeyringProblem(vscode.l10n, this.#ports.providers(), problem);
    void showKeyringProblem(words, problem, again);
  }
}

/** Each report of `checkAll` comes after this many. */
const checksAtOnce = 6;

async function withProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: (message: string, increment: number) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const leave = new AbortController();
    token.onCancellationRequested(() => leave.abort());
    return task(leave.signal, (message, increment) => progress.report({ message, increment }));
  });
}
