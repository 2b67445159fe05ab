import type { ClockStep } from '../core/clockWatch.ts';
import type { Demotion } from '../core/health/demotion.ts';
import type { Health } from '../core/health/health.ts';
import type { Account } from '../core/keys/apiKey.ts';
import type { Cancel, Clock } from '../core/ports.ts';
import { assertCountable, attemptOf } from '../core/quota/attempt.ts';
import { planClockStep } from '../core/quota/clockStep.ts';
import type { ChargedReservation } from '../core/quota/bucketPlans.ts';
import type { Concurrency, LearnedConcurrency } from '../core/quota/concurrency.ts';
import { planDemotion, type DemotionChange } from '../core/quota/demotionPlan.ts';
import * as plans from '../core/quota/factPlans.ts';
import { planForgetLearned } from '../core/quota/forgetLearned.ts';
import type {
  Asker,
  Block,
  Ceiling,
  Count,
  Ledger,
  ModelOut,
  Reserved,
  ReserveAsk,
  Scope,
  Settlement,
  Subject,
  Use,
} from '../core/quota/ledger.ts';
import { planLearn, planUnlearn } from '../core/quota/learnedLimits.ts';
import type { LimitName, Limits } from '../core/quota/limits.ts';
import type { PromptCount } from '../core/quota/promptRatio.ts';
import { routesKept, type Route } from '../core/routing/route.ts';
import { MemoryStore } from './memoryStore.ts';

/** Exact within one process, gone with it. Two over one store are like two windows. */
export class MemoryLedger implements Ledger {
  readonly #store: MemoryStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #window: string;
  readonly #reservations = new Map<string, ChargedReservation>();
  readonly #cancels = new Set<Cancel>();
  #count = 0;

  constructor(options: { readonly clock: Pick<Clock, 'now'>; readonly store?: MemoryStore }) {
    this.#clock = options.clock;
    this.#store = options.store ?? new MemoryStore();
    this.#window = this.#store.nextWindow();
  }

  get store(): MemoryStore {
    return this.#store;
  }

  refresh(): boolean {
    return false;
  }

  use(account: Account, scope: Scope, sinceMs: number): Use {
    return this.#store.state.spending.use(account, scope, sinceMs);
  }

  count(account: Account, ceiling: Ceiling, nowMs: number): Count {
    return this.#store.state.countOf(account, ceiling, nowMs);
  }

  concurrency(asker: Asker): readonly Concurrency[] {
    return this.#store.state.concurrency(asker);
  }

  learnedConcurrency(account: Account): LearnedConcurrency | undefined {
    return this.#store.state.facts.concurrency(account);
  }

  changes(account: Account): number {
    return this.#store.state.spending.changes(account);
  }

  outside(account: Account, scope: Scope, limit: LimitName, nowMs: number): number {
    return this.#store.state.facts.outside(account, scope, limit, nowMs);
  }

  blocks(subject: Subject, nowMs: number): readonly Block[] {
    return this.#store.state.facts.blocks(subject, nowMs);
  }

  health(fingerprint: string): Health {
    return this.#store.state.facts.health(fingerprint);
  }

  demotion(provider: string): Demotion | undefined {
    return this.#store.state.facts.demotion(provider);
  }

  learned(account: Account, scope: Scope): Limits {
    return this.#store.state.facts.learned(account, scope);
  }

  learnedAtMs(account: Account, scope: Scope, limit: LimitName): number | undefined {
    return this.#store.state.facts.storedLearned(account, scope)[limit]?.atMs;
  }

  promptRatio(provider: string, model: string): number {
    return this.#store.state.facts.promptRatio(provider, model)?.ratio ?? 1;
  }

  modelsOut(subject: Subject, nowMs: number): readonly ModelOut[] {
    return this.#store.state.facts.modelsOut(subject, nowMs);
  }

  medianLatencyMs(fingerprint: string, model: string): number | undefined {
    return this.#store.state.medianLatencyMs(fingerprint, model);
  }

  async reserve(ask: ReserveAsk): Promise<Reserved> {
    assertCountable(ask);
    const { state } = this.#store;
    const refused = state.obstacleTo(ask);
    if (refused !== undefined) return refused;
    const underWay = state.underWayWith(ask);
    this.#count += 1;
    const reservation = `${this.#window}/${this.#count}`;
    const { facts, charged } = state.planCharge(ask);
    this.#reservations.set(reservation, { ask, charged });
    state.hold(reservation, ask);
    state.applyAll(facts);
    this.#store.changed();
    return { ok: true, reservation, underWay };
  }

