import assert from 'node:assert/strict';
import { join } from 'node:path';
import type Mocha from 'mocha';
import { chromium, type Browser, type Page } from 'playwright-core';
import { outDir } from '../../harness/project.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../../harness/vscode/chromium.ts';
import {
  leaveStandalonePage,
  openStandalonePage,
  type StandaloneOptions,
  type StandalonePage,
} from './standalonePage.ts';

let browser: Promise<Browser> | undefined;
/** Pages that a test has left as it found them: one of these is quicker than a new one. */
const idle: Page[] = [];

const launch = async (): Promise<Browser> =>
  await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_FLAGS] });

/** Of one browser a process, which playwright ends with it. */
async function takePage(): Promise<Page> {
  browser ??= launch();
  return idle.pop() ?? (await (await browser).newPage());
}

/** A test on a panel's page, which must keep its policy and throw nothing. A picture of a failed one is in out/failed. */
export const withStandalonePage = (
  options: StandaloneOptions,
  play: (fixture: StandalonePage) => Promise<void>,
): ((this: Mocha.Context) => Promise<void>) =>
  async function () {
    const fixture = await openStandalonePage(await takePage(), options);
    const { page, complaints } = fixture;
    try {
      await play(fixture);
      assert.deepEqual(complaints, [], 'the content security policy was broken, or a script failed');
    } catch (error) {
      const name = (this.test?.fullTitle() ?? 'unnamed').replaceAll(/[^\w-]+/g, '-').slice(0, 90);
      await page.screenshot({ path: join(outDir, 'failed', `${name}.png`) });
      await page.close();
      throw error;
    }
    await leaveStandalonePage(page);
    idle.push(page);
  };
