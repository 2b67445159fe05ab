import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { outDir, projectDir } from '../project.ts';
import type { Profile } from '../profile.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../vscode/chromium.ts';
import { startCodeServer } from '../vscode/codeServer.ts';
import type { CodeServer } from '../vscode/codeServer.ts';

const LIMIT_MS = 8 * 60_000;
const MARK = '[tests] ';

/** Opens a window that loads the extension under test and its suites; the exit code is theirs. */
export async function runInServer(code: CodeServer, suites: string, profile: Profile): Promise<number> {
  const executablePath = await ensureChromium();
  const server = await startCodeServer(code, { ...profile, smokeTestDriver: true });
  try {
    const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
    try {
      const page = await browser.newPage();
      const verdict = await listenForVerdict(page);
      await page.goto(testUrl(server.port, suites, profile));
      return await verdict();
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

function testUrl(port: number, suites: string, { workspaceDir }: Profile): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(projectDir)],
    ['extensionTestsPath', remote(suites)],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: workspaceDir, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

/** VS Code's smoke-test driver calls these two functions of the page: output, and the verdict. */
async function listenForVerdict(page: Page): Promise<() => Promise<number>> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  promise.catch(() => undefined);
  const log = createWriteStream(join(outDir, 'host.log'));
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
    const text = args.filter((arg) => typeof arg === 'string').join(' ');
    // The page goes on logging until it is closed.
    if (!log.writableEnded) log.write(`${text}\n`);
    if (text.startsWith(MARK)) console.log(text.slice(MARK.length));
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  page.once('crash', () => reject(new Error('the page crashed')));
  return async () => {
    const limit = setTimeout(() => reject(new Error('the host suites did not end in time')), LIMIT_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      log.end();
    }
  };
}
