import type { Locator, Page } from 'playwright-core';
import { actUntil } from './eventually.ts';

/** Rests the mouse on a thing and reads what comes up. A hover that was there before goes first. */
export async function hoverText(page: Page, target: Locator): Promise<string> {
  const hover = page.locator('.monaco-hover:visible').last();
  let text = '';
  await actUntil({
    what: 'a hover',
    act: async () => {
      await page.mouse.move(5, 5);
      await hover.waitFor({ state: 'hidden' });
      await target.hover();
    },
    seen: async () => {
      text = await hover.innerText({ timeout: 5_000 });
      return text !== '';
    },
  });
  return text;
}
