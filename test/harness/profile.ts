import { cp, glob, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VsCodeFolders } from './workbench/runningVsCode.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** A throw-away VS Code profile with a workspace of its own. */
export type Profile = VsCodeFolders & {
  readonly home: string;
  readonly workspaceDir: string;
  remove(): Promise<void>;
};

/** A quiet window: no trust question, no welcome, no chat side bar over the editor. */
const QUIET: Settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': false,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'git.enabled': false,
  'window.commandCenter': false,
  'workbench.editor.useModal': 'off',
  'window.autoDetectColorScheme': false,
  // On the desktop too every question is a part of the window.
  'window.dialogStyle': 'custom',
  'window.titleBarStyle': 'custom',
  'files.simpleDialog.enable': true,
  // What moves by itself is drawn by the processor here.
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
};

const SAMPLE = join(import.meta.dirname, 'sample');

/** Makes it under the system's temporary folder; the workspace is a copy of the sample. */
export async function makeProfile(settings: Settings = {}): Promise<Profile> {
  const home = await makeHome();
  const folders = await makeFolders(home);
  await writeUserSettings(folders, settings);
  return profileAt(home, folders);
}

/** One for a VS Code that is up already: settings, state and logs of the profile before are gone. */
export async function makeNextProfile(folders: VsCodeFolders, settings: Settings): Promise<Profile> {
  await rm(join(folders.dataDir, 'User'), { recursive: true, force: true, maxRetries: 5 });
  const logs = glob('logs/*/exthost*', { cwd: folders.dataDir });
  for await (const log of logs) await rm(join(folders.dataDir, log), { recursive: true, force: true });
  await writeUserSettings(folders, settings);
  return profileAt(await makeHome(), folders);
}

async function profileAt(home: string, folders: VsCodeFolders): Promise<Profile> {
  const workspaceDir = join(home, 'sample');
  await cp(SAMPLE, workspaceDir, { recursive: true });
  return { ...folders, home, workspaceDir, remove: () => removeFolder(home) };
}

const makeHome = (): Promise<string> => mkdtemp(join(tmpdir(), 'ai-keys-'));

/** Below a folder of theirs, empty. */
export async function makeFolders(home: string): Promise<VsCodeFolders> {
  const folders = {
    dataDir: join(home, 'data'),
    extensionsDir: join(home, 'extensions'),
    browserDir: join(home, 'browser'),
  };
  await mkdir(folders.extensionsDir, { recursive: true });
  await mkdir(folders.browserDir, { recursive: true });
  return folders;
}

export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5 });

export async function writeUserSettings(profile: Pick<Profile, 'dataDir'>, settings: Settings): Promise<void> {
  const folder = join(profile.dataDir, 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), settingsText(settings));
}

/** The whole of settings.json: these and those of the quiet window. */
export function settingsText(settings: Settings): string {
  return `${JSON.stringify({ ...QUIET, ...settings }, null, 2)}\n`;
}
