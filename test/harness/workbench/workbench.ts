import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { outDir } from '../project.ts';
import { Dialog } from './dialog.ts';
import { actUntil, eventually } from './eventually.ts';
import { Notifications } from './notifications.ts';
import { QuickInput } from './quickInput.ts';
import { StatusBar } from './statusBar.ts';
import { TreeView } from './treeView.ts';
import { WebviewPanel } from './webviewPanel.ts';

/** How long what an action brings up may take before it is made again. */
const lookMs = 8_000;

/** One window of VS Code, driven as a person drives it: keys, clicks, and what is on the screen. */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  readonly statusBar: StatusBar;
  readonly dialog: Dialog;
  /** Violations of a content security policy that the browser reported, in this window and its webviews. */
  readonly policyViolations: string[] = [];

  constructor(page: Page) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.statusBar = new StatusBar(page);
    this.dialog = new Dialog(page);
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) this.policyViolations.push(message.text());
    });
  }

  /** Waits until it can be worked in. */
  async opened(): Promise<void> {
    // Otherwise every page of the browser believes that it has the focus.
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
    await this.page.bringToFront();
    await this.#ready();
  }

  async #ready(): Promise<void> {
    // The extension's icon stands once the window knows what is installed.
    await this.page.locator('.activitybar a[aria-label^="AI Keys"]').first().waitFor({ timeout: 60_000 });
    await this.page.locator('.statusbar .statusbar-item').first().waitFor();
  }

  /** Through the command palette, by its title: `AI Keys: Add Key`. */
  async runCommand(title: string): Promise<void> {
    await actUntil({
      what: `the command ${title}`,
      act: () => this.page.keyboard.press('F1'),
      // A panel that comes up takes the focus and closes the palette; a list that was opened too early is never filled up.
      seen: () => this.#orEscape(() => this.#choose(title)),
    });
  }

  async #choose(title: string): Promise<void> {
    await this.quickInput.type(`>${title}`, lookMs);
    await this.quickInput.pick(title, lookMs);
  }

  async #orEscape(reached: () => Promise<unknown>): Promise<void> {
    try {
      await reached();
    } catch (error) {
      await this.page.keyboard.press('Escape');
      throw error;
    }
  }

  /** A command that begins with a list, and the choice from it. */
  async runAndPick(title: string, label: string): Promise<void> {
    await this.runUntil(title, label, () => this.quickInput.pick(label, lookMs));
  }

  /** A command that begins with a question of this title. */
  async runToBox(title: string, box: string | RegExp): Promise<void> {
    await this.runUntil(title, String(box), () => this.quickInput.waitForTitle(box, lookMs));
  }

  /** A command, once more where what it opens did not come: what takes the focus closes a box as well as the palette. */
  async runUntil(title: string, what: string, reached: () => Promise<void>): Promise<void> {
    await actUntil({
      what: `${what} after ${title}`,
      act: () => this.runCommand(title),
      seen: () => this.#orEscape(reached),
    });
  }

  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    await actUntil({
      what: `the editor of ${path}`,
      act: () => this.page.keyboard.press('Control+P'),
      seen: () =>
        this.#orEscape(async () => {
          await this.quickInput.type(path, lookMs);
          await this.quickInput.pick(name, lookMs);
          await this.tab(name).waitFor({ timeout: lookMs });
        }),
    });
  }

  tab(label: string): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: label }).first();
  }

  tabs(): Promise<string[]> {
    return this.page.locator('.tabs-container .tab .label-name').allTextContents();
  }

  /** Selects whole lines of the open editor, numbered from 1. */
  async selectLines(first: number, last = first): Promise<void> {
    await actUntil({
      what: `the lines ${first} to ${last}, selected`,
      act: async () => {
        await this.goTo(first);
        await this.page.keyboard.press('Home');
        for (let line = first; line < last; line += 1) await this.page.keyboard.press('Shift+ArrowDown');
        await this.page.keyboard.press('Shift+End');
      },
      seen: () => this.#position(`Ln ${last}, Col \\d+ \\(\\d+ selected\\)`),
    });
  }

  async goTo(line: number, column = 1): Promise<void> {
    await actUntil({
      what: `the cursor at ${line}:${column}`,
      act: () => this.page.keyboard.press('Control+G'),
      seen: () =>
        this.#orEscape(async () => {
          await this.quickInput.type(`:${line}:${column}`, lookMs);
          await this.quickInput.submit();
          await this.#position(`Ln ${line}, Col ${column}`);
        }),
    });
  }

  /** As the status bar says it: what is typed before the editor has it would go elsewhere. */
  async #position(wanted: string): Promise<void> {
    const item = this.page.locator('[id="status.editor.selection"]').filter({ hasText: new RegExp(`^${wanted}$`) });
    await item.waitFor({ timeout: lookMs });
  }

  /** The text of the open editor, as far as it is scrolled into view. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-group-container.active .view-lines .view-line').allTextContents();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** A view container of the activity bar, by its title. */
  async openView(title: string): Promise<void> {
    const icon = this.page.locator('.activitybar .action-item', {
      has: this.page.locator(`a[aria-label^="${title}"]`),
    });
    const checked = await icon.first().getAttribute('aria-expanded');
    if (checked !== 'true' && !((await icon.first().getAttribute('class')) ?? '').includes('checked')) {
      await icon.first().click();
    }
  }

  tree(container?: string): TreeView {
    return new TreeView(this.page, container);
  }

  /** The webview that is on the screen. */
  webview(): WebviewPanel {
    return new WebviewPanel(this.page);
  }

  async clipboard(text: string): Promise<void> {
    // Only who has the focus may write; a window that has just come to the front gets it a moment later.
    await actUntil({
      what: 'the text on the clipboard',
      act: () => this.focus(),
      seen: () => this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)}).then(() => true)`),
    });
  }

  /** A panel that was closed may have taken the focus with it, and a window that nobody looks at shows no toast. */
  async focus(): Promise<void> {
    await this.page.bringToFront();
    await this.page.evaluate('window.focus()');
  }

  /**
   * To be done before another window is brought to the front: VS Code in a browser does not notice that a page loses the
   * focus while a webview or nothing at all in it has that.
   */
  async focusSideBar(): Promise<void> {
    await actUntil({
      what: 'the focus in the side bar',
      act: () => this.page.keyboard.press('Control+0'),
      seen: () => this.page.locator('.part.sidebar:focus-within').waitFor({ timeout: lookMs }),
    });
  }

  /** Waits until VS Code in a browser has stored that such an editor is open: it does so now and then, while it has the focus. */
  async editorsStored(name: string): Promise<void> {
    const look = `(async () => {
      const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const { name } of await indexedDB.databases()) {
        if (!name.startsWith('vscode-web-state-db-')) continue;
        const database = await done(indexedDB.open(name));
        const values = await done(database.transaction('ItemTable').objectStore('ItemTable').getAll());
        database.close();
        if (values.some((value) => String(value).includes('editorpart.state') && String(value).includes(${JSON.stringify(name)}))) return true;
      }
      return false;
    })()`;
    await eventually(() => this.page.evaluate<boolean>(look), { what: 'the open editors, stored' });
  }

  async clipboardText(): Promise<string> {
    let text = '';
    await actUntil({
      what: 'the text of the clipboard',
      act: () => this.focus(),
      seen: async () => {
        text = await this.page.evaluate<string>('navigator.clipboard.readText()');
      },
    });
    return text;
  }

  async setTheme(kind: 'light' | 'dark' | 'hc-black' | 'hc-light'): Promise<void> {
    const names = {
      light: 'Light 2026',
      dark: 'Dark 2026',
      'hc-black': 'Dark High Contrast',
      'hc-light': 'Light High Contrast',
    };
    const classes = { light: 'vs', dark: 'vs-dark', 'hc-black': 'hc-black', 'hc-light': 'hc-light' };
    const name = names[kind];
    await this.runUntil('Preferences: Color Theme', name, async () => {
      await this.quickInput.waitForPlaceholder('Select Color Theme', lookMs);
      await this.quickInput.type(name, lookMs);
      await this.quickInput.pick(name, lookMs);
      await this.page.locator(`.monaco-workbench.${classes[kind]}`).first().waitFor({ timeout: lookMs });
    });
  }

  async replaceUserSettings(text: string): Promise<void> {
    await this.page.bringToFront();
    await this.runCommand('Preferences: Open User Settings (JSON)');
    const editor = this.page.locator('.editor-group-container.active .monaco-editor[data-uri$="/settings.json"]');
    await editor.waitFor();
    await this.clipboard(text);
    const lines = text.split('\n');
    await actUntil({
      what: 'the settings in their editor',
      act: async () => {
        await editor.locator('.view-lines').click({ timeout: lookMs });
        await this.page.keyboard.press('Control+A');
        await this.page.keyboard.press('Control+V');
      },
      seen: () => this.#position(`Ln ${lines.length}, Col ${(lines.at(-1) ?? '').length + 1}`),
    });
    await actUntil({
      what: 'the settings, saved',
      act: () => this.page.keyboard.press('Control+S'),
      seen: () =>
        this.page
          .locator('.tabs-container .tab.active:not(.dirty)', { hasText: 'settings' })
          .waitFor({ timeout: lookMs }),
    });
    await this.runCommand('View: Close Editor');
  }

  /** A file under out/, the whole window or one part of it. */
  async screenshot(name: string, part?: Locator): Promise<string> {
    const path = join(outDir, `${name}.png`);
    await mkdir(dirname(path), { recursive: true });
    await (part ?? this.page).screenshot({ path });
    return path;
  }
}
