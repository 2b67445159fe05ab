import type { Locator, Page } from 'playwright-core';
import { actUntil } from './eventually.ts';

/** How long a click may take before it is made again. */
const lookMs = 3_000;

export type Toast = { readonly text: string; readonly buttons: readonly string[] };

/** An element of the page: tests are typed without a browser's. */
type ToastElement = {
  readonly innerText: string;
  querySelector(selector: string): ToastElement | null;
  querySelectorAll(selector: string): ArrayLike<ToastElement>;
};

/** Toasts at the bottom right. */
export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async read(): Promise<Toast[]> {
    // All at once: toasts come and go.
    return await this.#toasts.evaluateAll((toasts: readonly ToastElement[]) =>
      toasts.map((toast) => ({
        text: toast.querySelector('.notification-list-item-message')?.innerText ?? '',
        buttons: Array.from(
          toast.querySelectorAll('.notification-list-item-buttons-container .monaco-button'),
          (button) => button.innerText,
        ),
      })),
    );
  }

  /** Waits for the one that holds this text. */
  async waitFor(text: string | RegExp): Promise<Locator> {
    const toast = this.#toasts.filter({ hasText: text }).first();
    let isLate = false;
    await actUntil({
      what: `the notification ${String(text)}`,
      act: async () => {
        // More than three within 800 ms are not shown but kept behind the bell: a person looks there.
        if (isLate && (await this.#center.count()) === 0) await this.#bell.click({ timeout: lookMs });
        isLate = true;
      },
      seen: () => toast.waitFor({ timeout: 5_000 }),
    });
    return toast;
  }

  async click(text: string | RegExp, button: string): Promise<void> {
    const toast = this.#toasts.filter({ hasText: text }).first();
    // It may hide just now; under the mouse it stays.
    await actUntil({
      what: `${button} of ${String(text)}`,
      act: async () => {
        await this.waitFor(text);
        await toast.hover({ timeout: lookMs });
      },
      seen: () => toast.locator('.monaco-button', { hasText: button }).first().click({ timeout: lookMs }),
    });
  }

  get #toasts(): Locator {
    return this.#page.locator(':is(.notification-toast, .notifications-center) .notification-list-item:visible');
  }

  get #center(): Locator {
    return this.#page.locator('.notifications-center:visible');
  }

  get #bell(): Locator {
    return this.#page.locator('[id="status.notifications"]');
  }
}
