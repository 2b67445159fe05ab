import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders, makeNextProfile, removeFolder } from '../profile.ts';
import type { Profile, Settings } from '../profile.ts';
import { startOnDesktop } from './desktopWindows.ts';
import type { RunningVsCode, VsCodeFolders } from './runningVsCode.ts';
import { startInBrowser } from './serverInBrowser.ts';

export type VsCodeOptions = {
  /** Where the packaged extension is installed; `test:e2e` names it. */
  readonly extensionsDir?: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
};

/** A VS Code that is up, for one profile after the other. */
export class VsCode {
  readonly #home: string;
  readonly #folders: VsCodeFolders;
  readonly #start: (port?: number) => Promise<RunningVsCode>;
  #running: RunningVsCode;

  private constructor(
    home: string,
    folders: VsCodeFolders,
    start: (port?: number) => Promise<RunningVsCode>,
    running: RunningVsCode,
  ) {
    this.#home = home;
    this.#folders = folders;
    this.#start = start;
    this.#running = running;
  }

  /** With extensions of its own: a copy of those that are installed. */
  static async start({ extensionsDir = process.env['AI_KEYS_EXTENSIONS_DIR'], env }: VsCodeOptions): Promise<VsCode> {
    if (extensionsDir === undefined) throw new Error('run these through npm run test:e2e, which installs the package');
    const home = await mkdtemp(join(tmpdir(), 'ai-keys-vscode-'));
    const folders = await makeFolders(home);
    await cp(extensionsDir, folders.extensionsDir, { recursive: true });
    const desktop = process.env['AI_KEYS_DESKTOP'];
    const begin = desktop === undefined ? startInBrowser : startOnDesktop(desktop);
    const start = (port?: number): Promise<RunningVsCode> => begin({ folders, env, port });
    return new VsCode(home, folders, start, await start());
  }

  get running(): RunningVsCode {
    return this.#running;
  }

  /** A fresh one: nothing of the one before is left but what all share, the code. */
  async nextProfile(settings: Settings): Promise<Profile> {
    const { closeWindows } = this.#running;
    if (closeWindows === undefined) await this.#running.stop();
    else await closeWindows();
    const profile = await makeNextProfile(this.#folders, settings);
    if (closeWindows === undefined) this.#running = await this.#start();
    return profile;
  }

  /** Ends it and starts it again on the same profile. */
  async restart(): Promise<void> {
    const { port } = this.#running;
    await this.#running.stop();
    this.#running = await this.#start(port);
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    await removeFolder(this.#home);
  }
}
