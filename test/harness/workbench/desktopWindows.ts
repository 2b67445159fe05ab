import { spawn } from 'node:child_process';
import { _electron } from 'playwright-core';
import type { Page } from 'playwright-core';
import type { RunningVsCode, StartOptions } from './runningVsCode.ts';

/** Desktop VS Code. Its first window comes with the start; a further one is asked of the same instance. */
export function startOnDesktop(executable: string): (options: StartOptions) => Promise<RunningVsCode> {
  return async ({ profile, extensionsDir, env, size }) => {
    const args = [
      ...['--user-data-dir', profile.dataDir, '--extensions-dir', extensionsDir],
      ...['--skip-welcome', '--skip-release-notes', '--disable-updates', '--disable-telemetry'],
      // As root, and without a graphics card.
      ...['--no-sandbox', '--disable-gpu'],
    ];
    const app = await _electron.launch({
      executablePath: executable,
      args: [...args, '--new-window', profile.workspaceDir],
      env: stringsOf(env ?? process.env),
    });
    const another = async (folder: string): Promise<Page> => {
      const opened = app.waitForEvent('window');
      spawn(executable, [...args, '--new-window', folder], { stdio: 'ignore' }).unref();
      return await opened;
    };
    let isFirst = true;
    return {
      window: async (folder) => {
        const page = isFirst && folder === profile.workspaceDir ? await app.firstWindow() : await another(folder);
        isFirst = false;
        return { page, load: () => page.setViewportSize(size) };
      },
      stop: () => app.close(),
      kill: async () => {
        const ended = app.waitForEvent('close');
        app.process().kill('SIGKILL');
        await ended;
      },
    };
  };
}

const stringsOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
