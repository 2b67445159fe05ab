import { spawn } from 'node:child_process';
import { _electron } from 'playwright-core';
import { launchArguments } from '../vscode/desktop.ts';
import type { RunningVsCode, StartOptions } from './runningVsCode.ts';

/** Desktop VS Code. Its first window comes with the start; a further one is asked of the same instance. */
export function startOnDesktop(executable: string): (options: StartOptions) => Promise<RunningVsCode> {
  return async ({ folders, env }) => {
    const args = [...launchArguments(folders)];
    const app = await _electron.launch({ executablePath: executable, args, env: stringsOf(env ?? process.env) });
    // It opens with an empty window, which the first folder takes the place of.
    await app.firstWindow();
    return {
      window: async (folder) => {
        const opened = app.waitForEvent('window');
        spawn(executable, [...args, '--new-window', folder], { stdio: 'ignore' }).unref();
        return { page: await opened, load: async () => undefined };
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
