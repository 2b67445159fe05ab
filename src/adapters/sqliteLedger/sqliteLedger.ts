import type { ClockStep } from '../../core/clockWatch.ts';
import type { Demotion } from '../../core/health/demotion.ts';
import type { Health } from '../../core/health/health.ts';
import { afterLate } from '../../core/health/lateHealth.ts';
import type { Account } from '../../core/keys/apiKey.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import { assertCountable, attemptOf } from '../../core/quota/attempt.ts';
import type { Concurrency, LearnedConcurrency } from '../../core/quota/concurrency.ts';
import { planDemotion, type DemotionChange } from '../../core/quota/demotionPlan.ts';
import * as plans from '../../core/quota/factPlans.ts';
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
} from '../../core/quota/ledger.ts';
import type { LedgerState } from '../../core/quota/ledgerState.ts';
import { lazy } from '../../core/lazy.ts';
import { planLearn, planUnlearn } from '../../core/quota/learnedLimits.ts';
import type { LimitName, Limits } from '../../core/quota/limits.ts';
import type { PromptCount } from '../../core/quota/promptRatio.ts';
import type { Route } from '../../core/routing/route.ts';
import type { Change, Late, OwnReservation } from './change.ts';
import type { SqliteStore } from './sqliteStore.ts';

/** Routes are read by people: those that end within this time go into one transaction. */
const savedTogetherMs = 50;

/** The ledger in a database that all windows share. A change function may be called more than once. */
export class SqliteLedger implements Ledger {
  readonly #store: SqliteStore;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #onDispose: () => void;
  #count = 0;
  #unsaved: Route[] = [];
  #saving: (PromiseWithResolvers<void> & { readonly cancel: Cancel }) | undefined;
  readonly #storedRoutes = lazy(async () => new (await import('./storedRoute.ts')).StoredRoutes());

  constructor(store: SqliteStore, clock: Pick<Clock, 'now' | 'after'>, onDispose: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onDispose = onDispose;
  }

  refresh(): boolean {
    return this.#store.refresh();
  }

  use(account: Account, scope: Scope, sinceMs: number): Use {
    return this.#state.spending.use(account, scope, sinceMs);
  }

  count(account: Account, ceiling: Ceiling, nowMs: number): Count {
    return this.#state.countOf(account, ceiling, nowMs);
  }

  concurrency(asker: Asker): readonly Concurrency[] {
    return this.#state.concurrency(asker);
  }

  learnedConcurrency(account: Account): LearnedConcurrency | undefined {
    return this.#state.facts.concurrency(account);
  }

  changes(account: Account): number {
    return this.#state.spending.changes(account);
  }

  outside(account: Account, scope: Scope, limit: LimitName, nowMs: number): number {
    return this.#state.facts.outside(account, scope, limit, nowMs);
  }

  blocks(subject: Subject, nowMs: number): readonly Block[] {
    return this.#state.facts.blocks(subject, nowMs);
  }

  health(fingerprint: string): Health {
    return this.#state.facts.health(fingerprint);
  }

  demotion(provider: string): Demotion | undefined {
    return this.#state.facts.demotion(provider);
  }

  learned(account: Account, scope: Scope): Limits {
    return this.#state.facts.learned(account, scope);
  }

  learnedAtMs(account: Account, scope: Scope, limit: LimitName): number | undefined {
    return this.#state.facts.storedLearned(account, scope)[limit]?.atMs;
  }

  promptRatio(provider: string, model: string): number {
    return this.#state.facts.promptRatio(provider, model)?.ratio ?? 1;
  }

  modelsOut(subject: Subject, nowMs: number): readonly ModelOut[] {
    return this.#state.facts.modelsOut(subject, nowMs);
  }

  medianLatencyMs(fingerprint: string, model: string): number | undefined {
    return this.#state.medianLatencyMs(fingerprint, model);
  }

  async reserve(ask: ReserveAsk): Promise<Reserved> {
    assertCountable(ask);
    this.#count += 1;
    const number = this.#count;
    const reservation = String(number);
    return this.#store.perform((): Change<Reserved> => {
      const refused = this.#state.obstacleTo(ask);
      if (refused !== undefined) return { answer: refused };
      const { facts, charged } = this.#state.planCharge(ask);
      const reserve: OwnReservation = { number, ask, sent: ask.sent === true, charged };
      return { answer: { ok: true, reservation, underWay: this.#state.underWayWith(ask) }, reserve, facts };
    });
  }

