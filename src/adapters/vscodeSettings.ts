import * as vscode from 'vscode';
import type { Cancel, L10n } from '../core/ports.ts';
import { readSettings, type SettingProblem, type Settings } from '../core/settings/settings.ts';

/** The settings under `aiKeys`, parsed where they enter; problems are told when they are new. */
export class VscodeSettings {
  readonly #l10n: L10n;
  readonly #listeners = new Set<() => void>();
  readonly #watch: vscode.Disposable;
  #current: { readonly settings: Settings; readonly problems: readonly SettingProblem[] };

  constructor(l10n: L10n) {
    this.#l10n = l10n;
    this.#current = this.#read();
    this.#watch = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('aiKeys')) return;
      this.#current = this.#read();
      for (const listener of this.#listeners) listener();
    });
  }

  get current(): Settings {
    return this.#current.settings;
  }

  get problems(): readonly SettingProblem[] {
    return this.#current.problems;
  }

  /** A setting with a reader of its own, as VS Code has it. */
  raw(name: string): unknown {
    return rawSetting(vscode.workspace.getConfiguration('aiKeys'), name);
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#watch.dispose();
    this.#listeners.clear();
  }

  #read(): { readonly settings: Settings; readonly problems: readonly SettingProblem[] } {
    const section = vscode.workspace.getConfiguration('aiKeys');
    return readSettings(this.#l10n, (name) => rawSetting(section, name));
  }
}

/** Application scope: what a workspace says of these settings does not count. */
function rawSetting(section: vscode.WorkspaceConfiguration, name: string): unknown {
  const found = section.inspect(name);
  return found?.globalValue ?? found?.defaultValue;
}
