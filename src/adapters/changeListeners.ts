import type { Cancel } from '../core/ports.ts';

/** Tells listeners of changes; several in one turn are told once, after it. */
export class ChangeListeners {
  readonly #listeners = new Set<() => void>();
  #telling = false;

  add(listener: () => void): Cancel {
    // Its own function, so that one added twice is told twice and cancelled once.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  changed(): void {
    if (this.#telling || this.#listeners.size === 0) return;
    this.#telling = true;
    void Promise.resolve().then(() => {
      this.#telling = false;
      for (const listener of this.#listeners) listener();
    });
  }

  clear(): void {
    this.#listeners.clear();
  }
}
