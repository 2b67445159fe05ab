import type { ApiKey } from '../core/keys/apiKey.ts';
import type { Cancel, Clock } from '../core/ports.ts';
import type { KeyStatus } from '../core/quota/keyStatus.ts';
import type { Subscribe } from './subscribe.ts';
import { Throttle } from './throttle.ts';

export type StatusFeedPorts = {
  readonly keys: () => readonly ApiKey[];
  readonly statusOf: (key: ApiKey, nowMs: number) => KeyStatus;
  readonly clock: Clock;
  /** When the first look at the keys holds nobody up. */
  readonly ready: Promise<void>;
  /** Everything that can change what is shown of a key. */
  readonly changes: readonly Subscribe[];
};

/** Four times a second at the most; what runs with the time is read anew once a minute. */
const throttleMs = 250;
const tickMs = 60_000;
/** So long the host may be held at once: with a thousand keys a reading takes several such turns. */
const sliceMs = 8;

/** The state of all keys, read once for every view that shows it, in slices that nobody notices. */
export class StatusFeed {
  readonly #ports: StatusFeedPorts;
  readonly #throttle: Throttle;
  readonly #cancels: readonly Cancel[];
  readonly #listeners = new Set<() => void>();
  readonly #first = Promise.withResolvers<void>();
  #statuses: readonly KeyStatus[] = [];
  #turn: Cancel | undefined;
  #tick: Cancel | undefined;
  #again = false;

  constructor(ports: StatusFeedPorts) {
    this.#ports = ports;
    this.#throttle = new Throttle(ports.clock, throttleMs, () => this.#begin());
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#throttle.request()));
    void ports.ready.then(() => this.#throttle.request());
  }

  /** As last read, in the key book's order. */
  all(): readonly KeyStatus[] {
    return this.#statuses;
  }

  /** Once they were read for the first time. */
  get ready(): Promise<void> {
    return this.#first.promise;
  }

  refresh(): void {
    this.#throttle.request();
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
    this.#turn?.();
    this.#tick?.();
    this.#listeners.clear();
  }

  #begin(): void {
    // A reading that is under way may have passed what changed: another follows it.
    if (this.#turn !== undefined) this.#again = true;
    else this.#read(this.#ports.keys(), []);
  }

  #read(keys: readonly ApiKey[], statuses: KeyStatus[]): void {
    const { clock, statusOf } = this.#ports;
    const endMs = clock.monotonic() + sliceMs;
    this.#turn = undefined;
    for (const key of keys.slice(statuses.length)) {
      if (clock.monotonic() > endMs) {
        this.#turn = clock.after(0, () => this.#read(keys, statuses));
        return;
      }
      statuses.push(statusOf(key, clock.now()));
    }
    this.#publish(statuses);
  }

  #publish(statuses: readonly KeyStatus[]): void {
    this.#statuses = statuses;
    this.#first.resolve();
    for (const listener of this.#listeners) listener();
    this.#scheduleTick();
    if (!this.#again) return;
    this.#again = false;
    this.#throttle.request();
  }

  /** Countdowns run on, and some states end without an event. */
  #scheduleTick(): void {
    this.#tick?.();
    const { clock } = this.#ports;
    const nowMs = clock.now();
    let nextMs = tickMs;
    for (const { untilMs, headline } of this.#statuses) {
      for (const atMs of [untilMs, headline?.resetAtMs])
        if (atMs !== undefined && atMs > nowMs) nextMs = Math.min(nextMs, atMs - nowMs + 20);
    }
    this.#tick = clock.after(Math.max(throttleMs, nextMs), () => this.#throttle.request());
  }
}
