import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Rests the mouse on a thing and reads what comes up. A hover that was there before goes first. */
export async function hoverText(page: Page, target: Locator): Promise<string> {
  const hover = page.locator('.monaco-hover:visible').last();
  let text = '';
  // A row that is painted again under the mouse shows nothing until the mouse comes anew.
  await eventually(
    async () => {
      await page.mouse.move(5, 5);
      await hover.waitFor({ state: 'hidden' });
      await target.hover();
      text = await hover.innerText({ timeout: 5_000 }).catch(() => '');
      return text !== '';
    },
    { what: 'a hover' },
  );
  return text;
}
