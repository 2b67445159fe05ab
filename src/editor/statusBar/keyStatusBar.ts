import * as vscode from 'vscode';

import { displayNameOf } from '../../core/keys/keyName.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { Subscribe } from '../subscribe.ts';
import { Throttle } from '../throttle.ts';
import type { StatusSource } from '../tree/keyTree.ts';
import { statusBarText, type StatusBarShow } from './statusBarText.ts';
import { statusBarTooltip, tooltipCommands } from './statusBarTooltip.ts';

export type KeyStatusBarPorts = {
  readonly tracker: Pick<StatusSource, 'allStatuses'>;
  readonly router: { readonly busy: number };
  readonly providers: () => readonly Provider[];
  readonly show: () => StatusBarShow;
  readonly clock: Clock;
  readonly changes: readonly Subscribe[];
  /** What a click does. */
  readonly command: string;
};

const throttleMs = 250;
const tickMs = 60_000;

/** `$(key) Groq 1 · 83%`: the key in use and its tightest quota. */
export class KeyStatusBar implements vscode.Disposable {
  readonly #ports: KeyStatusBarPorts;
  readonly #item: vscode.StatusBarItem;
  readonly #throttle: Throttle;
  readonly #cancels: readonly Cancel[];
  #tick: Cancel | undefined;

  constructor(ports: KeyStatusBarPorts) {
    this.#ports = ports;
    this.#item = vscode.window.createStatusBarItem('aiKeys.status', vscode.StatusBarAlignment.Right, 90);
    this.#item.name = vscode.l10n.t('AI Keys');
    this.#item.command = ports.command;
    this.#throttle = new Throttle(ports.clock, throttleMs, () => this.#update());
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#throttle.request()));
    this.#throttle.request();
  }

  dispose(): void {
    this.#tick?.();
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const { tracker, router, providers, show, clock } = this.#ports;
    this.#tick?.();
    this.#tick = clock.after(tickMs, () => this.#throttle.request());
    const statuses = tracker.allStatuses();
    const known = providers();
    const providerName = (id: string): string => displayNameOf(known, id);
    const shown = statusBarText({ l10n: vscode.l10n, statuses, providerName, show: show(), busy: router.busy });
    if (shown === undefined) {
      this.#item.hide();
      return;
    }
    const scene = { l10n: vscode.l10n, statuses, providerName, nowMs: clock.now(), language: vscode.env.language };
    const tooltip = new vscode.MarkdownString(statusBarTooltip(scene));
    tooltip.isTrusted = { enabledCommands: [...tooltipCommands] };
    this.#item.text = shown.text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: shown.spoken };
    this.#item.backgroundColor =
      shown.alarm === undefined ? undefined : new vscode.ThemeColor(`statusBarItem.${shown.alarm}Background`);
    this.#item.show();
  }
}
