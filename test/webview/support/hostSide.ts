// The host's own page and texts of a panel. They import `vscode`, which is there only in an extension host.

import { registerHooks } from 'node:module';

const standIn = new URL('vscodeStandIn.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => next(specifier === 'vscode' ? standIn : specifier, context),
});

export const { panelPage } = await import('../../../src/editor/webviewPage.ts');
export const { panelStrings: analysisStrings } = await import('../../../src/editor/analysis/panelStrings.ts');
export const { dashboardStrings } = await import('../../../src/editor/dashboard/dashboardStrings.ts');
