import * as vscode from 'vscode';

/** The page of a panel: no remote content, scripts and styles by nonce or from the extension alone. */
export function panelPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, title, nonce }: { readonly name: string; readonly title: string; readonly nonce: string },
): string {
  const file = (extension: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', `${name}.${extension}`)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" content="${nonce}">
  <title>${escaped(title)}</title>
  <link rel="stylesheet" href="${escaped(file('css'))}">
</head>
<body>
  <main id="root"></main>
  <script nonce="${nonce}" src="${escaped(file('js'))}"></script>
</body>
</html>`;
}

/** Unguessable, so that nothing in the page can name it. */
export function newNonce(bytes: (length: number) => Uint8Array): string {
  return Buffer.from(bytes(18)).toString('base64url');
}

export const panelOptions = (extensionUri: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')],
});

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
