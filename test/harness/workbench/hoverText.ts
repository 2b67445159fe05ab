import type { Locator, Page } from 'playwright-core';
import { actUntil, eventually } from './eventually.ts';

const lookMs = 5_000;

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
      text = await filled(hover);
      return text !== '';
    },
  });
  return text;
}

/** What it says once the extension has told: until then VS Code puts a word of its own there. */
async function filled(hover: Locator): Promise<string> {
  const read = async (): Promise<string | undefined> => {
    const text = await hover.innerText({ timeout: lookMs });
    return text.startsWith('Loading') ? undefined : text;
  };
  return await eventually(read, { what: 'a hover that is filled', timeoutMs: lookMs });
}
