import * as vscode from 'vscode';

import type { Cancel } from '../../core/ports.ts';
import { fromDashboard, type DashboardAction, type ToDashboard } from '../../shared/dashboardMessages.ts';
import { newNonce, panelOptions, panelPage } from '../webviewPage.ts';
import { Throttle } from '../throttle.ts';
import { DashboardActions } from './dashboardActions.ts';
import type { DashboardPorts } from './dashboardPorts.ts';
import { DashboardSource } from './dashboardSource.ts';
import { dashboardStrings } from './dashboardStrings.ts';
import { ViewChanges } from './viewChanges.ts';

/** Four pushes a second at the most; the record of the past is read half as often. */
const pushEveryMs = 250;
const readEveryMs = 500;
const minuteMs = 60_000;

/** The dashboard's panel: pushes what changed while it is seen, and does what its buttons say. */
export class DashboardPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #ports: DashboardPorts;
  readonly #source: DashboardSource;
  readonly #actions: DashboardActions;
  readonly #push: Throttle;
  readonly #read: Throttle;
  readonly #cancels: readonly Cancel[];
  /** Undefined while nothing was sent to the page that is there now. */
  #sent: ViewChanges | undefined;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #tick: Cancel | undefined;
  #disposed = false;

  constructor(panel: vscode.WebviewPanel, ports: DashboardPorts) {
    this.#panel = panel;
    this.#ports = ports;
    this.#source = new DashboardSource(ports);
    this.#actions = new DashboardActions(ports, this.#source, () => this.readNow());
    this.#push = new Throttle(ports.clock, pushEveryMs, () => this.#pushChanges());
    this.#read = new Throttle(ports.clock, readEveryMs, () => this.#startReading());
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#changed()));
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(ports.extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = panelOptions(ports.extensionUri);
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#sent = undefined;
    });
    const nonce = newNonce((length) => ports.random.bytes(length));
    const title = vscode.l10n.t('AI Keys Dashboard');
    panel.webview.html = panelPage(panel.webview, ports.extensionUri, { name: 'dashboard', title, nonce });
  }

  dispose(): void {
    this.#disposed = true;
    this.#tick?.();
    for (const cancel of this.#cancels) cancel();
    this.#push.dispose();
    this.#read.dispose();
  }

  /** Reads the record now and pushes what it says. */
  async readNow(): Promise<void> {
    this.#startReading();
    await this.#reading;
    this.#pushChanges();
  }

  #changed(): void {
    if (!this.#isSeen()) return;
    this.#push.request();
    this.#read.request();
  }

  /** Nothing is read or sent for a panel that nobody sees. */
  #isSeen(): boolean {
    return !this.#disposed && this.#panel.visible && this.#sent !== undefined;
  }

  #startReading(): void {
    if (this.#reading !== undefined) {
      this.#readAgain = true;
      return;
    }
    this.#reading = this.#readUntilFresh().finally(() => {
      this.#reading = undefined;
      if (this.#isSeen()) this.#push.request();
    });
  }

  async #readUntilFresh(): Promise<void> {
    do {
      this.#readAgain = false;
      await this.#source.read();
    } while (this.#readAgain && !this.#disposed);
  }

  #pushChanges(): void {
    if (!this.#isSeen()) return;
    const changes = this.#sent?.take(this.#source.view());
    if (changes !== undefined) this.#post({ type: 'update', changes });
    this.#scheduleTick();
  }

  #sendAll(): void {
    const view = this.#source.view();
    this.#sent = new ViewChanges();
    this.#sent.take(view);
    this.#post({ type: 'init', strings: dashboardStrings(), language: vscode.env.language, view });
    this.#scheduleTick();
    this.#startReading();
  }

  /** Countdowns run on, and some states end without an event. */
  #scheduleTick(): void {
    this.#tick?.();
    const nowMs = this.#ports.clock.now();
    const left = this.#ports.tracker
      .allStatuses()
      .flatMap(({ untilMs, headline }) => [untilMs ?? 0, headline?.resetAtMs ?? 0])
      .filter((atMs) => atMs > nowMs && Number.isFinite(atMs))
      .map((atMs) => ((atMs - nowMs) % (atMs - nowMs > minuteMs ? minuteMs : 1_000)) + 20);
    this.#tick = this.#ports.clock.after(Math.max(pushEveryMs, Math.min(minuteMs, ...left)), () => this.#changed());
  }

  #receive(message: unknown): void {
    const parsed = fromDashboard.safeParse(message);
    if (!parsed.success) {
      this.#ports.log.warn('The dashboard sent a message of an unknown form');
      return;
    }
    if (parsed.data.type === 'ready') {
      if (parsed.data.choice !== undefined) this.#source.choose(parsed.data.choice);
      this.#sendAll();
      return;
    }
    const { id, action } = parsed.data;
    this.#actions.act(action).then(
      (answer) => this.#post({ type: 'reply', id, ...answer }),
      (error: unknown) => this.#post({ type: 'reply', id, problem: this.#problemOf(action, error) }),
    );
  }

  #problemOf(action: DashboardAction, error: unknown): string {
    const words = error instanceof Error ? error.message : String(error);
    this.#ports.log.error(`dashboard, ${action.do}: ${words}`);
    return words.slice(0, 2_000);
  }

  /** The panel may have been closed or hidden while a request was under way. */
  #post(message: ToDashboard): void {
    if (!this.#disposed && this.#panel.visible) void this.#panel.webview.postMessage(message);
  }
}
