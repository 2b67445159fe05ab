/** What was used in a stretch of time. */
export type Sum = { readonly requests: number; readonly tokens: number };

/** Windows shorter than a day are at most a minute; twice that is kept for late readers. */
export const keptMs = 120_000;
const pruneAbove = 2_048;

/** The attempts of the last two minutes in order of time, summed between any two moments in O(log n). */
export class SlidingSum {
  readonly #atMs: number[] = [];
  /** Running sums up to and with each entry. */
  readonly #requests: number[] = [];
  readonly #tokens: number[] = [];
  /** Sums before the first entry kept. */
  #requestsBefore = 0;
  #tokensBefore = 0;

  add(atMs: number, requests: number, tokens: number): void {
    const place = this.#after(atMs);
    const count = this.#atMs.length;
    if (place > 0 && this.#atMs[place - 1] === atMs) {
      this.#addFrom(place - 1, requests, tokens);
    } else if (place === count) {
      this.#atMs.push(atMs);
      this.#requests.push(this.#requestsUpTo(count) + requests);
      this.#tokens.push(this.#tokensUpTo(count) + tokens);
    } else {
      this.#insert(place, atMs, requests, tokens);
    }
    if (count > pruneAbove) this.#prune(atMs - keptMs);
  }

  /** From `sinceMs` on and not after `untilMs`. */
  between(sinceMs: number, untilMs: number): Sum {
    const count = this.#atMs.length;
    // Nothing newer than the window's start is the common case for a key at rest.
    if (count === 0 || (this.#atMs[count - 1] ?? 0) < sinceMs) return nothing;
    const from = this.#after(sinceMs - 1);
    const to = this.#after(untilMs);
    if (to <= from) return nothing;
    return {
      requests: this.#requestsUpTo(to) - this.#requestsUpTo(from),
      tokens: this.#tokensUpTo(to) - this.#tokensUpTo(from),
    };
  }

  /** What was added, by the millisecond. */
  *entries(): Generator<Sum & { readonly startedAtMs: number }> {
    for (const [place, startedAtMs] of this.#atMs.entries()) {
      const requests = this.#requestsUpTo(place + 1) - this.#requestsUpTo(place);
      const tokens = this.#tokensUpTo(place + 1) - this.#tokensUpTo(place);
      yield { startedAtMs, requests, tokens };
    }
  }

  #requestsUpTo(count: number): number {
    return count === 0 ? this.#requestsBefore : (this.#requests[count - 1] ?? 0);
  }

  #tokensUpTo(count: number): number {
    return count === 0 ? this.#tokensBefore : (this.#tokens[count - 1] ?? 0);
  }

  /** How many entries are not after `atMs`. */
  #after(atMs: number): number {
    let low = 0;
    let high = this.#atMs.length;
    if (high === 0 || (this.#atMs[high - 1] ?? 0) <= atMs) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#atMs[middle] ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Another window's attempt, or one made after the clock was set back. */
  #insert(place: number, atMs: number, requests: number, tokens: number): void {
    const requestsBefore = this.#requestsUpTo(place);
    const tokensBefore = this.#tokensUpTo(place);
    this.#atMs.splice(place, 0, atMs);
    this.#requests.splice(place, 0, requestsBefore);
    this.#tokens.splice(place, 0, tokensBefore);
    this.#addFrom(place, requests, tokens);
  }

  #addFrom(place: number, requests: number, tokens: number): void {
    for (let later = place; later < this.#atMs.length; later += 1) {
      this.#requests[later] = (this.#requests[later] ?? 0) + requests;
      this.#tokens[later] = (this.#tokens[later] ?? 0) + tokens;
    }
  }

  /** Counted from the attempt just added, which is now; the newest may be from before the clock was set back. */
  #prune(beforeMs: number): void {
    const old = this.#after(beforeMs - 1);
    if (old * 2 < this.#atMs.length) return;
    this.#requestsBefore = this.#requestsUpTo(old);
    this.#tokensBefore = this.#tokensUpTo(old);
    this.#atMs.splice(0, old);
    this.#requests.splice(0, old);
    this.#tokens.splice(0, old);
  }
}

const nothing: Sum = { requests: 0, tokens: 0 };
