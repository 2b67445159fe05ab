import type { Locator, Page } from 'playwright-core';
import * as z from 'zod';
import { actUntil } from './eventually.ts';
import { hoverText } from './hoverText.ts';

/** How long a click or its effect may take before it is made again. */
const lookMs = 3_000;

/** An element of the page: tests are typed without a browser's. */
type Labelled = { getAttribute(name: string): string | null };

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
    return await labelsOf(this.rows);
  }

  /** What a screen reader says of the icons at the end of the row. */
  async actionLabels(row: string | RegExp): Promise<readonly string[]> {
    const icons = this.row(row).locator('.actions a');
    let labels: readonly string[] = [];
    await actUntil({
      what: `the icons of ${String(row)}`,
      act: () => this.row(row).hover({ timeout: lookMs }),
      seen: async () => {
        labels = await labelsOf(icons);
        return labels.length > 0;
      },
    });
    return labels;
  }

  row(text: string | RegExp): Locator {
    return this.rows.filter({ hasText: text }).first();
  }

  /** Opens the row's context menu and takes the entry. */
  async menu(row: string | RegExp, entry: string): Promise<void> {
    const item = this.#page.locator('.context-view .action-label', { hasText: entry }).first();
    await actUntil({
      what: `the menu of ${String(row)}`,
      act: () => this.row(row).click({ button: 'right', timeout: lookMs }),
      seen: () => item.waitFor({ timeout: lookMs }),
    });
    // A menu that has just opened takes no click yet, so that the one that opened it does not choose.
    await actUntil({
      what: `the menu to take ${entry}`,
      act: async () => {
        if (await item.isVisible()) await item.click({ timeout: lookMs });
      },
      seen: () => item.waitFor({ state: 'hidden', timeout: lookMs }),
    });
  }

  /** An icon at the end of the row. */
  async action(row: string | RegExp, title: string): Promise<void> {
    const icon = this.row(row).locator(`.actions a[aria-label^="${title}"]`);
    // A row that is painted again loses its icons until the mouse moves over it once more.
    await actUntil({
      what: `the icon ${title}`,
      act: () => this.row(row).hover({ timeout: lookMs }),
      seen: () => icon.click({ timeout: lookMs }),
    });
  }

  /** The characters that stand at the end of the row; VS Code draws them with its style sheet alone. */
  async badge(row: string | RegExp): Promise<string> {
    const parts = this.row(row).locator('.monaco-icon-label, .monaco-icon-label *');
    const found = await parts.evaluateAll((elements) => {
      // The page's own function: tests are typed without a browser's.
      const styleOf: unknown = Reflect.get(globalThis, 'getComputedStyle');
      if (typeof styleOf !== 'function') return [];
      return elements.map((element): unknown => {
        const style: unknown = Reflect.apply(styleOf, undefined, [element, '::after']);
        return typeof style === 'object' && style !== null ? Reflect.get(style, 'content') : '';
      });
    });
    const contents = z.array(z.string()).parse(found);
    return contents.flatMap((content) => /^"(.+)"$/.exec(content)?.[1] ?? []).join('');
  }

  /** Takes the focus to the row and presses a key, until that has its effect: VS Code tells of a selection a moment later. */
  async press(row: string | RegExp, key: string, seen: () => Promise<unknown>): Promise<void> {
    await actUntil({
      what: `the effect of ${key} on ${String(row)}`,
      act: async () => {
        await this.row(row).click({ timeout: lookMs });
        await this.#page.keyboard.press(key);
      },
      seen,
    });
  }

  /** Drags a row onto another one, until that has its effect. */
  async drag(row: string | RegExp, onto: string | RegExp, seen: () => Promise<unknown>): Promise<void> {
    await actUntil({
      what: `the effect of dragging ${String(row)} onto ${String(onto)}`,
      act: () => this.row(row).dragTo(this.row(onto), { timeout: lookMs }),
      seen,
    });
  }

  /** Hides the rows below the row. */
  async fold(row: string | RegExp): Promise<void> {
    const folded = this.row(row).and(this.#page.locator('[aria-expanded=false]'));
    await actUntil({
      what: `folding ${String(row)}`,
      act: async () => {
        if (!(await folded.isVisible())) await this.row(row).click({ timeout: lookMs });
      },
      seen: () => folded.waitFor({ timeout: lookMs }),
    });
  }

  /** What is shown where the mouse rests on the row. */
  async tooltip(row: string | RegExp): Promise<string> {
    return await hoverText(this.#page, this.row(row).locator('.monaco-icon-label').first());
  }

  /** What the view says where it has no rows: text and links of its welcome. */
  welcome(): Locator {
    return this.part.locator('.welcome-view:visible');
  }
}

/** All at once: rows and their icons come and go. */
function labelsOf(elements: Locator): Promise<string[]> {
  return elements.evaluateAll((all: readonly Labelled[]) => all.map((each) => each.getAttribute('aria-label') ?? ''));
}
