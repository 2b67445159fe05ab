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
 * An attempt counts at the moment it was settled. Until then its reservation is held and counts in
 * every window, so a request that a provider counted earlier is never missed.
 */
export class Spending {
  readonly #sumSince: SumSince;
  #coversFromMs: number;
  readonly #firstChange: number;
  readonly #accounts = new Map<Account, AccountSpending>();

  /**
   * Every attempt from `coversFromMs` on will be added; earlier ones are only in the record.
   * Changes count from `firstChange`, so that one made in place of another does not repeat its numbers.
   */
  constructor(sumSince: SumSince, coversFromMs: number, firstChange = 0) {
    this.#sumSince = sumSince;
    this.#coversFromMs = coversFromMs;
    this.#firstChange = firstChange;
  }

  use(account: Account, scope: Scope, sinceMs: number): Use {
    const spent = this.#scope(account, scope);
    if (sinceMs % slotMs !== 0 && spent.recent.covers(sinceMs)) return spent.slidingUse(sinceMs);
    const since = slotOf(sinceMs);
    return spent.counterUse(since) ?? spent.count(since, this.#sumSince(account, scope, since));
  }

  changes(account: Account): number {
    return this.#accounts.get(account)?.changes ?? this.#firstChange;
  }

  touch(account: Account): void {
    this.#account(account).changes += 1;
  }

  add(account: Account, model: string, atMs: number, requests: number, tokens: number): void {
    const known = this.#account(account);
    known.changes += 1;
    this.#scopeIn(known, '*').add(atMs, requests, tokens);
    this.#scopeIn(known, model).add(atMs, requests, tokens);
  }

  /** One request and its tokens; negative to release it again. */
  hold(account: Account, model: string, requests: number, tokens: number): void {
    const known = this.#account(account);
    known.changes += 1;
    this.#scopeIn(known, '*').hold(requests, tokens);
    this.#scopeIn(known, model).hold(requests, tokens);
  }

  /** The record may say something else than the counters: they are made anew when asked for. */
  forgetCounters(): void {
    for (const account of this.#accounts.values()) {
      account.changes += 1;
      for (const scope of account.scopes.values()) scope.forgetCounters();
    }
  }

  /** Attempts count for other accounts now: the latest, from `recentFromMs` on, are to be added again with `addRecent`. */
  regroup(recentFromMs: number): void {
    this.#coversFromMs = Math.max(this.#coversFromMs, recentFromMs);
    this.forgetCounters();
    for (const { scopes } of this.#accounts.values()) {
      for (const scope of scopes.values()) scope.recent = new SlidingSum(this.#coversFromMs);
    }
  }

  /** To the last minutes alone: the record has it. */
  addRecent(account: Account, model: string, atMs: number, requests: number, tokens: number): void {
    const known = this.#account(account);
    this.#scopeIn(known, '*').recent.add(atMs, requests, tokens);
    this.#scopeIn(known, model).recent.add(atMs, requests, tokens);
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
      known = new ScopeSpending(this.#coversFromMs);
      scopes.set(scope, known);
    }
    return known;
  }
}

type AccountSpending = { changes: number; readonly scopes: Map<Scope, ScopeSpending> };

class ScopeSpending {
  recent: SlidingSum;
  readonly #counters: Counter[] = [];
  #heldRequests = 0;
  #heldTokens = 0;

  constructor(coversFromMs: number) {
    this.recent = new SlidingSum(coversFromMs);
  }

  slidingUse(sinceMs: number): Use {
    // What lies further ahead was recorded before the clock was set back: it is no minute's use now.
    return this.#withHeld(this.recent.between(sinceMs, sinceMs + keptMs));
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

  add(atMs: number, requests: number, tokens: number): void {
    this.recent.add(atMs, requests, tokens);
    for (const counter of this.#counters) {
      if (atMs < counter.sinceMs) continue;
      const { use } = counter;
      counter.use = { ...use, requests: use.requests + requests, tokens: use.tokens + tokens };
    }
  }

  hold(requests: number, tokens: number): void {
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
