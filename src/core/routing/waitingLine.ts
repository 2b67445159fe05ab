import type { Cancel } from '../ports.ts';
import { isFull, type Concurrency } from '../quota/concurrency.ts';
import type { ChatRequest } from './chat.ts';

type Lane = NonNullable<ChatRequest['lane']>;

/**
 * Requests of this window that wait until another one with a key has ended: foreground first, then in
 * the order they came. Across windows the ledger decides.
 */
export class WaitingLine {
  readonly #waiting = new Map<Ticket, ReadonlySet<Concurrency['of']>>();
  readonly #listeners = new Set<() => void>();
  #came = 0;

  ticket(lane: Lane): Ticket {
    this.#came += 1;
    return new Ticket(this, this.#came, lane);
  }

  /** How many that wait for this come before the ticket. */
  before(ticket: Ticket, of: Concurrency['of']): number {
    let count = 0;
    for (const [other, places] of this.#waiting) {
      if (other !== ticket && places.has(of) && other.isBefore(ticket)) count += 1;
    }
    return count;
  }

  placesOf(ticket: Ticket): ReadonlySet<Concurrency['of']> {
    return this.#waiting.get(ticket) ?? nowhere;
  }

  /** What the ticket waits for from now on. */
  put(ticket: Ticket, places: ReadonlySet<Concurrency['of']>): void {
    const before = this.placesOf(ticket);
    if (before.size === 0 && places.size === 0) return;
    if (places.size === 0) this.#waiting.delete(ticket);
    else this.#waiting.set(ticket, places);
    if ([...before].some((of) => !places.has(of))) {
      for (const listener of [...this.#listeners]) listener();
    }
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

const nowhere: ReadonlySet<Concurrency['of']> = new Set();

/** One request's place among those that wait. */
export class Ticket {
  readonly #line: WaitingLine;
  readonly #came: number;
  #lane: Lane;

  constructor(line: WaitingLine, came: number, lane: Lane) {
    this.#line = line;
    this.#came = came;
    this.#lane = lane;
  }

  isBefore(other: Ticket): boolean {
    return this.#lane === other.#lane ? this.#came < other.#came : this.#lane === 'foreground';
  }

  /** Somebody waits for it now. */
  hurry(): void {
    this.#lane = 'foreground';
  }

  /** The first of these caps that leaves no room once those have theirs who come before. */
  fullFor(caps: readonly Concurrency[]): Concurrency | undefined {
    return caps.find((cap) => isFull({ ...cap, underWay: cap.underWay + this.#line.before(this, cap.of) }));
  }

  waitFor(places: Iterable<Concurrency['of']>): void {
    this.#line.put(this, new Set(places));
  }

  /** It is about to take one of these: it no longer waits for anything else. */
  waitOnlyFor(caps: readonly Concurrency[]): void {
    const before = this.#line.placesOf(this);
    if (before.size > 0) this.waitFor(caps.flatMap(({ of }) => (before.has(of) ? [of] : [])));
  }

  /** Called when its turn may have come without a change in the ledger. */
  onDidChange(listener: () => void): Cancel {
    return this.#line.onDidChange(listener);
  }

  leave(): void {
    this.#line.put(this, nowhere);
  }
}
