import type { Account } from '../keys/apiKey.ts';
import type { Attempt } from './attempt.ts';
import type { Fact } from './fact.ts';
import { FactBook } from './factBook.ts';
import type { Plan } from './factPlans.ts';
import { Latencies } from './latencies.ts';
import type { Ceiling, ReserveAsk, Reserved, Scope } from './ledger.ts';
import { shapeOf } from './saneLimits.ts';
import { Spending, type SumSince } from './spending.ts';

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
    for (const fact of facts) this.apply(fact);
  }

  apply(fact: Fact): void {
    const account = this.facts.apply(fact);
    if (account !== undefined) this.spending.touch(account);
  }

  /** Applies the plan and gives its answer. */
  carryOut<Answer>({ facts, answer }: Plan<Answer>): Answer {
    this.applyAll(facts);
    return answer;
  }

  record({ subject, atMs, requests, total, outcome, latencyMs }: Attempt): void {
    this.spending.add(subject.account, subject.model, atMs, requests, total);
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

  #latenciesOf(fingerprint: string, model: string): Latencies {
    const models = this.#latencies.get(fingerprint) ?? new Map<string, Latencies>();
    this.#latencies.set(fingerprint, models);
    const known = models.get(model) ?? new Latencies();
    models.set(model, known);
    return known;
  }
}
