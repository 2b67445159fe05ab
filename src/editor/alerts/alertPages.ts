import * as vscode from 'vscode';

const scheme = 'ai-keys-alerts';

/** Opens the page as a Markdown preview. The address changes each time, so that no old page shows. */
export class AlertPages implements vscode.TextDocumentContentProvider {
  readonly #content: () => Promise<string>;
  #count = 0;

  constructor(content: () => Promise<string>) {
    this.#content = content;
  }

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(): Promise<string> {
    return this.#content();
  }

  async show(): Promise<void> {
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t('Alerts')}.md`, query: String(this.#count) });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }
}
