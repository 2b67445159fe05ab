import * as vscode from 'vscode';

import type { Runbook } from '../../core/alerts/alert.ts';

export const runbookUri = (extensionUri: vscode.Uri, runbook: Runbook): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'media', 'runbooks', `${runbook}.md`);

export async function openRunbook(extensionUri: vscode.Uri, runbook: Runbook): Promise<void> {
  await vscode.commands.executeCommand('markdown.showPreview', runbookUri(extensionUri, runbook));
}
