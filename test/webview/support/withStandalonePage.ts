import assert from 'node:assert/strict';
import { join } from 'node:path';
import type Mocha from 'mocha';
import { chromium, type Browser } from 'playwright-core';
import { outDir } from '../../harness/project.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../../harness/vscode/chromium.ts';
import { openStandalonePage, type StandaloneOptions, type StandalonePage } from './standalonePage.ts';

let browser: Promise<Browser> | undefined;

/** One a process; playwright ends it with the process. */
const sharedBrowser = (): Promise<Browser> => (browser ??= launch());

const launch = async (): Promise<Browser> =>
  await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_FLAGS] });

/** A test on a page of its own, which must keep its policy and throw nothing. A picture of a failed one is in out/failed. */
export const withStandalonePage = (
  options: StandaloneOptions,
  play: (fixture: StandalonePage) => Promise<void>,
): ((this: Mocha.Context) => Promise<void>) =>
  async function () {
    const fixture = await openStandalonePage(await sharedBrowser(), options);
    const { page, complaints } = fixture;
    try {
      await play(fixture);
      assert.deepEqual(complaints, [], 'the content security policy was broken, or a script failed');
    } catch (error) {
      const name = (this.test?.fullTitle() ?? 'unnamed').replaceAll(/[^\w-]+/g, '-').slice(0, 90);
      await page.screenshot({ path: join(outDir, 'failed', `${name}.png`) });
      throw error;
    } finally {
      await page.close();
    }
  };
