import type { Cancel, Clock } from '../ports.ts';

export type AttemptTimes = {
  readonly firstEventMs: number;
  /** Default: content may come as late as it likes, while events do come. */
  readonly firstContentMs?: number;
  readonly idleMs: number;
};

/**
 * The time one attempt has: so long to its first event, so long to its first content, so long between
 * two pieces. Ends the attempt through `signal`, as the caller's own signal does.
 */
export class AttemptTimer {
  /** Whose fault the end was; undefined while nothing ended it. */
  ended: 'cancelled' | 'timeout' | undefined;
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #caller: AbortSignal;
  readonly #usualIdleMs: number;
  #idleMs: number;
  /** On the monotonic clock. Infinity once content has come. */
  #contentDueAt: number;
  #lastByteAt = 0;
  #cancel: Cancel;

  constructor(clock: Clock, caller: AbortSignal, { firstEventMs, firstContentMs, idleMs }: AttemptTimes) {
    this.#clock = clock;
    this.#caller = caller;
    this.#usualIdleMs = idleMs;
    this.#idleMs = idleMs;
    this.#contentDueAt = clock.monotonic() + (firstContentMs ?? Number.POSITIVE_INFINITY);
    caller.addEventListener('abort', this.#onCallerAbort, { once: true });
    this.#cancel = clock.after(firstEventMs, this.#timeOut);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  byte(): void {
    this.#lastByteAt = this.#clock.monotonic();
  }

  /** The provider has begun: from here on only silence ends the attempt. */
  firstEvent(): void {
    this.byte();
    this.#wait(this.#leftMs());
  }

  /** The answer itself has begun. */
  content(): void {
    this.#contentDueAt = Number.POSITIVE_INFINITY;
  }

  /** The answer is whole, and a provider that forgets to hang up is not waited for; or it goes on after all. */
  wholeAnswer(isWhole: boolean): void {
    this.#idleMs = isWhole ? Math.min(this.#usualIdleMs, 2_000) : this.#usualIdleMs;
    this.#wait(this.#idleMs);
  }

  stop(): void {
    this.#cancel();
    this.#caller.removeEventListener('abort', this.#onCallerAbort);
  }

  #wait(ms: number): void {
    this.#cancel();
    this.#cancel = this.#clock.after(ms, this.#onSilence);
  }

  // One timer that looks when it fires is cheaper than one set anew at each piece.
  readonly #onSilence = (): void => {
    const left = this.#leftMs();
    if (left <= 0) this.#timeOut();
    else this.#wait(left);
  };

  #leftMs(): number {
    return Math.min(this.#lastByteAt + this.#idleMs, this.#contentDueAt) - this.#clock.monotonic();
  }

  readonly #timeOut = (): void => this.#end('timeout');
  readonly #onCallerAbort = (): void => this.#end('cancelled');

  #end(why: 'cancelled' | 'timeout'): void {
    this.ended ??= why;
    this.#controller.abort();
  }
}
