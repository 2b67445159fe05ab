import type { FrameLocator, Locator, Page } from 'playwright-core';

/** A webview is an iframe within an iframe. */
export class WebviewPanel {
  readonly frame: FrameLocator;

  constructor(page: Page) {
    this.frame = page.locator('iframe.webview:visible').last().contentFrame().locator('#active-frame').contentFrame();
  }

  locator(selector: string): Locator {
    return this.frame.locator(selector);
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  text(): Promise<string> {
    return this.frame.locator('body').innerText();
  }

  /** Waits until the page holds this text. */
  async waitForText(text: string | RegExp, timeoutMs = 30_000): Promise<void> {
    await this.frame.locator('body').filter({ hasText: text }).waitFor({ timeout: timeoutMs });
  }
}
