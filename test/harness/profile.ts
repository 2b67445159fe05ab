import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Settings = Readonly<Record<string, unknown>>;

/** A throw-away VS Code profile with a workspace of its own. */
export type Profile = {
  readonly home: string;
  readonly dataDir: string;
  readonly extensionsDir: string;
  readonly workspaceDir: string;
  readonly browserDir: string;
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
};

const SAMPLE = join(import.meta.dirname, 'sample');

/** Makes it under the system's temporary folder; the workspace is a copy of the sample. */
export async function makeProfile(settings: Settings = {}): Promise<Profile> {
  const home = await mkdtemp(join(tmpdir(), 'ai-keys-'));
  const profile = {
    home,
    dataDir: join(home, 'data'),
    extensionsDir: join(home, 'extensions'),
    workspaceDir: join(home, 'sample'),
    browserDir: join(home, 'browser'),
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }),
  };
  await mkdir(profile.extensionsDir);
  await mkdir(profile.browserDir);
  await cp(SAMPLE, profile.workspaceDir, { recursive: true });
  await writeUserSettings(profile, settings);
  return profile;
}

export async function writeUserSettings(profile: Pick<Profile, 'dataDir'>, settings: Settings): Promise<void> {
  const folder = join(profile.dataDir, 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), settingsText(settings));
}

/** The whole of settings.json: these and those of the quiet window. */
export function settingsText(settings: Settings): string {
  return `${JSON.stringify({ ...QUIET, ...settings }, null, 2)}\n`;
}
