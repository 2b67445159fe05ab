const opening = '<think>';
const closing = '</think>';

/**
 * Drops the `<think>…</think>` that some models put before their answer, and the white space around
 * it, wherever the stream was cut. Further on in the answer such text is left alone.
 */
export class ThinkFilter {
  #state: 'start' | 'thinking' | 'open' = 'start';
  #held = '';

  /** The part of `text`, and of what was held back before, that belongs to the answer. */
  push(text: string): string {
    if (this.#state === 'open') return text;
    this.#held += text;
    for (;;) {
      if (this.#state === 'thinking' && !this.#leaveThinking()) return '';
      this.#held = this.#held.trimStart();
      if (opening.startsWith(this.#held)) return '';
      if (!this.#held.startsWith(opening)) return this.#open();
      this.#state = 'thinking';
      this.#held = this.#held.slice(opening.length);
    }
  }

  /** What was held back in doubt when the stream ended. */
  end(): string {
    return this.#state === 'start' ? this.#open() : '';
  }

  #leaveThinking(): boolean {
    const end = this.#held.indexOf(closing);
    if (end < 0) {
      this.#held = this.#held.slice(-(closing.length - 1));
      return false;
    }
    this.#state = 'start';
    this.#held = this.#held.slice(end + closing.length);
    return true;
  }

  #open(): string {
    const held = this.#held;
    this.#held = '';
    this.#state = 'open';
    return held;
  }
}