  async settle(settlement: Settlement): Promise<void> {
    const reservation = this.#open(settlement.reservation);
    const attempt = attemptOf(reservation.ask, settlement);
    const { health } = settlement;
    return this.#store.perform((late) => {
      // Two settles may wait for one lock: the second finds the reservation gone.
      if (late === undefined) this.#open(settlement.reservation);
      const state = this.#state;
      const levels =
        late === undefined
          ? state.planCorrection(reservation, attempt, settlement)
          : state.planLateCorrection({ ...reservation, ...late }, attempt, settlement, this.#clock.now());
      const lesson = state.planLesson(reservation.ask, settlement);
      const { fingerprint } = reservation.ask;
      const healths = health === undefined ? [] : this.#planHealth(fingerprint, health, late).facts;
      return { answer: undefined, settle: { reservation, attempt }, facts: [...levels, ...healths, ...lesson] };
    });
  }

  async changeHealth(fingerprint: string, change: (health: Health) => Health): Promise<Health> {
    return this.#store.perform((late) => this.#planHealth(fingerprint, change, late));
  }

  #planHealth(fingerprint: string, change: (health: Health) => Health, late: Late | undefined): plans.Plan<Health> {
    const changed = (health: Health): Health =>
      late === undefined ? change(health) : afterLate(health, change, late.atMs);
    return plans.planHealth(this.#state.facts, fingerprint, changed);
  }

  async changeDemotion(provider: string, change: DemotionChange): Promise<void> {
    return this.#store.perform(() => planDemotion(this.#state.facts, provider, change));
  }

  async block(subject: Subject, block: Block): Promise<void> {
    return this.#store.perform(() => plans.planBlock(this.#state.facts, subject, block, this.#clock.now()));
  }

  async unblock(subject: Subject, kept?: Block['limit']): Promise<void> {
    return this.#store.perform(() => plans.planUnblock(this.#state.facts, subject, kept));
  }

  async learn(account: Account, scope: Scope, limits: Limits, nowMs: number): Promise<Limits> {
    const plan = (): plans.Plan<Limits> => planLearn(this.#state.facts, account, scope, limits, nowMs);
    // Most replies say what is known: no transaction for that.
    const seen = plan();
    return seen.facts.length === 0 ? seen.answer : this.#store.perform(plan);
  }

  async unlearn(account: Account, ceiling: Ceiling, isNone?: boolean): Promise<void> {
    return this.#store.perform(() => planUnlearn(this.#state.facts, account, ceiling, isNone));
  }

  async forgetLearned(subjects: readonly Subject[] | 'all'): Promise<void> {
    const { planForgetLearned } = await import('../../core/quota/forgetLearned.ts');
    return this.#store.perform(() => planForgetLearned(this.#state.facts, subjects));
  }

  async clockWasStepped(step: ClockStep): Promise<void> {
    const { planClockStep } = await import('../../core/quota/clockStep.ts');
    return this.#store.perform(() => planClockStep(this.#state.facts, step, this.#clock.now()));
  }

  async noteOutside(
    account: Account,
    scope: Scope,
    limit: LimitName,
    usedAtLeast: number,
    sinceMs: number,
    untilMs: number,
  ): Promise<void> {
    const note = { account, scope, limit, usedAtLeast, sinceMs, untilMs };
    return this.#store.perform((late) => {
      if (late !== undefined && untilMs <= this.#clock.now()) return { answer: undefined };
      const counted = this.#state.countedSince(account, scope, limit, sinceMs);
      return plans.planOutside(this.#state.facts, note, counted);
    });
  }

  async learnPromptRatio(count: PromptCount): Promise<void> {
    const plan = (): plans.Plan<void> => plans.planPromptRatio(this.#state.facts, count);
    // Most answers teach nothing new: no transaction for that.
    if (plan().facts.length > 0) await this.#store.perform(plan);
  }

  async takeModelOut(subject: Subject, out: ModelOut): Promise<void> {
    return this.#store.perform(() => plans.planModelOut(subject, out));
  }

  async bringBackModels(subject: Subject, listed?: readonly string[]): Promise<void> {
    return this.#store.perform(() => plans.planModelsBack(this.#state.facts, subject, listed));
  }

  async mark(name: string, untilMs: number, nowMs: number): Promise<boolean> {
    return this.#store.perform(() => plans.planMark(this.#state.facts, name, untilMs, nowMs));
  }

  isMarked(name: string, nowMs: number): boolean {
    return this.#state.facts.isMarked(name, nowMs);
  }

  async unmark(name: string): Promise<void> {
    return this.#store.perform(() => plans.planUnmark(this.#state.facts, name));
  }

  saveRoute(route: Route): Promise<void> {
    this.#unsaved.push(route);
    this.#saving ??= {
      ...Promise.withResolvers<void>(),
      cancel: this.#clock.after(savedTogetherMs, () => void this.#saveRoutes()),
    };
    return this.#saving.promise;
  }

  #saveRoutes(): Promise<void> | undefined {
    const saving = this.#saving;
    if (saving === undefined) return undefined;
    this.#saving = undefined;
    saving.cancel();
    const routes = this.#unsaved.splice(0);
    saving.resolve(this.#store.perform(() => ({ answer: undefined, routes })));
    return saving.promise;
  }

  async routes(): Promise<readonly Route[]> {
    await this.#saveRoutes();
    const stored = await this.#storedRoutes();
    const store = this.#store;
    return [
      ...store.unwritten.routes().toReversed(),
      ...(store.read((opened) => stored.read(opened.connection)) ?? []),
    ];
  }

  onDidChange(listener: () => void): Cancel {
    return this.#store.onDidChange(listener);
  }

  dispose(): void {
    void this.#saveRoutes();
    this.#onDispose();
  }

  get #state(): LedgerState {
    return this.#store.state;
  }

  #open(reservation: string): OwnReservation {
    const open = this.#store.own.get(Number(reservation));
    if (open === undefined) throw new Error(`Reservation ${reservation} is not open in this window`);
    return open;
  }
}
