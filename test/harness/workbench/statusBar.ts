import type { Locator, Page } from 'playwright-core';
import { hoverText } from './hoverText.ts';

export class StatusBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The items of one extension, by its id, or all. */
  items(extensionId = ''): Locator {
    return this.#page.locator(extensionId === '' ? '.statusbar-item' : `.statusbar-item[id^="${extensionId}"]`);
  }

  async texts(extensionId = ''): Promise<string[]> {
    const texts = await this.items(extensionId).allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** What a screen reader says of each. */
  async labels(extensionId = ''): Promise<string[]> {
    const items = await this.items(extensionId).all();
    return await Promise.all(items.map(async (item) => (await item.getAttribute('aria-label')) ?? ''));
  }

  /** What is shown where the mouse rests on the extension's item. */
  async tooltip(extensionId: string): Promise<string> {
    return await hoverText(this.#page, this.items(extensionId).first());
  }

  /** Waits until an item of the extension shows this text. */
  async waitForText(extensionId: string, text: string | RegExp): Promise<Locator> {
    const item = this.items(extensionId).filter({ hasText: text }).first();
    await item.waitFor();
    return item;
  }
}
