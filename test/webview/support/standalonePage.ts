import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type * as vscode from 'vscode';
import * as z from 'zod';
import type { ToAnalysisPanel } from '../../../src/shared/analysisMessages.ts';
import type { ToDashboard } from '../../../src/shared/dashboardMessages.ts';
import { projectDir } from '../../harness/project.ts';
import { panelPage } from './hostSide.ts';

export type ThemeKind = 'light' | 'dark' | 'hc-black' | 'hc-light';
export const themeKinds: readonly ThemeKind[] = ['light', 'dark', 'hc-black', 'hc-light'];

/** Of VS Code 1.139, as far as the panels and the toolkit name them. */
const themesSchema = z.record(
  z.enum(['light', 'dark', 'hc-black', 'hc-light']),
  z.object({ bodyClass: z.string(), variables: z.record(z.string(), z.string()) }),
);

const origin = 'http://panel.test';
const nonce = 'standalone';

export type StandalonePage = {
  readonly page: Page;
  /** Everything that the page posted to its host. */
  posted(): Promise<readonly unknown[]>;
  /** From the host to the page. */
  send(...messages: readonly unknown[]): Promise<void>;
  /** Violations of the content security policy, errors, and requests to elsewhere. */
  readonly complaints: readonly string[];
};

/** How the page is looked at. */
export type Looks = {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly direction?: 'ltr' | 'rtl';
  readonly reducedMotion?: boolean;
};

type Init<Message> = Extract<Message, { readonly type: 'init' }>;

export type StandaloneOptions = Looks & {
  readonly name: 'analysis' | 'dashboard';
  /** What the host answers when the page is ready. */
  readonly init: Init<ToAnalysisPanel> | Init<ToDashboard>;
};

/**
 * A panel's page outside VS Code, under the policy that its host gives it, with a host that answers its first message.
 * On a page of the browser that is new or was left by `leaveStandalonePage`.
 */
export async function openStandalonePage(page: Page, options: StandaloneOptions): Promise<StandalonePage> {
  const { name, width = 1200, height = 900 } = options;
  const files = await bundleOf(name);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  const served = new Map([
    [`${origin}/`, { body: await htmlOf(options), contentType: 'text/html; charset=utf-8' }],
    [`${origin}/dist/webview/${name}.js`, { body: files.js, contentType: 'text/javascript; charset=utf-8' }],
    [`${origin}/dist/webview/${name}.css`, { body: files.css, contentType: 'text/css; charset=utf-8' }],
    [`${origin}/favicon.ico`, { status: 204 }],
  ]);
  await page.route('**', (route) => {
    const url = route.request().url();
    const answer = served.get(url);
    if (answer === undefined) complaints.push(`asked for ${url}`);
    return route.fulfill(answer ?? { status: 404 });
  });
  await page.goto(`${origin}/`);
  await page.locator('#root :is(h1, p)').first().waitFor();
  return {
    page,
    complaints,
    posted: async () =>
      z.array(z.unknown()).parse(JSON.parse(await page.evaluate<string>('JSON.stringify(window.posted)'))),
    send: async (...messages) => {
      await page.evaluate(`for (const message of ${JSON.stringify(messages)}) window.postMessage(message, '*')`);
    },
  };
}

/** Nothing is left of what was on it. */
export async function leaveStandalonePage(page: Page): Promise<void> {
  page.removeAllListeners();
  await page.goto('about:blank');
  await page.unrouteAll();
  await page.mouse.move(0, 0);
}

type Bundle = { readonly js: string; readonly css: string };
const bundles = new Map<string, Promise<Bundle>>();

function bundleOf(name: StandaloneOptions['name']): Promise<Bundle> {
  const made = bundles.get(name) ?? bundle(name);
  bundles.set(name, made);
  return made;
}

async function bundle(name: string): Promise<Bundle> {
  const { outputFiles } = await build({
    absWorkingDir: projectDir,
    entryPoints: [{ in: `webview/${name}/main.ts`, out: name }],
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

/** The host's own page, with what VS Code adds to it: the theme, its default styles and its API. */
async function htmlOf({ name, init, theme = 'dark', direction = 'ltr' }: StandaloneOptions): Promise<string> {
  const beside = (file: string): Promise<string> => readFile(new URL(file, import.meta.url), 'utf8');
  const { bodyClass, variables } = themesSchema.parse(JSON.parse(await beside('themes.json')))[theme];
  const css = Object.entries({
    ...variables,
    '--vscode-font-family': 'system-ui, Ubuntu, "DejaVu Sans", sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-font-weight': 'normal',
    '--vscode-editor-font-family': 'monospace',
    '--vscode-editor-font-size': '14px',
  }).map(([variable, value]) => `${variable}: ${value};`);
  const addition = `
  <style nonce="${nonce}">${await beside('vscodeDefaults.css')} :root { ${css.join(' ')} }</style>
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
  `;
  return panelPage(webview, extensionUri, { name, title: name, nonce })
    .replace('<html ', `<html dir="${direction}" `)
    .replace('<body>', `<body class="${bodyClass}">`)
    .replace('<link ', `${addition}<link `);
}

// Of both, `panelPage` takes an address and what stands for all addresses in a policy.
const extensionUri = new URL(origin) as unknown as vscode.Uri;
const webview = { cspSource: origin, asWebviewUri: (uri: vscode.Uri) => uri } as vscode.Webview;
