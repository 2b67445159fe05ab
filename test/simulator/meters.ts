import type { LimitName, Limits } from '../../src/core/quota/limits.ts';

/** How much of one limit is used. */
export interface Meter {
  used(nowMs: number): number;
  add(amount: number, nowMs: number): void;
  set(amount: number, nowMs: number): void;
}

/** Groq's: what was used drains at the limit's own rate; nothing ever resets at midnight. */
export class LeakyBucket implements Meter {
  readonly #limit: () => number;
  readonly #windowMs: number;
  #level = 0;
  #atMs = 0;

  constructor(limit: () => number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  used(nowMs: number): number {
    const limit = this.#limit();
    if (!Number.isFinite(limit)) return 0;
    const drained = (Math.max(0, nowMs - this.#atMs) * limit) / this.#windowMs;
    return Math.max(0, this.#level - drained);
  }

  add(amount: number, nowMs: number): void {
    this.set(this.used(nowMs) + amount, nowMs);
  }

  set(amount: number, nowMs: number): void {
    this.#level = Math.max(0, amount);
    this.#atMs = nowMs;
  }
}

/** wait = (used + requested − limit) / limit × window, in milliseconds. */
export const leakyWaitMs = (used: number, requested: number, limit: number, windowMs: number): number =>
  ((used + requested - limit) / limit) * windowMs;

/** A count that starts again whenever `windowOf` names another window. */
export class WindowCount implements Meter {
  readonly #windowOf: (nowMs: number) => string;
  #window = '';
  #count = 0;

  constructor(windowOf: (nowMs: number) => string) {
    this.#windowOf = windowOf;
  }

  used(nowMs: number): number {
    return this.#windowOf(nowMs) === this.#window ? this.#count : 0;
  }

  add(amount: number, nowMs: number): void {
    this.set(this.used(nowMs) + amount, nowMs);
  }

  set(amount: number, nowMs: number): void {
    this.#window = this.#windowOf(nowMs);
    this.#count = amount;
  }
}

export type MeterRules = {
  readonly scope: 'account' | 'model';
  /** The free plan. */
  limits(model: string): Limits;
  make(limit: LimitName, value: () => number): Meter;
};

/** Who shares which limits, what the limits are, and how much of them is used. */
export class Meters {
  readonly #rules: MeterRules;
  readonly #accounts = new Map<string, string>();
  readonly #limits = new Map<string, Limits>();
  readonly #meters = new Map<string, Meter>();
  #everywhere: Limits | 'free' | 'none';

  constructor(rules: MeterRules, everywhere: Limits | 'free' | 'none') {
    this.#rules = rules;
    this.#everywhere = everywhere;
  }

  /** Keys of one account draw on the same limits; otherwise each key has an account of its own. */
  pool(keys: readonly string[], account: string): void {
    for (const key of keys) this.#accounts.set(key, account);
  }

  account(key: string): string {
    return this.#accounts.get(key) ?? key;
  }

  /** Without a key: for all keys that have none of their own. */
  setLimits(limits: Limits | 'free' | 'none', key?: string): void {
    if (key === undefined) this.#everywhere = limits;
    else
      this.#limits.set(this.account(key), limits === 'none' ? {} : limits === 'free' ? this.#rules.limits('') : limits);
  }

  limits(key: string, model: string): Limits {
    const own = this.#limits.get(this.account(key));
    if (own !== undefined) return own;
    if (this.#everywhere === 'none') return {};
    return this.#everywhere === 'free' ? this.#rules.limits(model) : this.#everywhere;
  }

  limit(key: string, model: string, name: LimitName): number {
    return this.limits(key, model)[name] ?? Number.POSITIVE_INFINITY;
  }

  meter(key: string, model: string, name: LimitName): Meter {
    const id = [this.account(key), this.#rules.scope === 'model' ? model : '', name].join(' ');
    const known = this.#meters.get(id);
    if (known !== undefined) return known;
    const made = this.#rules.make(name, () => this.limit(key, model, name));
    this.#meters.set(id, made);
    return made;
  }

  forget(): void {
    this.#meters.clear();
  }
}
