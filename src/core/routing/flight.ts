import type { ChatPart } from './chat.ts';

/**
 * One request under way and everyone who waits for it. Parts are kept, so that who joins late reads
 * from the start. When the last one leaves, the request is cancelled.
 */
export class Flight {
  readonly #parts: ChatPart[] = [];
  readonly #controller = new AbortController();
  readonly #readers = new Set<FlightReader>();
  #ended: { error: unknown } | true | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Nobody may join a request that is being cancelled. */
  get joinable(): boolean {
    return !this.#controller.signal.aborted;
  }

  push(part: ChatPart): void {
    this.#parts.push(part);
    this.#wakeAll();
  }

  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  fail(error: unknown): void {
    this.#ended = { error };
    this.#wakeAll();
  }

  /** Counts from the call, not from the first read: a flight with a caller is not cancelled. */
  join(signal: AbortSignal | undefined, onAbort: () => Error): FlightReader {
    const reader = new FlightReader(this, signal, onAbort);
    this.#readers.add(reader);
    reader.watch();
    return reader;
  }

  /** The part at this place; 'end' after the last, undefined where it has not come yet. Throws what ended it. */
  at(place: number): ChatPart | 'end' | undefined {
    const part = this.#parts[place];
    if (part !== undefined || this.#ended === undefined) return part;
    if (this.#ended === true) return 'end';
    throw this.#ended.error;
  }

  /** The last part, once there is one; undefined where it has not come yet. Throws what ended it. */
  last(): ChatPart | 'none' | undefined {
    if (this.#ended === undefined) return undefined;
    if (this.#ended === true) return this.#parts.at(-1) ?? 'none';
    throw this.#ended.error;
  }

  leave(reader: FlightReader): void {
    if (!this.#readers.delete(reader)) return;
    if (this.#readers.size === 0 && this.#ended === undefined) this.#controller.abort();
  }

  #wakeAll(): void {
    for (const reader of this.#readers) if (this.#ended !== undefined || reader.reads) reader.wake();
  }
}

/**
 * One caller's way through the parts. Unlike a generator it leaves as soon as its signal says so or it
 * is closed, whether or not anything was ever read.
 */
export class FlightReader implements AsyncIterableIterator<ChatPart, void, undefined> {
  readonly #flight: Flight;
  readonly #signal: AbortSignal | undefined;
  readonly #abortError: () => Error;
  /** False while it waits for the end alone. */
  reads = true;
  #place = 0;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(flight: Flight, signal: AbortSignal | undefined, abortError: () => Error) {
    this.#flight = flight;
    this.#signal = signal;
    this.#abortError = abortError;
  }

  watch(): void {
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  async next(): Promise<IteratorResult<ChatPart, void>> {
    for (;;) {
      if (this.#closed) return over;
      if (this.#signal?.aborted === true) {
        this.#close();
        throw this.#abortError();
      }
      const part = this.#looked(() => this.#flight.at(this.#place));
      if (part === 'end') {
        this.#close();
        return over;
      }
      if (part !== undefined) {
        this.#place += 1;
        return { done: false, value: part };
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Waits for the end, and answers the part that came last. */
  async last(): Promise<ChatPart | undefined> {
    this.reads = false;
    for (;;) {
      if (this.#signal?.aborted === true) {
        this.#close();
        throw this.#abortError();
      }
      const part = this.#looked(() => this.#flight.last());
      if (part !== undefined) {
        this.#close();
        return part === 'none' ? undefined : part;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async return(): Promise<IteratorResult<ChatPart, void>> {
    this.#close();
    return over;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #looked<Seen>(look: () => Seen): Seen {
    try {
      return look();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  readonly #onAbort = (): void => {
    this.#flight.leave(this);
    this.wake();
  };

  #close(): void {
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#flight.leave(this);
    this.wake();
  }
}

const over = { done: true, value: undefined } as const;
