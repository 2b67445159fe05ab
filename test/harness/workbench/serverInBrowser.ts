import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, ensureChromium } from '../vscode/chromium.ts';
import { ensureCodeServer, startCodeServer } from '../vscode/codeServer.ts';
import type { RunningVsCode, StartOptions } from './runningVsCode.ts';

/** VS Code's server, and Chromium, whose pages are its windows. */
export async function startInBrowser(options: StartOptions): Promise<RunningVsCode> {
  const { profile, extensionsDir, env, size } = options;
  const executablePath = await ensureChromium();
  const server = await startCodeServer(await ensureCodeServer(), {
    dataDir: profile.dataDir,
    extensionsDir,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(env === undefined ? {} : { env }),
  });
  try {
    const context = await chromium.launchPersistentContext(profile.browserDir, {
      executablePath,
      args: [...CHROMIUM_FLAGS],
      viewport: size,
      locale: 'en-US',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return {
      port: server.port,
      window: async (folder) => {
        const blank = context.pages().find((page) => page.url() === 'about:blank');
        const page = blank ?? (await context.newPage());
        return { page, load: () => page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`) };
      },
      stop: async () => {
        await context.close();
        await server.stop();
      },
      kill: () => server.kill(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
