import type { Locator, Page } from 'playwright-core';

export type Toast = { readonly text: string; readonly buttons: readonly string[] };

/** Toasts at the bottom right. */
export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async read(): Promise<Toast[]> {
    const toasts = await this.#toasts.all();
    return await Promise.all(
      toasts.map(async (toast) => ({
        text: await toast.locator('.notification-list-item-message').innerText(),
        buttons: await toast.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts(),
      })),
    );
  }

  /** Waits for the one that holds this text. */
  async waitFor(text: string | RegExp): Promise<Locator> {
    const toast = this.#toasts.filter({ hasText: text }).first();
    await toast.waitFor();
    return toast;
  }

  async click(text: string | RegExp, button: string): Promise<void> {
    const toast = await this.waitFor(text);
    await toast.hover();
    await toast.locator('.monaco-button', { hasText: button }).first().click();
  }

  get #toasts(): Locator {
    return this.#page.locator('.notifications-toasts .notification-toast');
  }
}
