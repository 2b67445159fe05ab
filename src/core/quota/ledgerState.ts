import type { Account } from '../keys/apiKey.ts';
import type { Owner } from './accounts.ts';
import type { Attempt } from './attempt.ts';
import {
  planCharge,
  planCorrection,
  planLateCorrection,
  type ChargedReservation,
  type Charges,
  type SentBetween,
} from './bucketPlans.ts';
import { isFull, mostNow, planConcurrency, type Concurrency } from './concurrency.ts';
import type { Fact } from './fact.ts';
import { FactBook } from './factBook.ts';
import type { Plan } from './factPlans.ts';
import { Latencies } from './latencies.ts';
import type { Asker, Ceiling, Count, ReserveAsk, Reserved, Scope, Settlement } from './ledger.ts';
import { shapeOf } from './saneLimits.ts';
import { SlidingSum } from './slidingSum.ts';
import { Spending, type SumSince } from './spending.ts';

/** What a reservation under way holds, since when. */
type Held = Owner & Pick<ReserveAsk, 'keyId' | 'model' | 'tokens' | 'nowMs'>;

type Recent = { readonly owner: Owner; readonly model: string; readonly sum: SlidingSum };

const noCaps: readonly never[] = [];

/** What a ledger has in memory of its record: every read is answered from here. */
export class LedgerState {
  readonly facts = new FactBook();
  readonly spending: Spending;
  readonly #latencies = new Map<string, Map<string, Latencies>>();

  /** The last minutes' attempts are all to be recorded here; the sums of earlier ones come from `sumSince`. */
  constructor(sumSince: SumSince, firstChange = 0) {
    this.spending = new Spending(sumSince, firstChange);
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
    const { subject, atMs, startedAtMs, requests, total, outcome, latencyMs } = attempt;
    const spent = { startedAtMs, atMs, requests, tokens: total };
    for (const account of this.facts.accounts.countedOn(subject)) this.spending.add(account, subject.model, spent);
    this.#recentOf(subject).sum.add(startedAtMs, requests, total);
    if (outcome === 'ok') this.#latenciesOf(subject.fingerprint, subject.model).add(latencyMs);
  }

  /** One request and its tokens, until `release`. `place` names the reservation among all that are held. */
  hold(place: string, held: Held): void {
    const { model, tokens, nowMs } = held;
    const accounts = this.facts.accounts.countedOn(held);
    this.#holds.set(place, { held, accounts });
    for (const account of accounts) this.spending.hold(account, model, { startedAtMs: nowMs, tokens });
  }

