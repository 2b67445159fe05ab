import { chromium } from 'playwright-core';
import type { BrowserContext } from 'playwright-core';
import { extensionHosts, signal } from '../runProcess.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../vscode/chromium.ts';
import { ensureCodeServer, startCodeServer } from '../vscode/codeServer.ts';
import type { RunningServer } from '../vscode/codeServer.ts';
import { sealSecrets, secretsItem, serverKeyHalf } from './browserSecrets.ts';
import { eventually } from './eventually.ts';
import type { RunningVsCode, StartOptions } from './runningVsCode.ts';

/** With one processor kept busy by something else, VS Code takes three times as long for everything. */
const patientMs = 60_000;

/**
 * A webview draws nothing before VS Code's service worker is registered once more and an update of it has been looked
 * for, which Chromium at times puts off for minutes where several windows keep it busy. There is no update here: a
 * worker that is in charge is good.
 */
const workerIsGood = `{
  const container = globalThis.ServiceWorkerContainer?.prototype;
  if (container !== undefined) {
    const { register } = container;
    container.register = async function (path, ...options) {
      const isInCharge = this.controller?.scriptURL === new URL(path, location.href).href;
      const there = isInCharge ? await this.getRegistration() : undefined;
      return there ?? register.call(this, path, ...options);
    };
    ServiceWorkerRegistration.prototype.update = function () {
      return Promise.resolve(this);
    };
  }
}`;

/** VS Code's server, and Chromium, whose pages are its windows. */
export async function startInBrowser({ folders, env, port }: StartOptions): Promise<RunningVsCode> {
  const executablePath = await ensureChromium();
  const keyHalf = await serverKeyHalf(folders.dataDir);
  const server = await startCodeServer(await ensureCodeServer(), {
    dataDir: folders.dataDir,
    extensionsDir: folders.extensionsDir,
    ...(port === undefined ? {} : { port }),
    ...(env === undefined ? {} : { env }),
  });
  try {
    const context = await chromium.launchPersistentContext(folders.browserDir, {
      executablePath,
      args: [...CHROMIUM_FLAGS],
      locale: 'en-US',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(patientMs);
    await context.addInitScript({ content: workerIsGood });
    return {
      port: server.port,
      window: async (folder) => {
        const page = await blankPage(context);
        return { page, load: () => page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`) };
      },
      storeSecrets: async (secrets) => {
        const page = await blankPage(context);
        await page.goto(`${server.url}/healthz`);
        const sealed = await sealSecrets(secrets, keyHalf);
        await page.evaluate(`localStorage.setItem('${secretsItem}', ${JSON.stringify(sealed)})`);
        await page.goto('about:blank');
      },
      closeWindows: () => closeWindows(context, server),
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

async function blankPage(context: BrowserContext) {
  return context.pages().find((page) => page.url() === 'about:blank') ?? (await context.newPage());
}

async function closeWindows(context: BrowserContext, server: RunningServer): Promise<void> {
  const blank = await context.newPage();
  for (const page of context.pages()) if (page !== blank) await page.close();
  // The server would keep one whose window was closed while it started.
  const ended = async (): Promise<boolean> => {
    const hosts = await extensionHosts(server.processGroup);
    for (const pid of hosts) signal(pid, 'SIGKILL');
    return hosts.length === 0;
  };
  await eventually(ended, { what: 'the end of the extension hosts' });
  const devtools = await context.newCDPSession(blank);
  // The cache and the service worker of webviews are VS Code's code, the same for every profile.
  const storageTypes = 'cookies,local_storage,indexeddb';
  await devtools.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes });
  await devtools.detach();
}
