import type { Locator, Page } from 'playwright-core';

import { actUntil, eventually } from './eventually.ts';

const patientMs = 60_000;
/** How long a click or its effect may take before it is made again. */
const lookMs = 3_000;

/** An element of the page: tests are typed without a browser's. */
type Labelled = { getAttribute(name: string): string | null };

/** The box at the top: command palette, lists to pick from, questions with a text field. */
export class QuickInput {
  readonly #widget: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget:visible');
  }

  async waitFor(): Promise<void> {
    await this.#widget.waitFor();
  }

  async isOpen(): Promise<boolean> {
    return await this.#widget.isVisible();
  }

  async waitUntilClosed(): Promise<void> {
    await this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Waits for the question that has this title. */
  async waitForTitle(title: string | RegExp, timeoutMs = patientMs): Promise<void> {
    await this.#widget.locator('.quick-input-title').filter({ hasText: title }).waitFor({ timeout: timeoutMs });
  }

  /** Waits for the question whose empty field starts with these words. */
  async waitForPlaceholder(words: string, timeoutMs = patientMs): Promise<void> {
    await this.#widget.locator(`input[placeholder^="${words}"]`).waitFor({ timeout: timeoutMs });
  }

  title(): Promise<string> {
    return this.#widget.locator('.quick-input-title').innerText();
  }

  /** What stands in the field. */
  value(): Promise<string> {
    return this.#field.inputValue();
  }

  /** Waits for this hint or complaint below the field. */
  async waitForMessage(words: string): Promise<void> {
    await this.#widget.locator('.quick-input-message').filter({ hasText: words }).waitFor();
  }

  /** Waits for a hint or complaint like this below the field, and answers it. */
  async messageLike(wanted: RegExp): Promise<string> {
    const read = async (): Promise<string | undefined> => {
      const message = await this.message();
      return wanted.test(message) ? message : undefined;
    };
    return await eventually(read, { what: `a message like ${String(wanted)}` });
  }

  /** Hint or complaint below the field; empty where the box has just closed. */
  async message(): Promise<string> {
    return (await this.#widget.locator('.quick-input-message').allInnerTexts()).join('\n');
  }

  async placeholder(): Promise<string> {
    return (await this.#field.getAttribute('placeholder')) ?? '';
  }

  /** True where what is typed shows as dots. */
  async isHidden(): Promise<boolean> {
    return (await this.#field.getAttribute('type')) === 'password';
  }

  /** Takes the place of what is in the field. */
  async type(text: string, timeoutMs = patientMs): Promise<void> {
    await this.#field.waitFor({ timeout: timeoutMs });
    await this.#field.fill(text, { timeout: timeoutMs });
  }

  /** What is on the clipboard takes the place of what is in the field. */
  async paste(): Promise<void> {
    await actUntil({
      what: 'the field to take what is pasted',
      act: async () => {
        await this.focus();
        await this.#page.keyboard.press('Control+A');
        await this.#page.keyboard.press('Control+V');
      },
      seen: async () => (await this.value()) !== '',
    });
  }

  /** Where a toast or panel has taken the focus from its field, a person clicks into it; nothing where it has closed. */
  async focus(): Promise<void> {
    await this.#field.focus({ timeout: 1_000 }).catch(() => undefined);
  }

  async accept(): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press('Enter');
  }

  /** Enter, until the box has closed. */
  async submit(): Promise<void> {
    await actUntil({
      what: 'the box to take Enter',
      act: async () => {
        // In the field itself: a modal that has come up meanwhile must not get it.
        if (await this.isOpen()) await this.#field.press('Enter', { timeout: lookMs });
      },
      seen: () => this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout: lookMs }),
    });
  }

  /** Enter, until the question of this title has taken the place of the one before. */
  async acceptTo(title: string): Promise<void> {
    const before = await this.title();
    await actUntil({
      what: `${title} after ${before}`,
      act: async () => {
        if ((await this.isOpen()) && (await this.title()) === before) await this.accept();
      },
      seen: () => this.waitForTitle(title, lookMs),
    });
  }

  /** Escape, until the box has closed. */
  async cancel(): Promise<void> {
    await actUntil({
      what: 'the box to take Escape',
      act: async () => {
        if (!(await this.isOpen())) return;
        await this.focus();
        await this.#page.keyboard.press('Escape');
      },
      seen: () => this.#page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout: lookMs }),
    });
  }

  /** The arrow at the left of the title. */
  async back(): Promise<void> {
    await this.#widget.locator('.quick-input-left-action-bar a[aria-label^="Back"]').click();
  }

  /**
   * Answers VS Code's own file dialog. Once it has read the folder, it lists what is there and fills its field by
   * itself: a path typed before that would be lost, and its own taken by a click that it has put off until then. One
   * that failed over a click takes none before it has read another folder.
   */
  async chooseFile(path: string, label = 'OK'): Promise<void> {
    const title = await this.title();
    const button = this.#widget.locator('.monaco-button', { hasText: label }).first();
    let tries = 0;
    await actUntil({
      what: `the file dialog to take ${path}`,
      act: async () => {
        tries += 1;
        await this.#rows.first().waitFor({ timeout: lookMs });
        if (tries > 2) await this.#field.fill('/', { timeout: lookMs });
        await this.#field.fill(path, { timeout: lookMs });
        if ((await this.value()) === path) await button.click({ timeout: lookMs });
      },
      seen: () =>
        this.#page
          .locator('.quick-input-title')
          .filter({ hasText: title })
          .waitFor({ state: 'hidden', timeout: lookMs }),
    });
  }

  /** The labels on offer, as far as they are scrolled into view. */
  async items(): Promise<string[]> {
    await this.#rows.first().waitFor();
    return await this.#rows.locator('.label-name').allTextContents();
  }

  /** Label, description and detail of each row in one text, as a screen reader says them. */
  async descriptions(): Promise<string[]> {
    await this.#rows.first().waitFor();
    // All at once: rows come and go while a list fills.
    return await this.#rows.evaluateAll((rows: readonly Labelled[]) =>
      rows.map((row) => row.getAttribute('aria-label') ?? ''),
    );
  }

  /** Waits until the rows say something like this, and answers all of them. */
  async descriptionsLike(wanted: RegExp, timeoutMs = patientMs): Promise<string> {
    const read = async (): Promise<string | undefined> => {
      const rows = (await this.descriptions()).join('\n');
      return wanted.test(rows) ? rows : undefined;
    };
    return await eventually(read, { what: `rows like ${String(wanted)}`, timeoutMs });
  }

  /** By its label; the three dots that some commands end with may be left out. */
  row(label: string): Locator {
    const name = this.#page.locator('.label-name').filter({ hasText: new RegExp(`^\\s*${escape(label)}…?\\s*$`) });
    return this.#rows.filter({ has: name }).first();
  }

  async pick(label: string, timeoutMs = patientMs): Promise<void> {
    await this.row(label).click({ timeout: timeoutMs });
  }

  /** Sets or clears the box of a row in a list that takes several. */
  async check(label: string, checked: boolean): Promise<void> {
    const box = this.row(label).locator('input[type=checkbox], .monaco-checkbox, .quick-input-list-checkbox').first();
    const isRight = async (): Promise<boolean> => ((await box.getAttribute('aria-checked')) === 'true') === checked;
    // The row's hover comes up under the mouse, and a click that is made again would undo the first.
    await actUntil({
      what: `the box of ${label}`,
      act: async () => {
        if (!(await isRight())) await box.click({ timeout: lookMs });
      },
      seen: isRight,
    });
  }

  async pressButton(label: string): Promise<void> {
    await this.#widget.locator('.monaco-button', { hasText: label }).first().click();
  }

  get #field(): Locator {
    return this.#widget.locator('.quick-input-box input');
  }

  get #rows(): Locator {
    return this.#widget.locator('.quick-input-list .monaco-list-row');
  }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
