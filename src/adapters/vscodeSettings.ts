import * as vscode from 'vscode';
import type { Cancel, L10n } from '../core/ports.ts';
import { readSettings, type SettingProblem, type Settings } from '../core/settings/settings.ts';

/** The settings under `aiKeys`, parsed where they enter; problems are told when they are new. */
export class VscodeSettings {
  readonly #l10n: L10n;
  readonly #listeners = new Set<() => void>();
  readonly #watch: vscode.Disposable;
  /** As last read; the same until VS Code says that it changed. */
  #section: ((name: string) => unknown) | undefined;
  #current: { readonly settings: Settings; readonly problems: readonly SettingProblem[] };

  constructor(l10n: L10n) {
    this.#l10n = l10n;
    this.#current = this.#read();
    this.#watch = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('aiKeys')) return;
      this.#section = undefined;
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
    this.#section ??= readSection();
    return this.#section(name);
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
    return readSettings(this.#l10n, (name) => this.raw(name));
  }
}

/**
 * All settings under `aiKeys` at once: VS Code takes a millisecond for each look that tells the user's
 * from a workspace's. Application scope: what a workspace says of these settings does not count.
 */
function readSection(): (name: string) => unknown {
  const found = vscode.workspace.getConfiguration().inspect('aiKeys');
  const section = vscode.workspace.getConfiguration('aiKeys');
  return (name) => {
    const given = at(found?.globalValue, name);
    if (given !== undefined) return given;
    const standard = at(found?.defaultValue, name);
    // In a profile of its own that holds anything else under `aiKeys`, the tree lacks what is set for all profiles.
    if (JSON.stringify(section.get(name)) === JSON.stringify(standard)) return standard;
    return section.inspect(name)?.globalValue ?? standard;
  };
}

/** `alerts.telegram.chatId` within the tree that VS Code makes of dotted names. */
function at(tree: unknown, name: string): unknown {
  return name.split('.').reduce((value, part) => (isBranch(value) ? value[part] : undefined), tree);
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
