import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import * as z from 'zod';
import { dashboardStringNames } from '../../../src/shared/dashboardStrings.ts';
import type { DashboardView } from '../../../src/shared/dashboardView.ts';

export type ThemeKind = 'light' | 'dark' | 'hc-black' | 'hc-light';
export const themeKinds: readonly ThemeKind[] = ['light', 'dark', 'hc-black', 'hc-light'];

const themesSchema = z.record(
  z.enum(['light', 'dark', 'hc-black', 'hc-light']),
  z.object({ bodyClass: z.string(), variables: z.record(z.string(), z.string()) }),
);

const origin = 'http://dashboard.test';
const nonce = 'standalone';

export type Standalone = {
  readonly page: Page;
  /** Everything that the page posted to its host. */
  posted(): Promise<readonly unknown[]>;
  /** From the host to the page. */
  send(message: unknown): Promise<void>;
  /** Violations of the content security policy, and errors. */
  readonly complaints: readonly string[];
};

export type StandaloneOptions = {
  readonly view: DashboardView;
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly direction?: 'ltr' | 'rtl';
  readonly reducedMotion?: boolean;
};

let bundled: Promise<{ js: string; css: string }> | undefined;

/** The dashboard's page outside VS Code, under the same policy, with a host that answers from a view. */
export async function openStandalone(browser: Browser, options: StandaloneOptions): Promise<Standalone> {
  const { view, theme = 'dark', width = 1200, height = 900 } = options;
  const files = await (bundled ??= bundle());
  const page = await browser.newPage({
    viewport: { width, height },
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const html = await pageHtml(theme, view, options.direction ?? 'ltr');
  const body = { '/': html, '/dashboard.js': files.js, '/dashboard.css': files.css };
  const types = { '/': 'text/html', '/dashboard.js': 'text/javascript', '/dashboard.css': 'text/css' };
  await page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    const known = pathname === '/' || pathname === '/dashboard.js' || pathname === '/dashboard.css';
    return known
      ? route.fulfill({ body: body[pathname], contentType: `${types[pathname]}; charset=utf-8` })
      : route.fulfill({ status: 204 });
  });
  await page.goto(`${origin}/`);
  await page.locator('h1').waitFor();
  return {
    page,
    complaints,
    posted: async () =>
      z.array(z.unknown()).parse(JSON.parse(await page.evaluate<string>('JSON.stringify(window.posted)'))),
    send: async (message) => {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
    },
  };
}

/** Every string is its own English name: what counts here is that each has a place. */
export async function englishStrings(): Promise<Record<string, string>> {
  const source = await readFile(new URL('../../../src/editor/dashboard/dashboardStrings.ts', import.meta.url), 'utf8');
  const words = Object.fromEntries(
    [...source.matchAll(/^ {2}(\w+): vscode\.l10n\.t\('(.*)'\),$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  const missing = dashboardStringNames.filter((name) => words[name] === undefined);
  if (missing.length > 0) throw new Error(`no text for ${missing.join(', ')}`);
  return words;
}

async function bundle(): Promise<{ js: string; css: string }> {
  const { outputFiles } = await build({
    entryPoints: [{ in: 'webview/dashboard/main.ts', out: 'dashboard' }],
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2024',
    logLevel: 'warning',
  });
  const text = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { js: `performance.mark('bundle');${text('.js')}`, css: text('.css') };
}

async function pageHtml(theme: ThemeKind, view: DashboardView, direction: string): Promise<string> {
  const themes = themesSchema.parse(JSON.parse(await readFile(new URL('themes.json', import.meta.url), 'utf8')));
  const { bodyClass, variables } = themes[theme];
  const css = Object.entries({
    ...variables,
    '--vscode-font-family': 'system-ui, Ubuntu, "DejaVu Sans", sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-font-weight': 'normal',
    '--vscode-editor-font-family': 'monospace',
    '--vscode-editor-font-size': '14px',
  }).map(([name, value]) => `${name}: ${value};`);
  const init = { type: 'init', strings: await englishStrings(), language: 'en', view };
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${origin} 'nonce-${nonce}'`,
    `font-src ${origin}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en" dir="${direction}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta property="csp-nonce" content="${nonce}">
  <title>Dashboard</title>
  <style nonce="${nonce}">:root { ${css.join(' ')} }</style>
  <link rel="stylesheet" href="/dashboard.css">
  <script nonce="${nonce}">
    window.posted = [];
    window.state = undefined;
    const init = ${JSON.stringify(init).replaceAll('<', '\\u003c')};
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => {
        window.posted.push(message);
        if (message.type === 'ready') window.postMessage(init, '*');
      },
      getState: () => window.state,
      setState: (state) => { window.state = state; },
    });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error('policy: ' + violatedDirective + ' ' + blockedURI);
    });
  </script>
</head>
<body class="${bodyClass}">
  <main id="root"></main>
  <script nonce="${nonce}" src="/dashboard.js"></script>
</body>
</html>`;
}
