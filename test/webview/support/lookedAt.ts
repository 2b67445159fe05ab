import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import * as z from 'zod';
import { outDir } from '../../harness/project.ts';
import type { ThemeKind } from './standalonePage.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const violations = z.array(z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.unknown()) }));

/** By the judgement of axe-core, which leaves out what these selectors name. */
export async function assertNoSeriousFault(page: Page, leaveOut: readonly string[] = []): Promise<void> {
  await page.evaluate(await readFile(axeFile, 'utf8'));
  const found = violations.parse(
    await page.evaluate(
      `axe.run({ exclude: ${JSON.stringify(leaveOut)} }, { resultTypes: ['violations'] }).then(({ violations }) =>
        violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary) })))`,
    ),
  );
  assert.deepEqual(
    found.filter(({ impact }) => impact === 'serious' || impact === 'critical'),
    [],
  );
}

/** The whole page, to be looked at: in every theme, and narrow in the light one. */
export async function takePictures(page: Page, name: string, theme: ThemeKind): Promise<void> {
  for (const width of theme === 'light' ? [400, 1_200] : [1_200]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(outDir, 'screenshots', `${name}-${theme}-${width}.png`), fullPage: true });
  }
}

/** The accessible name of what has the focus, seen through shadow roots; '' for the page itself. */
export async function focused(page: Page): Promise<string> {
  return z.string().parse(
    await page.evaluate(`(() => {
      const one = document.activeElement;
      if (one === null || one === document.body) return '';
      return one.getAttribute('aria-label') ?? one.textContent.trim();
    })()`),
  );
}

/** What Tab comes to from the top of the page, until it leaves it. */
export async function tabOrder(page: Page): Promise<readonly string[]> {
  const reached: string[] = [];
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    if (name === '') break;
    reached.push(name);
  }
  return reached;
}
