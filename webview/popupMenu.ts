import { element } from './element.ts';

export type MenuItem = { readonly title: string; readonly run: () => void };

/** One menu for all its buttons: arrow keys, Escape, and focus goes back to where it came from. */
export class PopupMenu {
  readonly root = element('div', { className: 'menu' });
  #anchor: HTMLElement | undefined;

  constructor() {
    this.root.setAttribute('role', 'menu');
    this.root.popover = 'auto';
    this.root.addEventListener('keydown', (event) => this.#key(event));
    // Whoever goes on elsewhere in VS Code leaves no menu behind.
    window.addEventListener('blur', () => this.root.hidePopover());
    this.root.addEventListener('toggle', (event) => {
      if (event.newState === 'open') return;
      this.#anchor?.setAttribute('aria-expanded', 'false');
      // Where the menu was closed by a click elsewhere, the focus went there.
      if (this.root.contains(document.activeElement) || document.activeElement === document.body) this.#anchor?.focus();
      this.#anchor = undefined;
    });
  }

  open(anchor: HTMLElement, label: string, items: readonly MenuItem[]): void {
    this.#anchor = anchor;
    this.root.setAttribute('aria-label', label);
    this.root.replaceChildren(...items.map((item) => this.#item(item)));
    anchor.setAttribute('aria-expanded', 'true');
    this.root.showPopover();
    this.#place(anchor);
    this.#buttons()[0]?.focus();
  }

  #item({ title, run }: MenuItem): HTMLElement {
    const made = element('button', { className: 'menu-item', text: title });
    made.type = 'button';
    made.tabIndex = -1;
    made.setAttribute('role', 'menuitem');
    made.addEventListener('click', () => {
      this.#close();
      run();
    });
    return made;
  }

  #buttons(): readonly HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>('.menu-item')];
  }

  /** Below its button if there is room, within the window in any case. */
  #place(anchor: HTMLElement): void {
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const ltr = getComputedStyle(this.root).direction === 'ltr';
    const left = ltr ? at.right - width : at.left;
    const below = at.bottom + 2;
    const top = below + height > window.innerHeight ? at.top - height - 2 : below;
    this.root.style.left = `${Math.max(4, Math.min(left, window.innerWidth - width - 4))}px`;
    this.root.style.top = `${Math.max(4, top)}px`;
  }

  #close(): void {
    const anchor = this.#anchor;
    this.root.hidePopover();
    anchor?.focus();
  }

  #key(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const at = buttons.findIndex((one) => one === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') this.#close();
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  }
}
