import * as vscode from 'vscode';

import type { Cancel } from '../../core/ports.ts';
import { newNonce, panelOptions, panelPage } from '../webviewPage.ts';
import { DashboardActions } from './dashboardActions.ts';
import type { DashboardPorts } from './dashboardPorts.ts';
import { DashboardSource } from './dashboardSource.ts';
import { dashboardStrings } from './dashboardStrings.ts';
import { DashboardTalk } from './dashboardTalk.ts';

/** The dashboard's panel: pushes what changed while it is seen, and does what its buttons say. */
export class DashboardPanel implements vscode.Disposable {
  readonly #talk: DashboardTalk;
  readonly #cancels: readonly Cancel[];

  constructor(panel: vscode.WebviewPanel, ports: DashboardPorts) {
    const source = new DashboardSource(ports);
    const actions = new DashboardActions(ports, source, () => this.#talk.readNow());
    this.#talk = new DashboardTalk({
      clock: ports.clock,
      log: ports.log,
      source,
      endsMs: () =>
        ports.tracker.allStatuses().flatMap(({ untilMs, headline }) => [untilMs ?? 0, headline?.resetAtMs ?? 0]),
      act: (action) => actions.act(action),
      words: () => ({ strings: dashboardStrings(), language: vscode.env.language }),
      isVisible: () => panel.visible,
      post: (message) => void panel.webview.postMessage(message),
    });
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#talk.changed()));
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(ports.extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = panelOptions(ports.extensionUri);
    panel.webview.onDidReceiveMessage((message: unknown) => this.#talk.receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#talk.hidden();
    });
    const nonce = newNonce((length) => ports.random.bytes(length));
    const title = vscode.l10n.t('AI Keys Dashboard');
    panel.webview.html = panelPage(panel.webview, ports.extensionUri, { name: 'dashboard', title, nonce });
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#talk.dispose();
  }
}
