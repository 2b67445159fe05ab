import type { Locator, Page } from 'playwright-core';

/** Rests the mouse on a thing and reads what comes up. A hover that was there before goes first. */
export async function hoverText(page: Page, target: Locator): Promise<string> {
  const hover = page.locator('.monaco-hover:visible').last();
  await page.mouse.move(5, 5);
  await hover.waitFor({ state: 'hidden' });
  await target.hover();
  await hover.waitFor();
  return await hover.innerText();
}