  /** Where it is held now: its key may have joined or left a pool since. */
  release(place: string): void {
    const found = this.#holds.get(place);
    if (found === undefined || !this.#holds.delete(place)) return;
    const { model, nowMs, tokens } = found.held;
    for (const account of found.accounts) this.spending.release(account, model, { startedAtMs: nowMs, tokens });
  }

  medianLatencyMs(fingerprint: string, model: string): number | undefined {
    return this.#latencies.get(fingerprint)?.get(model)?.median();
  }

  /** Each cap on requests at once that holds for a key. */
  concurrency(asker: Asker): readonly Concurrency[] {
    const { keyId, maxConcurrent: most, nowMs } = asker;
    const account = this.facts.accounts.of(asker);
    const learned = this.facts.concurrency(account);
    if (most === undefined && learned === undefined) return noCaps;
    return [
      ...(most === undefined ? [] : [{ of: `key:${keyId}`, underWay: this.#underWayWith(keyId), most } as const]),
      ...(learned === undefined
        ? []
        : [{ of: account, underWay: this.#underWayOf(account), most: mostNow(learned, nowMs) }]),
    ];
  }

  /** Requests of its account that will be under way with this one. */
  underWayWith(ask: ReserveAsk): number {
    return this.#underWayOf(this.facts.accounts.of(ask)) + 1;
  }

  #underWayOf(account: Account): number {
    return this.spending.held(account, '*').requests;
  }

  /** The first ceiling or cap that this reservation would pass; undefined where it fits under all. */
  obstacleTo(ask: ReserveAsk): (Reserved & { ok: false }) | undefined {
    const { tokens, nowMs, ceilings } = ask;
    // The key may have joined a pool since it was chosen.
    const account = this.facts.accounts.of(ask);
    for (const ceiling of ceilings) {
      if (ceiling.passed === true) continue;
      const { unit } = shapeOf[ceiling.limit];
      const { used, held } = this.countOf(account, ceiling, nowMs);
      if (used + held + (unit === 'tokens' ? tokens : 1) > ceiling.value) return { ok: false, ceiling, used, held };
    }
    const concurrency = this.concurrency(ask).find(isFull);
    return concurrency === undefined ? undefined : { ok: false, concurrency };
  }

  countOf(asker: Account, ceiling: Ceiling, nowMs: number): Count {
    const { limit, scope, form, sinceMs, ofKey: account = asker } = ceiling;
    if (form === 'bucket') return this.#levelOf(account, ceiling, nowMs);
    const use =
      form === 'sliding'
        ? this.spending.recentUse(account, scope, sinceMs)
        : this.spending.use(account, scope, sinceMs);
    const outside = this.facts.outside(account, scope, limit, nowMs);
    return shapeOf[limit].unit === 'tokens'
      ? { used: use.tokens + outside, held: use.heldTokens }
      : { used: use.requests + outside, held: use.heldRequests };
  }

  /** What a reservation charges to its buckets. */
  planCharge(ask: ReserveAsk): ReturnType<typeof planCharge> {
    // As its obstacles are looked for.
    const account = this.facts.accounts.of(ask);
    return planCharge(this.facts, { ...ask, account }, this.#sentBetween(account));
  }

  /** What its end puts right in them; while it is still held. */
  planCorrection(reserved: ChargedReservation, attempt: Attempt, settlement: Settlement): readonly Fact[] {
    const account = this.facts.accounts.of(attempt.subject);
    const charges = chargesOf(reserved.ask, attempt);
    return planCorrection(this.facts, account, reserved, charges, settlement, this.#sentBetween(account));
  }

  /** The same where it ended while there was no database; `charged` where there was one when it was reserved. */
  planLateCorrection(
    reserved: { readonly ask: ReserveAsk; readonly charged: boolean },
    attempt: Attempt,
    { shown = [] }: Pick<Settlement, 'shown'>,
    nowMs: number,
  ): readonly Fact[] {
    const account = this.facts.accounts.of(attempt.subject);
    return planLateCorrection(this.facts, account, reserved, chargesOf(reserved.ask, attempt), shown, nowMs);
  }

  planLesson(ask: ReserveAsk, { concurrency }: Settlement): readonly Fact[] {
    return concurrency === undefined ? [] : planConcurrency(this.facts, this.facts.accounts.of(ask), concurrency);
  }

  #sentBetween(account: Account): SentBetween {
    return (scope, fromMs, untilMs) => {
      const { requests, tokens, heldRequests, heldTokens } = this.spending.recentUse(account, scope, fromMs, untilMs);
      return { requests: requests + heldRequests, tokens: tokens + heldTokens };
    };
  }

  /** What is held is in the level, and drains with it. */
  #levelOf(account: Account, { limit, scope, value }: Ceiling, nowMs: number): Count {
    const level = this.facts.level(account, scope, limit, value, nowMs);
    const all = this.spending.held(account, scope);
    const held = Math.min(level, shapeOf[limit].unit === 'tokens' ? all.tokens : all.requests);
    return { used: level - held, held };
  }

  /** What the ledger itself counted and holds: what a provider's own count is compared with. */
  countedSince(account: Account, scope: Scope, limit: Ceiling['limit'], sinceMs: number): Count {
    const { window } = shapeOf[limit];
    const isLong = window === 'day' || window === 'month';
    const use = isLong ? this.spending.use(account, scope, sinceMs) : this.spending.recentUse(account, scope, sinceMs);
    return shapeOf[limit].unit === 'tokens'
      ? { used: use.tokens, held: use.heldTokens }
      : { used: use.requests, held: use.heldRequests };
  }

  /** The last minutes' use by key and model, so that it can be counted again where a key's account changes. */
  readonly #recent = new Map<string, Recent>();

  #recentOf({ fingerprint, account, model }: Owner & { readonly model: string }): Recent {
    const name = `${fingerprint} ${account} ${model}`;
    let known = this.#recent.get(name);
    if (known === undefined) {
      known = { owner: { fingerprint, account }, model, sum: new SlidingSum() };
      this.#recent.set(name, known);
    }
    return known;
  }

  #underWayWith(keyId: string): number {
    let count = 0;
    for (const { held } of this.#holds.values()) if (held.keyId === keyId) count += 1;
    return count;
  }

  readonly #holds = new Map<string, { readonly held: Held; readonly accounts: readonly Account[] }>();

  /** A key draws on another account: all that was counted by account is counted anew. */
  #regroup(): void {
    for (const [place, { held, accounts }] of [...this.#holds]) {
      if (this.facts.accounts.of(held) === accounts[0]) continue;
      this.release(place);
      this.hold(place, held);
    }
    this.spending.regroup();
    for (const { owner, model, sum } of this.#recent.values()) {
      for (const account of this.facts.accounts.countedOn(owner)) {
        for (const spent of sum.entries()) this.spending.addRecent(account, model, spent);
      }
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

function chargesOf({ tokens, promptTokens }: ReserveAsk, attempt: Attempt): Charges {
  // Providers count the prompt before they answer; the cap was sent to them.
  const prompt = attempt.prompt > 0 && !attempt.estimated ? attempt.prompt : promptTokens;
  return {
    atLast: { requests: attempt.requests, tokens: attempt.total },
    upFront: { requests: 1, tokens: prompt + tokens - promptTokens },
  };
}
