import { globSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outDir } from '../project.ts';
import { makeProfile, settingsText, writeUserSettings } from '../profile.ts';
import type { Profile, Settings } from '../profile.ts';
import { startOnDesktop } from './desktopWindows.ts';
import type { RunningVsCode } from './runningVsCode.ts';
import { startInBrowser } from './serverInBrowser.ts';
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

/** One VS Code with a fresh profile, and its windows. */
export class Session {
  readonly profile: Profile;
  readonly #start: (port?: number) => Promise<RunningVsCode>;
  #settings: Settings;
  #running: RunningVsCode;
  #windows: Workbench[] = [];

  private constructor(
    profile: Profile,
    settings: Settings,
    start: (port?: number) => Promise<RunningVsCode>,
    running: RunningVsCode,
  ) {
    this.profile = profile;
    this.#settings = settings;
    this.#start = start;
    this.#running = running;
  }

  static async start(options: SessionOptions = {}): Promise<Session> {
    const extensionsDir = options.extensionsDir ?? process.env['AI_KEYS_EXTENSIONS_DIR'];
    if (extensionsDir === undefined) throw new Error('run these through npm run test:e2e, which installs the package');
    const profile = await makeProfile(options.settings);
    const { env, size = { width: 1400, height: 900 } } = options;
    const desktop = process.env['AI_KEYS_DESKTOP'];
    const begin = desktop === undefined ? startInBrowser : startOnDesktop(desktop);
    const start = (port?: number): Promise<RunningVsCode> => begin({ profile, extensionsDir, env, size, port });
    const session = new Session(profile, options.settings ?? {}, start, await start());
    openSessions.add(session);
    return session;
  }

  get windows(): readonly Workbench[] {
    return this.#windows;
  }

  /** Another window on the profile's workspace, or on another folder. */
  async openWindow(folder = this.profile.workspaceDir): Promise<Workbench> {
    const { page, load } = await this.#running.window(folder);
    const window = new Workbench(page);
    this.#windows.push(window);
    try {
      await load();
      await window.opened();
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

  /** Ends VS Code and starts it again on the same profile. */
  async restart(): Promise<void> {
    const { port } = this.#running;
    await this.#stop();
    this.#running = await this.#start(port);
  }

  /** Kills VS Code, extension hosts included, in the middle of what they do; `restart` starts it again. */
  async kill(): Promise<void> {
    await this.#running.kill();
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
    await this.#running.stop();
  }
}
