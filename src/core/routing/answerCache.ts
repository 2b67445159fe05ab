import { LRUCache } from 'lru-cache';
import type { Clock } from '../ports.ts';
import type { ChatAnswer } from './chat.ts';

/** A stale answer is better than none for a day (spec section 4, "Degraded answers"). */
const staleMs = 24 * 3_600_000;
const maxEntries = 500;
/** UTF-16 units of all answers together: about 16 MB. */
const maxSize = 8_000_000;

export type CachedAnswer = { readonly answer: ChatAnswer; readonly ageMs: number };
type Entry = { readonly answer: ChatAnswer; readonly atMs: number; readonly monotonicMs: number };

/** Answers of this window, in memory only. Freshness is judged when they are read. */
export class AnswerCache {
  readonly #clock: Clock;
  readonly #entries: LRUCache<string, Entry>;

  constructor(clock: Clock) {
    this.#clock = clock;
    // No `ttl`: ages are judged when an entry is read, by both clocks.
    this.#entries = new LRUCache({
      max: maxEntries,
      maxSize,
      sizeCalculation: ({ answer }) => answer.content.length + 1,
    });
  }

  /** An answer no older than `maxAgeMs`; without one, any that is kept. */
  find(hash: string, maxAgeMs = staleMs): CachedAnswer | undefined {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return undefined;
    // A machine that slept stopped its monotonic clock; one whose wall clock was set back did not age.
    const ageMs = Math.max(0, this.#clock.now() - entry.atMs, this.#clock.monotonic() - entry.monotonicMs);
    return ageMs <= maxAgeMs ? { answer: entry.answer, ageMs } : undefined;
  }

  /** Answers that were cut, degraded or called tools are not kept. */
  keep(hash: string, answer: ChatAnswer): void {
    if (answer.cutOff || answer.degraded || answer.toolCalls.length > 0) return;
    this.#entries.set(hash, { answer, atMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() });
  }

  clear(): void {
    this.#entries.clear();
  }
}
