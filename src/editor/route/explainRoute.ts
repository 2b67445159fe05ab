import * as vscode from 'vscode';

import type { Clock, Log } from '../../core/ports.ts';
import type { Route } from '../../core/routing/route.ts';
import { runbookUri } from '../alerts/openRunbook.ts';
import { keysIn } from '../commands/keyArgument.ts';
import { registerCommand } from '../commands/registerCommand.ts';
import { lastUseOf } from './lastUse.ts';
import { routeMarkdown, type RouteScene } from './routeMarkdown.ts';

export type ExplainRoutePorts = {
  /** Without an id: the latest. */
  readonly router: { explain(routeId?: string): Promise<Route | undefined>; routes(): Promise<readonly Route[]> };
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly log: Log;
  readonly nameOfKey: RouteScene['nameOfKey'];
};

const scheme = 'ai-keys-route';

/** "Why this key?": one request's way as a page. The argument only names which, or the key it went to last. */
export function registerExplainRoute(ports: ExplainRoutePorts): vscode.Disposable {
  const pages = new RoutePages(ports);
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, pages),
    registerCommand('aiKeys.explainRoute', ports.log, (argument) => pages.open(argument)),
  );
}

class RoutePages implements vscode.TextDocumentContentProvider {
  readonly #ports: ExplainRoutePorts;

  constructor(ports: ExplainRoutePorts) {
    this.#ports = ports;
  }

  async open(argument: unknown): Promise<void> {
    const { router } = this.#ports;
    const [key] = keysIn([argument], () => []);
    const wanted = key === undefined ? argument : lastUseOf(await router.routes(), key)?.route;
    const id = typeof wanted === 'string' ? wanted : undefined;
    const route = key !== undefined && id === undefined ? undefined : await router.explain(id);
    if (route === undefined) {
      void vscode.window.showInformationMessage(
        key !== undefined
          ? vscode.l10n.t('This key was asked in none of the last 200 requests.')
          : id !== undefined
            ? vscode.l10n.t('This request is too long ago: only the last 200 are kept.')
            : vscode.l10n.t('Nothing has been asked yet.'),
      );
      return;
    }
    const uri = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t('Why this key?')}.md`, query: route.id });
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // Without VS Code's own Markdown extension the text is shown as it is.
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    }
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const route = await this.#ports.router.explain(query);
    if (route === undefined) return vscode.l10n.t('This request is too long ago: only the last 200 are kept.');
    const { clock, nameOfKey, extensionUri } = this.#ports;
    return routeMarkdown(route, {
      l10n: vscode.l10n,
      nowMs: clock.now(),
      language: vscode.env.language,
      nameOfKey,
      runbookUri: (runbook) => runbookUri(extensionUri, runbook).toString(),
    });
  }
}
