import type { Account } from '../keys/apiKey.ts';
import type { Scope, Use } from './ledger.ts';
import { keptMs, SlidingSum, type Sum } from './slidingSum.ts';

/**
 * Sums are kept by quarter hour: every midnight of every zone falls on one, so a change of zone
 * finds exact sums for its own days.
 */
export const slotMs = 900_000;
export const slotOf = (ms: number): number => Math.floor(ms / slotMs) * slotMs;

/** Days and months of several zones: the copy of the sums asks for all of them, again and again. */
const countersKept = 12;

/** Sums since a slot's start, from where the attempts are recorded. */
export type SumSince = (account: Account, scope: Scope, sinceMs: number) => Sum;

type Counter = { readonly sinceMs: number; use: Use };

/**
 * What each account used and holds, as a whole and by model. Counters are made when first asked
 * for, from the record itself, and kept up with every attempt added afterwards.
 *
 * Days and months count an attempt at the moment it was settled; until then its reservation is held
 * and counts in every one of them. Seconds and minutes count it from the moment it was sent.
 */
export class Spending {
  readonly #sumSince: SumSince;
  readonly #firstChange: number;
  readonly #accounts = new Map<Account, AccountSpending>();

  /** Changes count from `firstChange`, so that one made in place of another does not repeat its numbers. */
  constructor(sumSince: SumSince, firstChange = 0) {
    this.#sumSince = sumSince;
    this.#firstChange = firstChange;
  }

  /** Since a quarter hour began; other moments are rounded down to one. */
  use(account: Account, scope: Scope, sinceMs: number): Use {
    const spent = this.#scope(account, scope);
    const since = slotOf(sinceMs);
    return spent.counterUse(since) ?? spent.count(since, this.#sumSince(account, scope, since));
  }

  /**
   * Of what was sent since then, in the last minutes. What lies further ahead than any window is long was
   * recorded before the clock was set back: it is no minute's use now.
   */
  recentUse(account: Account, scope: Scope, sinceMs: number, untilMs = sinceMs + keptMs): Use {
    return this.#scope(account, scope).recentUse(sinceMs, untilMs);
  }

  /** By reservations under way, whenever they began. */
  held(account: Account, scope: Scope): Sum {
    return this.#scope(account, scope).held;
  }

  changes(account: Account): number {
    return this.#accounts.get(account)?.changes ?? this.#firstChange;
  }

  touch(account: Account): void {
    this.#account(account).changes += 1;
  }

  add(account: Account, model: string, use: Spent): void {
    const known = this.#account(account);
    known.changes += 1;
    this.#scopeIn(known, '*').add(use);
    this.#scopeIn(known, model).add(use);
  }

  /** One request and its tokens, until `release`. */
  hold(account: Account, model: string, held: Held): void {
    const known = this.#account(account);
    known.changes += 1;
    this.#scopeIn(known, '*').hold(held);
    this.#scopeIn(known, model).hold(held);
  }

  release(account: Account, model: string, held: Held): void {
    const known = this.#account(account);
    known.changes += 1;
    this.#scopeIn(known, '*').release(held);
    this.#scopeIn(known, model).release(held);
  }

  /** The record may say something else than the counters: they are made anew when asked for. */
  forgetCounters(): void {
    for (const account of this.#accounts.values()) {
      account.changes += 1;
      for (const scope of account.scopes.values()) scope.forgetCounters();
    }
  }

  /** Attempts count for other accounts now: the latest are to be added again with `addRecent`. */
  regroup(): void {
    this.forgetCounters();
    for (const { scopes } of this.#accounts.values()) {
      for (const scope of scopes.values()) scope.recent = new SlidingSum();
    }
  }

  /** To the last minutes alone: the record has it. */
  addRecent(account: Account, model: string, { startedAtMs, requests, tokens }: Omit<Spent, 'atMs'>): void {
    const known = this.#account(account);
    this.#scopeIn(known, '*').recent.add(startedAtMs, requests, tokens);
    this.#scopeIn(known, model).recent.add(startedAtMs, requests, tokens);
  }

  #account(account: Account): AccountSpending {
    let known = this.#accounts.get(account);
    if (known === undefined) {
      known = { changes: this.#firstChange, scopes: new Map() };
      this.#accounts.set(account, known);
    }
    return known;
  }

  #scope(account: Account, scope: Scope): ScopeSpending {
    return this.#scopeIn(this.#account(account), scope);
  }

  #scopeIn({ scopes }: AccountSpending, scope: Scope): ScopeSpending {
    let known = scopes.get(scope);
    if (known === undefined) {
      known = new ScopeSpending();
      scopes.set(scope, known);
    }
    return known;
  }
}

/** When it was sent and when it was settled; epoch milliseconds. */
type Spent = {
  readonly startedAtMs: number;
  readonly atMs: number;
  readonly requests: number;
  readonly tokens: number;
};

/** A request under way: when it was sent, epoch milliseconds, and what was reserved for it. */
export type Held = { readonly startedAtMs: number; readonly tokens: number };

type AccountSpending = { changes: number; readonly scopes: Map<Scope, ScopeSpending> };

class ScopeSpending {
  recent = new SlidingSum();
  /** Those under way, in no order. */
  readonly #held: Held[] = [];
  readonly #counters: Counter[] = [];
  #heldRequests = 0;
  #heldTokens = 0;

  recentUse(sinceMs: number, untilMs: number): Use {
    const { requests, tokens } = this.recent.between(sinceMs, untilMs);
    let heldRequests = 0;
    let heldTokens = 0;
    for (const { startedAtMs, tokens: reserved } of this.#held) {
      if (startedAtMs < sinceMs || startedAtMs > untilMs) continue;
      heldRequests += 1;
      heldTokens += reserved;
    }
    return { requests, tokens, heldRequests, heldTokens };
  }

  get held(): Sum {
    return { requests: this.#heldRequests, tokens: this.#heldTokens };
  }

  counterUse(sinceMs: number): Use | undefined {
    for (const counter of this.#counters) if (counter.sinceMs === sinceMs) return counter.use;
    return undefined;
  }

  count(sinceMs: number, sum: Sum): Use {
    const use = this.#withHeld(sum);
    if (this.#counters.length >= countersKept) this.#counters.shift();
    this.#counters.push({ sinceMs, use });
    return use;
  }

  add({ startedAtMs, atMs, requests, tokens }: Spent): void {
    this.recent.add(startedAtMs, requests, tokens);
    for (const counter of this.#counters) {
      if (atMs < counter.sinceMs) continue;
      const { use } = counter;
      counter.use = { ...use, requests: use.requests + requests, tokens: use.tokens + tokens };
    }
  }

  hold(held: Held): void {
    this.#held.push(held);
    this.#changeHeld(1, held.tokens);
  }

  release({ startedAtMs, tokens }: Held): void {
    const place = this.#held.findIndex((each) => each.startedAtMs === startedAtMs && each.tokens === tokens);
    if (place < 0) return;
    this.#held.splice(place, 1);
    this.#changeHeld(-1, -tokens);
  }

  #changeHeld(requests: number, tokens: number): void {
    this.#heldRequests += requests;
    this.#heldTokens += tokens;
    for (const counter of this.#counters) counter.use = this.#withHeld(counter.use);
  }

  forgetCounters(): void {
    this.#counters.length = 0;
  }

  #withHeld({ requests, tokens }: Sum): Use {
    return { requests, tokens, heldRequests: this.#heldRequests, heldTokens: this.#heldTokens };
  }
}
