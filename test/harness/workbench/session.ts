import { globSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import { outDir } from '../project.ts';
import { makeProfile, settingsText, writeUserSettings } from '../profile.ts';
import type { Profile, Settings } from '../profile.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../vscode/chromium.ts';
import { ensureCodeServer, startCodeServer } from '../vscode/codeServer.ts';
import type { CodeServer, RunningServer } from '../vscode/codeServer.ts';
import { Workbench } from './workbench.ts';

export type SessionOptions = {
  readonly settings?: Settings;
  /** Where the packaged extension is installed; `test:e2e` names it. */
  readonly extensionsDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly size?: { readonly width: number; readonly height: number };
};

/** Those that a failed test takes its pictures of. */
export const openSessions = new Set<Session>();

/** One VS Code with a fresh profile: its server, its browser, its windows. */
export class Session {
  readonly profile: Profile;
  readonly #code: CodeServer;
  readonly #options: SessionOptions;
  readonly #extensionsDir: string;
  #settings: Settings;
  #server: RunningServer;
  #context: BrowserContext;
  #windows: Workbench[] = [];

  private constructor(
    profile: Profile,
    code: CodeServer,
    options: SessionOptions,
    extensionsDir: string,
    running: { readonly server: RunningServer; readonly context: BrowserContext },
  ) {
    this.profile = profile;
    this.#code = code;
    this.#options = options;
    this.#extensionsDir = extensionsDir;
    this.#settings = options.settings ?? {};
    this.#server = running.server;
    this.#context = running.context;
  }

  static async start(options: SessionOptions = {}): Promise<Session> {
    const extensionsDir = options.extensionsDir ?? process.env['AI_KEYS_EXTENSIONS_DIR'];
    if (extensionsDir === undefined) throw new Error('run these through npm run test:e2e, which installs the package');
    const code = await ensureCodeServer();
    const profile = await makeProfile(options.settings);
    const running = await startBoth(code, profile, extensionsDir, options);
    const session = new Session(profile, code, options, extensionsDir, running);
    openSessions.add(session);
    return session;
  }

  get windows(): readonly Workbench[] {
    return this.#windows;
  }

  /** Another page of the same browser on the profile's workspace, or on another folder. */
  async openWindow(folder = this.profile.workspaceDir): Promise<Workbench> {
    const blank = this.#context.pages().find((page) => page.url() === 'about:blank');
    const page = blank ?? (await this.#context.newPage());
    const window = new Workbench(page);
    this.#windows.push(window);
    try {
      await window.open(`${this.#server.url}/?folder=${encodeURIComponent(folder)}`);
    } catch (error) {
      await this.keepEvidence('window-did-not-open');
      throw error;
    }
    return window;
  }

  /** In an open window through its settings.json, which VS Code does not watch here; else in the file itself. */
  async changeSettings(settings: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    const [window] = this.#windows;
    if (window === undefined) await writeUserSettings(this.profile, this.#settings);
    else await window.replaceUserSettings(settingsText(this.#settings));
  }

  /** Ends VS Code and the browser and starts both on the same profile. */
  async restart(): Promise<void> {
    const { port } = this.#server;
    await this.#stop();
    const running = await startBoth(this.#code, this.profile, this.#extensionsDir, { ...this.#options, port });
    this.#server = running.server;
    this.#context = running.context;
  }

  async close(): Promise<void> {
    openSessions.delete(this);
    await this.#stop();
    await this.profile.remove();
  }

  /** All that the extension wrote to its output channels, oldest first. */
  async extensionLog(): Promise<string> {
    const files = globSync('logs/**/ai-keys.ai-keys/*.log', { cwd: this.profile.dataDir }).toSorted();
    const logs = await Promise.all(files.map((file) => readFile(join(this.profile.dataDir, file), 'utf8')));
    return logs.join('');
  }

  /** A picture of each window and the logs, under out/failed. */
  async keepEvidence(name: string): Promise<void> {
    const folder = join(outDir, 'failed');
    await mkdir(folder, { recursive: true });
    for (const [index, window] of this.#windows.entries()) {
      await window.page.screenshot({ path: join(folder, `${name}-${index + 1}.png`) }).catch(() => undefined);
    }
    await writeFile(join(folder, `${name}.log`), await this.extensionLog());
    await cp(join(this.profile.dataDir, 'logs'), join(folder, `${name}-logs`), { recursive: true });
  }

  async #stop(): Promise<void> {
    this.#windows = [];
    await this.#context.close();
    await this.#server.stop();
  }
}

async function startBoth(
  code: CodeServer,
  profile: Profile,
  extensionsDir: string,
  options: SessionOptions & { readonly port?: number },
): Promise<{ server: RunningServer; context: BrowserContext }> {
  const executablePath = await ensureChromium();
  const server = await startCodeServer(code, {
    dataDir: profile.dataDir,
    extensionsDir,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  try {
    const context = await chromium.launchPersistentContext(profile.browserDir, {
      executablePath,
      args: [...CHROMIUM_FLAGS],
      viewport: options.size ?? { width: 1400, height: 900 },
      locale: 'en-US',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return { server, context };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
