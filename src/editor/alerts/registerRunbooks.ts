import * as vscode from 'vscode';

import type { Runbook } from '../../core/alerts/alert.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Log } from '../../core/ports.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import { keysIn } from '../commands/keyArgument.ts';
import { registerCommand } from '../commands/registerCommand.ts';
import { runbookOfState } from '../keyWords.ts';
import { runbookTitle } from '../runbookWords.ts';
import { refOf } from '../tree/keyRow.ts';
import { openRunbook } from './openRunbook.ts';

export type RunbooksPorts = {
  readonly tracker: { allStatuses(): readonly KeyStatus[] };
  readonly selection: () => readonly KeyRef[];
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
};

type RunbookItem = vscode.QuickPickItem & { readonly runbook: Runbook };

/** `aiKeys.openRunbook`: for a key, what fits its state; otherwise the user chooses. */
export function registerRunbooks({ tracker, selection, extensionUri, log }: RunbooksPorts): vscode.Disposable {
  return registerCommand('aiKeys.openRunbook', log, async (...args) => {
    const [ref] = keysIn(args, selection);
    const status = ref === undefined ? undefined : tracker.allStatuses().find((each) => refOf(each) === ref);
    const runbook = (status === undefined ? undefined : runbookOfState(status.state)) ?? (await pickRunbook());
    if (runbook !== undefined) await openRunbook(extensionUri, runbook);
  });
}

async function pickRunbook(): Promise<Runbook | undefined> {
  const runbooks = ['key-rotated', 'quota-exceeded', 'all-keys-failed'] as const;
  const items: RunbookItem[] = runbooks.map((runbook) => ({ runbook, label: runbookTitle(vscode.l10n, runbook) }));
  const title = vscode.l10n.t('Open Runbook');
  const placeHolder = vscode.l10n.t('What happened?');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.runbook;
}
