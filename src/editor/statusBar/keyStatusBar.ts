import * as vscode from 'vscode';

import { displayNameOf } from '../../core/keys/keyName.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { StatusFeed } from '../statusFeed.ts';
import type { Subscribe } from '../subscribe.ts';
import { Throttle } from '../throttle.ts';
import { inProviderOrder } from './inProviderOrder.ts';
import type * as TooltipModule from './statusBarTooltip.ts';
import { statusBarText, type StatusBarScene, type StatusBarShow } from './statusBarText.ts';

export type KeyStatusBarPorts = {
  readonly feed: Pick<StatusFeed, 'all' | 'onDidChange'>;
  readonly router: { readonly busy: number; onDidChange: Subscribe };
  readonly providers: () => readonly Provider[];
  readonly show: () => StatusBarShow;
  readonly clock: Clock;
  /** What a click does. */
  readonly command: string;
};

const throttleMs = 250;

/** `$(key) Groq 1 · 83%`: the key in use and its tightest quota. */
export class KeyStatusBar implements vscode.Disposable {
  readonly #ports: KeyStatusBarPorts;
  readonly #item: vscode.StatusBarItem;
  readonly #throttle: Throttle;
  readonly #cancels: readonly Cancel[];
  /** Loaded once there is something to say; until then the item says it without. */
  #tooltip: typeof TooltipModule | undefined;

  constructor(ports: KeyStatusBarPorts) {
    this.#ports = ports;
    this.#item = vscode.window.createStatusBarItem('aiKeys.status', vscode.StatusBarAlignment.Right, 90);
    this.#item.name = vscode.l10n.t('AI Keys');
    this.#item.command = ports.command;
    this.#throttle = new Throttle(ports.clock, throttleMs, () => this.#update());
    const request = (): void => this.#throttle.request();
    // The spinner starts with the request, before anything of a key has changed.
    this.#cancels = [ports.feed.onDidChange(request), ports.router.onDidChange(request)];
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const { feed, router, providers, show, clock } = this.#ports;
    const known = providers();
    const scene: StatusBarScene = {
      l10n: vscode.l10n,
      statuses: inProviderOrder(feed.all(), known),
      providerName: (id) => displayNameOf(known, id),
      show: show(),
      busy: router.busy,
      nowMs: clock.now(),
    };
    const shown = statusBarText(scene);
    if (shown === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = shown.text;
    this.#item.accessibilityInformation = { label: shown.spoken };
    this.#item.backgroundColor =
      shown.alarm === undefined ? undefined : new vscode.ThemeColor(`statusBarItem.${shown.alarm}Background`);
    if (this.#tooltip === undefined) void this.#loadTooltip();
    else this.#item.tooltip = tooltipOf(this.#tooltip, scene);
    this.#item.show();
  }

  async #loadTooltip(): Promise<void> {
    this.#tooltip = await import('./statusBarTooltip.ts');
    this.#throttle.request();
  }
}

function tooltipOf(
  { statusBarTooltip, tooltipCommands }: typeof TooltipModule,
  scene: StatusBarScene,
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(statusBarTooltip({ ...scene, language: vscode.env.language }));
  tooltip.isTrusted = { enabledCommands: [...tooltipCommands] };
  return tooltip;
}
