import type { Locator, Page } from 'playwright-core';

/** A tree in the side bar. */
export class TreeView {
  readonly #page: Page;
  readonly part: Locator;

  /** The whole side bar, or the view of this title in it. */
  constructor(page: Page, title?: string) {
    this.#page = page;
    const sideBar = page.locator('.part.sidebar');
    this.part = title === undefined ? sideBar : sideBar.locator('.pane', { hasText: title }).first();
  }

  get rows(): Locator {
    return this.part.locator('.monaco-list-row[role=treeitem]');
  }

  /** Label and description of each row on the screen. */
  async texts(): Promise<string[]> {
    const texts = await this.rows.allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  async labels(): Promise<string[]> {
    const rows = await this.rows.all();
    return await Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text }).first();
  }

  /** Opens the row's context menu and takes the entry. */
  async menu(row: string | RegExp, entry: string): Promise<void> {
    await this.row(row).click({ button: 'right' });
    await this.#page.locator('.context-view .action-label', { hasText: entry }).first().click();
  }

  /** An icon at the end of the row. */
  async action(row: string | RegExp, title: string): Promise<void> {
    await this.row(row).hover();
    await this.row(row).locator(`.actions a[aria-label^="${title}"]`).click();
  }

  /** What the view says where it has no rows: text and links of its welcome. */
  welcome(): Locator {
    return this.part.locator('.welcome-view:visible');
  }
}
