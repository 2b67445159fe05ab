/** One element of a list that stays the same node for as long as its item is there. */
export type Entry<Item> = { readonly root: HTMLElement; update(item: Item): void };

/** Keeps focus, selection and what is unfolded while items come, go and change. */
export class KeyedList<Item> {
  readonly #parent: HTMLElement;
  readonly #idOf: (item: Item) => string;
  readonly #make: (item: Item) => Entry<Item>;
  #entries = new Map<string, Entry<Item>>();

  constructor(parent: HTMLElement, idOf: (item: Item) => string, make: (item: Item) => Entry<Item>) {
    this.#parent = parent;
    this.#idOf = idOf;
    this.#make = make;
  }

  show(items: readonly Item[]): void {
    const before = this.#entries;
    this.#entries = new Map();
    let next = this.#parent.firstElementChild;
    for (const item of items) {
      const id = this.#idOf(item);
      const known = before.get(id);
      const entry = known ?? this.#make(item);
      before.delete(id);
      this.#entries.set(id, entry);
      entry.update(item);
      if (entry.root === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(entry.root, next);
    }
    for (const { root } of before.values()) root.remove();
  }
}
