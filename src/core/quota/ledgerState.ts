import type { Account } from '../keys/apiKey.ts';
import type { Attempt } from './attempt.ts';
import type { Fact } from './fact.ts';
import { FactBook } from './factBook.ts';
import type { Plan } from './factPlans.ts';
import { Latencies } from './latencies.ts';
import type { Ceiling, ReserveAsk, Reserved, Scope } from './ledger.ts';
import { shapeOf } from './saneLimits.ts';
import { keptMs } from './slidingSum.ts';
import { Spending, type SumSince } from './spending.ts';

const leastRecentKept = 4_096;

/** What a ledger has in memory of its record: every read is answered from here. */
export class LedgerState {
  readonly facts = new FactBook();
  readonly spending: Spending;
  readonly #latencies = new Map<string, Map<string, Latencies>>();

  /** Attempts settled from `coversFromMs` on are all recorded here; the sums of earlier ones come from `sumSince`. */
  constructor(sumSince: SumSince, coversFromMs: number, firstChange = 0) {
    this.spending = new Spending(sumSince, coversFromMs, firstChange);
  }

  applyAll(facts: readonly Fact[]): void {
    const { changes } = this.facts.accounts;
    for (const fact of facts) {
      const account = this.facts.apply(fact);
      if (account !== undefined) this.spending.touch(account);
    }
    if (this.facts.accounts.changes !== changes) this.#regroup();
  }

  /** Applies the plan and gives its answer. */
  carryOut<Answer>({ facts, answer }: Plan<Answer>): Answer {
    this.applyAll(facts);
    return answer;
  }

  record(attempt: Attempt): void {
    const { subject, atMs, requests, total, outcome, latencyMs } = attempt;
    this.spending.add(this.facts.accounts.of(subject), subject.model, atMs, requests, total);
    this.#recent.push(attempt);
    if (this.#recent.length > this.#recentKept) this.#dropOld(atMs - keptMs);
    if (outcome === 'ok') this.#latenciesOf(subject.fingerprint, subject.model).add(latencyMs);
  }

  hold(account: Account, model: string, tokens: number): void {
    this.spending.hold(account, model, 1, tokens);
  }

  release(account: Account, model: string, tokens: number): void {
    this.spending.hold(account, model, -1, -tokens);
  }

  medianLatencyMs(fingerprint: string, model: string): number | undefined {
    return this.#latencies.get(fingerprint)?.get(model)?.median();
  }

  /** The first ceiling that this reservation would pass; undefined where it fits under all. */
  obstacleTo({ account, tokens, nowMs, ceilings }: ReserveAsk): (Reserved & { ok: false }) | undefined {
    for (const ceiling of ceilings) {
      const { unit } = shapeOf[ceiling.limit];
      const { used, held } = this.countOf(account, ceiling, nowMs);
      if (used + held + (unit === 'tokens' ? tokens : 1) > ceiling.value) return { ok: false, ceiling, used, held };
    }
    return undefined;
  }

  /** In the ceiling's own unit; `used` includes what was used outside. */
  countOf(account: Account, { limit, scope, sinceMs }: Ceiling, nowMs: number): { used: number; held: number } {
    const use = this.spending.use(account, scope, sinceMs);
    const outside = this.facts.outside(account, scope, limit, nowMs);
    return shapeOf[limit].unit === 'tokens'
      ? { used: use.tokens + outside, held: use.heldTokens }
      : { used: use.requests + outside, held: use.heldRequests };
  }

  /** What the ledger itself counted and holds: what a provider's own count is compared with. */
  countedSince(account: Account, scope: Scope, limit: Ceiling['limit'], sinceMs: number): number {
    const use = this.spending.use(account, scope, sinceMs);
    return shapeOf[limit].unit === 'tokens' ? use.tokens + use.heldTokens : use.requests + use.heldRequests;
  }

  /** Of the last two minutes, so that they can be counted again where a key's account changes. */
  #recent: Attempt[] = [];
  #recentFromMs = 0;
  #recentKept = leastRecentKept;

  /** Next when there are twice as many again: a busy minute is not gone through for each of its attempts. */
  #dropOld(beforeMs: number): void {
    this.#recent = this.#recent.filter(({ atMs }) => atMs >= beforeMs);
    this.#recentKept = Math.max(leastRecentKept, this.#recent.length * 2);
    this.#recentFromMs = Math.max(this.#recentFromMs, beforeMs);
  }

  /** A key draws on another account: all that was counted by account is counted anew. */
  #regroup(): void {
    this.spending.regroup(this.#recentFromMs);
    for (const { subject, atMs, requests, total } of this.#recent) {
      this.spending.addRecent(this.facts.accounts.of(subject), subject.model, atMs, requests, total);
    }
  }

  #latenciesOf(fingerprint: string, model: string): Latencies {
    const models = this.#latencies.get(fingerprint) ?? new Map<string, Latencies>();
    this.#latencies.set(fingerprint, models);
    const known = models.get(model) ?? new Latencies();
    models.set(model, known);
    return known;
  }
}
