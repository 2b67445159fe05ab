import * as vscode from 'vscode';

import type { Notice } from '../freeTierNotice.ts';
import { previewSections, type PreviewAsk } from './previewRows.ts';

export type ImportPreviewAsk = PreviewAsk & {
  readonly title: string;
  /** The one row that does something: "Import 3 keys". */
  readonly run: string;
  readonly notice: Notice | undefined;
};

type PreviewItem = vscode.QuickPickItem & { readonly runs?: true };

/**
 * Shows what an import would add, change and leave alone, and what it does not take. True when the
 * user takes it; nothing is stored before.
 */
export function confirmImport(ask: ImportPreviewAsk): Promise<boolean> {
  const { title, run, notice } = ask;
  const pick = vscode.window.createQuickPick<PreviewItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Press Enter to go on, Escape to leave everything as it is');
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.items = [
    { runs: true, label: run, alwaysShow: true, ...(notice === undefined ? {} : { detail: notice.text }) },
    ...previewSections(ask, { l10n: vscode.l10n, language: vscode.env.language }).flatMap((section): PreviewItem[] => [
      { label: section.title, kind: vscode.QuickPickItemKind.Separator },
      ...section.rows,
    ]),
  ];
  pick.buttons = (notice?.links ?? []).map((link) => ({
    iconPath: new vscode.ThemeIcon('law'),
    tooltip: link.title,
  }));
  return new Promise((resolve) => {
    pick.onDidTriggerButton(({ tooltip }) => {
      const link = notice?.links.find((one) => one.title === tooltip);
      if (link !== undefined) void vscode.env.openExternal(vscode.Uri.parse(link.url, true));
    });
    pick.onDidAccept(() => {
      // The other rows are there to be read.
      if (pick.activeItems[0]?.runs !== true) return;
      resolve(true);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(false);
      pick.dispose();
    });
    pick.show();
  });
}