  async settle(settlement: Settlement): Promise<void> {
    const reserved = this.#open(settlement.reservation);
    const { ask } = reserved;
    const { state } = this.#store;
    const { health } = settlement;
    // First, since it may throw: then nothing has happened yet.
    const plan = health === undefined ? undefined : plans.planHealth(state.facts, ask.fingerprint, health);
    this.#reservations.delete(settlement.reservation);
    const attempt = attemptOf(ask, settlement);
    state.applyAll([...state.planCorrection(reserved, attempt, settlement), ...state.planLesson(ask, settlement)]);
    state.release(settlement.reservation);
    this.#store.record(attempt);
    if (plan !== undefined) state.carryOut(plan);
    this.#store.changed();
  }

  async changeHealth(fingerprint: string, change: (health: Health) => Health): Promise<Health> {
    return this.#carryOut(plans.planHealth(this.#store.state.facts, fingerprint, change));
  }

  async changeDemotion(provider: string, change: DemotionChange): Promise<void> {
    this.#carryOut(planDemotion(this.#store.state.facts, provider, change));
  }

  async block(subject: Subject, block: Block): Promise<void> {
    this.#carryOut(plans.planBlock(this.#store.state.facts, subject, block, this.#clock.now()));
  }

  async unblock(subject: Subject, kept?: Block['limit']): Promise<void> {
    this.#carryOut(plans.planUnblock(this.#store.state.facts, subject, kept));
  }

  async learn(account: Account, scope: Scope, limits: Limits, nowMs: number): Promise<Limits> {
    return this.#carryOut(planLearn(this.#store.state.facts, account, scope, limits, nowMs));
  }

  async unlearn(account: Account, ceiling: Ceiling, isNone?: boolean): Promise<void> {
    this.#carryOut(planUnlearn(this.#store.state.facts, account, ceiling, isNone));
  }

  async forgetLearned(subjects: readonly Subject[] | 'all'): Promise<void> {
    this.#carryOut(planForgetLearned(this.#store.state.facts, subjects));
  }

  async clockWasStepped(step: ClockStep): Promise<void> {
    this.#carryOut(planClockStep(this.#store.state.facts, step, this.#clock.now()));
  }

  async noteOutside(
    account: Account,
    scope: Scope,
    limit: LimitName,
    usedAtLeast: number,
    sinceMs: number,
    untilMs: number,
  ): Promise<void> {
    const { state } = this.#store;
    const counted = state.countedSince(account, scope, limit, sinceMs);
    const note = { account, scope, limit, usedAtLeast, sinceMs, untilMs };
    this.#carryOut(plans.planOutside(state.facts, note, counted));
  }

  async learnPromptRatio(count: PromptCount): Promise<void> {
    this.#carryOut(plans.planPromptRatio(this.#store.state.facts, count));
  }

  async takeModelOut(subject: Subject, out: ModelOut): Promise<void> {
    this.#carryOut(plans.planModelOut(subject, out));
  }

  async bringBackModels(subject: Subject, listed?: readonly string[]): Promise<void> {
    this.#carryOut(plans.planModelsBack(this.#store.state.facts, subject, listed));
  }

  async mark(name: string, untilMs: number, nowMs: number): Promise<boolean> {
    return this.#carryOut(plans.planMark(this.#store.state.facts, name, untilMs, nowMs));
  }

  isMarked(name: string, nowMs: number): boolean {
    return this.#store.state.facts.isMarked(name, nowMs);
  }

  async unmark(name: string): Promise<void> {
    this.#carryOut(plans.planUnmark(this.#store.state.facts, name));
  }

  async saveRoute(route: Route): Promise<void> {
    const { routes } = this.#store;
    routes.push(route);
    if (routes.length > routesKept) routes.shift();
    this.#store.changed();
  }

  async routes(): Promise<readonly Route[]> {
    return this.#store.routes.toReversed();
  }

  onDidChange(listener: () => void): Cancel {
    const cancel = this.#store.onDidChange(listener);
    this.#cancels.add(cancel);
    return cancel;
  }

  dispose(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #open(reservation: string): ChargedReservation {
    const open = this.#reservations.get(reservation);
    if (open === undefined) throw new Error(`Reservation ${reservation} is not open in this window`);
    return open;
  }

  #carryOut<Answer>(plan: plans.Plan<Answer>): Answer {
    const answer = this.#store.state.carryOut(plan);
    if (plan.facts.length > 0) this.#store.changed();
    return answer;
  }
}
