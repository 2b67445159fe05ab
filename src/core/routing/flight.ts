import type { ChatPart } from './chat.ts';

/**
 * One request under way and everyone who waits for it. Parts are kept, so that who joins late reads
 * from the start. When the last one leaves, the request is cancelled.
 */
export class Flight {
  readonly #parts: ChatPart[] = [];
  readonly #controller = new AbortController();
  #readers = 0;
  #ended: { error: unknown } | true | undefined;
  #wake: (() => void)[] = [];

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
  join(signal: AbortSignal | undefined, onAbort: () => Error): AsyncGenerator<ChatPart, void, undefined> {
    this.#readers += 1;
    return this.#read(signal, onAbort);
  }

  async *#read(signal: AbortSignal | undefined, onAbort: () => Error): AsyncGenerator<ChatPart, void, undefined> {
    const wake = (): void => this.#wakeAll();
    signal?.addEventListener('abort', wake, { once: true });
    try {
      for (let next = 0; ;) {
        if (signal?.aborted === true) throw onAbort();
        const part = this.#parts[next];
        if (part !== undefined) {
          next += 1;
          yield part;
        } else if (this.#ended === undefined) {
          await new Promise<void>((resolve) => this.#wake.push(resolve));
        } else if (this.#ended === true) {
          return;
        } else {
          throw this.#ended.error;
        }
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#leave();
    }
  }

  #leave(): void {
    this.#readers -= 1;
    if (this.#readers === 0 && this.#ended === undefined) this.#controller.abort();
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
