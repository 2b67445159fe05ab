import * as vscode from 'vscode';

import type { Runbook } from '../../core/alerts/alert.ts';
import type { Clock } from '../../core/ports.ts';
import type { Route } from '../../core/routing/route.ts';
import type { RouteScene } from './routeMarkdown.ts';
import { runbookUri } from '../alerts/openRunbook.ts';

export type RouteHoverPorts = {
  readonly router: { explain(routeId?: string): Promise<Route | undefined> };
  readonly extensionUri: vscode.Uri;
  readonly clock: Clock;
  readonly nameOfKey: RouteScene['nameOfKey'];
};

/** As the log writes it: `[route 0123456789abcdef-12]`. */
const named = /\[route (?<id>[\w-]{1,40})\]/;

/** In the output channel, hovering over a line's route shows why each key was asked or passed over. */
export const registerRouteHover = ({ router, extensionUri, clock, nameOfKey }: RouteHoverPorts): vscode.Disposable =>
  vscode.languages.registerHoverProvider(
    { scheme: 'output' },
    {
      provideHover: async (document, position) => {
        const range = document.getWordRangeAtPosition(position, named);
        const id = range === undefined ? undefined : named.exec(document.getText(range))?.groups?.['id'];
        const route = id === undefined ? undefined : await router.explain(id);
        if (route === undefined) return undefined;
        const { routeMarkdown } = await import('./routeMarkdown.ts');
        const scene = {
          l10n: vscode.l10n,
          nowMs: clock.now(),
          language: vscode.env.language,
          nameOfKey,
          runbookUri: (runbook: Runbook) => runbookUri(extensionUri, runbook).toString(),
        };
        return new vscode.Hover(new vscode.MarkdownString(routeMarkdown(route, scene)), range);
      },
    },
  );
