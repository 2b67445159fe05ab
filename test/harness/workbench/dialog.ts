import type { Locator, Page } from 'playwright-core';

const patientMs = 60_000;

/** A modal dialog in the middle of the window. */
export class Dialog {
  readonly #box: Locator;

  constructor(page: Page) {
    this.#box = page.locator('.monaco-dialog-box');
  }

  async waitFor(timeoutMs = patientMs): Promise<void> {
    await this.#box.waitFor({ timeout: timeoutMs });
  }

  async isOpen(): Promise<boolean> {
    return await this.#box.isVisible();
  }

  /** Message and detail. */
  async text(): Promise<string> {
    await this.waitFor();
    return await this.#box.locator('.dialog-message-container').innerText();
  }

  buttons(): Promise<string[]> {
    return this.#box.locator('.dialog-buttons .monaco-button').allInnerTexts();
  }

  async click(button: string): Promise<void> {
    await this.#box.locator('.dialog-buttons .monaco-button', { hasText: button }).first().click();
    await this.#box.waitFor({ state: 'hidden' });
  }
}
