import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '../project.ts';
import { runOrThrow } from '../runProcess.ts';
import type { VsCodeFolders } from '../workbench/runningVsCode.ts';

const UPDATE_SERVICE = 'https://update.code.visualstudio.com/api/releases/stable';

export function namedDesktop(): string | undefined {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named === undefined || named === '') return undefined;
  if (!existsSync(named)) throw new Error(`VSCODE_EXECUTABLE names ${named}, which is not there`);
  return named;
}

export function installedDesktop(): string | undefined {
  return usualPlaces().find((place) => existsSync(place));
}

function usualPlaces(): readonly string[] {
  if (process.platform === 'darwin') return ['/Applications/Visual Studio Code.app/Contents/MacOS/Electron'];
  if (process.platform === 'win32') {
    const roots = [process.env['LOCALAPPDATA'], process.env['ProgramFiles']].filter((root) => root !== undefined);
    return roots.flatMap((root) => [
      join(root, 'Programs', 'Microsoft VS Code', 'Code.exe'),
      join(root, 'Microsoft VS Code', 'Code.exe'),
    ]);
  }
  return ['/usr/share/code/code', '/opt/visual-studio-code/code', '/usr/lib/code/code'];
}

/** Downloads a desktop VS Code into the cache; undefined where its host cannot be reached. */
export async function downloadDesktop(): Promise<string | undefined> {
  try {
    const reply = await fetch(UPDATE_SERVICE, { method: 'HEAD', signal: AbortSignal.timeout(3000) });
    if (!reply.ok) return undefined;
    return await downloadAndUnzipVSCode({ version: 'stable', cachePath: cacheDir });
  } catch {
    return undefined;
  }
}

export async function installOnDesktop(executable: string, extensionsDir: string, vsix: string): Promise<void> {
  const [command = executable, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, {
    reuseMachineInstall: true,
  });
  const folders = ['--user-data-dir', dirname(extensionsDir), '--extensions-dir', extensionsDir];
  await runOrThrow(command, [...args, ...folders, '--install-extension', vsix]);
}

/** How the desktop build is started for tests: on folders of its own, with nothing that asks or goes online. */
export const launchArguments = ({
  dataDir,
  extensionsDir,
}: Pick<VsCodeFolders, 'dataDir' | 'extensionsDir'>): readonly string[] => [
  ...['--user-data-dir', dataDir, '--extensions-dir', extensionsDir],
  ...['--skip-welcome', '--skip-release-notes', '--disable-updates', '--disable-telemetry'],
  // As root, and without a graphics card.
  ...['--no-sandbox', '--disable-gpu'],
];
