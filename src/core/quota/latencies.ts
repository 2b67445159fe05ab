/** "The last 20" of the strategy `fastest`. */
const kept = 20;

/** Latencies of the last successes of one key and model. */
export class Latencies {
  readonly #last: number[] = [];
  #median: number | undefined;

  add(ms: number): void {
    if (this.#last.length >= kept) this.#last.shift();
    this.#last.push(ms);
    this.#median = undefined;
  }

  /** The lower of the two middle ones where their number is even. */
  median(): number | undefined {
    if (this.#last.length === 0) return undefined;
    this.#median ??= this.#last.toSorted((a, b) => a - b)[(this.#last.length - 1) >>> 1];
    return this.#median;
  }
}
