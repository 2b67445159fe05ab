import { globSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outDir } from '../project.ts';
import { settingsText, writeUserSettings } from '../profile.ts';
import type { Profile, Settings } from '../profile.ts';
import { readWhole } from './eventually.ts';
import { VsCode, type VsCodeOptions } from './vsCode.ts';
import { Workbench } from './workbench.ts';

export type WindowSize = { readonly width: number; readonly height: number };

export type SessionOptions = {
  readonly settings?: Settings;
  readonly size?: WindowSize;
};

const usualSize: WindowSize = { width: 1400, height: 900 };

/** One fresh profile in a VS Code, and its windows. */
export class Session {
  readonly profile: Profile;
  readonly vsCode: VsCode;
  readonly #size: WindowSize;
  #settings: Settings;
  #windows: Workbench[] = [];

  private constructor(vsCode: VsCode, profile: Profile, { settings = {}, size = usualSize }: SessionOptions) {
    this.vsCode = vsCode;
    this.profile = profile;
    this.#settings = settings;
    this.#size = size;
  }

  /** In a VS Code of its own, which ends with it. */
  static async start(options: SessionOptions & VsCodeOptions = {}): Promise<Session> {
    return await Session.begin(await VsCode.start(options), options);
  }

  /** In a VS Code that is up. */
  static async begin(vsCode: VsCode, options: SessionOptions): Promise<Session> {
    return new Session(vsCode, await vsCode.nextProfile(options.settings ?? {}), options);
  }

  get windows(): readonly Workbench[] {
    return this.#windows;
  }

  /** Another window on the profile's workspace, or on another folder. */
  async openWindow(folder = this.profile.workspaceDir): Promise<Workbench> {
    const { page, load } = await this.vsCode.running.window(folder);
    await page.setViewportSize(this.#size);
    const window = new Workbench(page);
    this.#windows.push(window);
    await load();
    await window.opened();
    return window;
  }

  /** In an open window through its settings.json, which VS Code does not watch here; else in the file itself. */
  async changeSettings(settings: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    const [window] = this.#windows;
    if (window === undefined) await writeUserSettings(this.profile, this.#settings);
    else await window.replaceUserSettings(settingsText(this.#settings));
  }

  /** What stands in the user's settings.json; waits while VS Code is writing it. */
  async userSettings(): Promise<unknown> {
    return await readWhole(join(this.profile.dataDir, 'User/settings.json'), (text): unknown => JSON.parse(text));
  }

  /** Ends VS Code and starts it again on the same profile. */
  async restart(): Promise<void> {
    this.#windows = [];
    await this.vsCode.restart();
  }

  /** Kills VS Code, extension hosts included, in the middle of what they do; `restart` starts it again. */
  async kill(): Promise<void> {
    await this.vsCode.running.kill();
  }

  /** Ends the VS Code that it has for itself. */
  async close(): Promise<void> {
    this.#windows = [];
    await this.vsCode.stop();
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
      const path = join(folder, `${name}-${index + 1}.png`);
      await window.page.screenshot({ path, timeout: 10_000 }).catch(() => undefined);
    }
    await writeFile(join(folder, `${name}.log`), await this.extensionLog());
    await cp(join(this.profile.dataDir, 'logs'), join(folder, `${name}-logs`), { recursive: true });
  }
}
