import type { Failure } from '../providers/failure.ts';
import { capsOf } from '../quota/concurrency.ts';
import type { Aftermath, Blame } from './aftermath.ts';
import { runAttempt, type AttemptDone } from './attemptRun.ts';
import { firstEventTimeoutMs } from './attemptTime.ts';
import { isSamePair, type Candidate, type Lane } from './candidate.ts';
import { cancelled } from './chatError.ts';
import { Course } from './course.ts';
import { CurrentLanes } from './currentLanes.ts';
import type { Obstacle } from './obstacle.ts';
import type { Snapshot } from './obstacleOf.ts';
import type { Reached } from './offlineWatch.ts';
import { choose, type Choice, type PassedBy, type Why } from './rank.ts';
import type { RouterPorts } from './routerPorts.ts';
import type { RunAsk } from './runAsk.ts';
import { answerOf, type Answered, type RunResult } from './runResult.ts';
import { attemptLine } from './routeWords.ts';
import { mayPass, Trials } from './trials.ts';
import { soonestEnd, waitForChange } from './waiting.ts';

const backoffBaseMs = 250;
const backoffMostMs = 4_000;
const probeChance = 0.2;
const mostRacesLost = 100;

/** An attempt that went wrong, with its words. */
export type FailedAttempt = { readonly candidate: Candidate; readonly failure: Failure; readonly sentence: string };

type Taken = NonNullable<Choice['taken']>;

/** The way of one request through the keys, until one answers or none is left. */
export class RouteRun {
  readonly #ports: RouterPorts;
  readonly #aftermath: Aftermath;
  readonly #ask: RunAsk;
  readonly #course: Course;
  readonly #lanes: CurrentLanes;
  readonly #reached: Reached[] = [];
  readonly #attempted: FailedAttempt[] = [];
  readonly #deadlineMs: number;
  /** One weak key a request is tried at its usual place, with some luck. */
  #probe: boolean;
  readonly #trials: Trials;
  #behind: Choice['behind'] = new Map();
  #answeredBy: string | undefined;
  #onceMore: Candidate | undefined;
  #passedOn = false;
  #racesLost = 0;
  #waitedFor: string | undefined;

  constructor(ports: RouterPorts, aftermath: Aftermath, ask: RunAsk) {
    this.#ports = ports;
    this.#aftermath = aftermath;
    this.#ask = ask;
    this.#course = new Course(ask.isOffline, ask.sizer);
    this.#lanes = new CurrentLanes(ask.lanes, () => ports.keys.all());
    this.#trials = new Trials(ports, this.#course.tried);
    this.#deadlineMs = ports.clock.monotonic() + ports.config().deadlineMs;
    this.#probe = ports.random.next() < probeChance;
  }

  get lanes(): readonly Lane[] {
    return this.#lanes.all;
  }

  /** What was reached and how, for judging whether the machine is offline. */
  get reached(): readonly Reached[] {
    return this.#reached;
  }

  get attempted(): readonly FailedAttempt[] {
    return this.#attempted;
  }

  /** It is not asked again in this request, even where something else that stands in its way ends. */
  isDoneWith(candidate: Candidate): boolean {
    return this.#course.isDoneWith(candidate);
  }

  /** Blame is held back until the route has ended and it is known whose fault it was. */
  get blame(): Blame {
    const { blamed, blamedProviders } = this.#course;
    const ofProviders = [...blamedProviders].filter((id) => id !== this.#answeredBy);
    return { keys: blamed, providers: new Map(ofProviders.map((id) => [id, this.#trials.hasTried(id)])) };
  }

  /** To be called when it has ended, however it did, and it is known whether the machine is offline. */
  end(isOffline: boolean): Promise<void> {
    this.#ask.ticket.leave();
    return this.#trials.giveBack(isOffline);
  }

  async run(): Promise<RunResult> {
    for (;;) {
      this.#throwIfCancelled();
      const choice = this.#choose();
      const { passedBy } = choice;
      if (this.#timeLeftMs <= 0) return { kind: 'nothingLeft', passedBy, deadlinePassed: choice.taken !== undefined };
      if (choice.taken !== undefined) {
        const answered = await this.#attempt(choice.taken);
        if (answered !== undefined) return answered;
      } else if (this.#secondChance(choice)) {
        await this.#backoff(0);
      } else if (!(await this.#wait(passedBy)) && !this.#doubt(passedBy)) {
        return { kind: 'nothingLeft', passedBy, deadlinePassed: false };
      }
    }
  }

  /** What choosing sees; with `anyWanted` as if the request had named no provider and no model. */
  snapshot(anyWanted = false): Snapshot {
    const { ledger, tracker, keys, clock } = this.#ports;
    const nowMs = clock.now();
    return {
      nowMs,
      ledger,
      room: ({ key, provider, model }, tokens) => tracker.room(key, provider, model.id, tokens, nowMs),
      mayPass: (candidate, tokens) => mayPass(tracker, this.#course.tried, candidate, tokens, nowMs),
      busy: (candidate) => this.#ask.ticket.fullFor(capsOf(ledger, candidate, nowMs)),
      size: this.#ask.sizer.sizes(this.#course.capAtLeast),
      wanted: anyWanted ? () => true : this.#ask.wanted,
      secretPresent: ({ key, provider }) => !provider.needsKey || keys.secretPresent(key),
      originConfirmed: ({ key, provider }) => !provider.needsKey || keys.isOriginConfirmed(key, provider),
      timedOut: ({ key }) => this.#ask.timedOut.has(key.id),
      tried: this.#course.tried,
    };
  }

  #choose(): Choice {
    const { ledger, tracker, config } = this.#ports;
    const { scarcity } = this.#ask;
    ledger.refresh();
    this.#trials.look();
    const { same } = this.#course;
    const { sameConversation } = this.#ask;
    const snapshot = this.snapshot();
    const { nowMs } = snapshot;
    const choice = choose(this.lanes, snapshot, {
      strategy: config().strategy,
      probe: this.#probe,
      ...(same === undefined ? {} : { same }),
      ...(sameConversation === undefined ? {} : { sameConversation }),
      ...(scarcity.isScarce(this.#ask.lanes) ? { scarcity } : {}),
      shareLeft: ({ key, provider, model }) => tracker.shareLeft(key, provider, model.id, nowMs),
    });
    this.#ask.trace.passedBy(choice.passedBy);
    // Who goes on with the same key looked at no order.
    if (choice.taken?.why === 'sameKey') return choice;
    this.#ask.trace.fellBehind(choice.behind);
    this.#behind = choice.behind;
    return choice;
  }

  /** True: somebody can be chosen once more, if nothing comes in the way during a backoff. */
  #secondChance(choice: Choice): boolean {
    this.#onceMore = this.#course.secondChance(choice);
    return this.#onceMore !== undefined;
  }

  async #attempt({ candidate, cap, why }: Taken): Promise<Answered | undefined> {
    const { trace, request, signal, sizer, ticket } = this.#ask;
    ticket.waitOnlyFor(capsOf(this.#ports.ledger, candidate, this.#ports.clock.now()));
    if (why === 'probe') this.#probe = false;
    const size = sizer.of(candidate);
    if (!(await this.#trials.mayAsk(candidate, why, size.prompt + cap))) return undefined;
    const timeoutMs = firstEventTimeoutMs({
      candidate,
      lanes: this.lanes,
      timeLeftMs: this.#timeLeftMs,
      attemptTimeoutMs: this.#ports.config().attemptTimeoutMs,
      snapshot: () => this.snapshot(),
    });
    this.#course.tried.asked(candidate);
    const outcome = await runAttempt(this.#ports, {
      route: trace.id,
      request,
      candidate,
      size,
      cap,
      passesLimits: this.#trials.passesLimits(candidate),
      signal,
      firstEventTimeoutMs: timeoutMs,
      deadlineMs: this.#deadlineMs,
      onReserved: () => ticket.leave(),
      onPart: (part) => {
        this.#passedOn = true;
        this.#ask.push(part);
      },
      blockFor: (failure, sent) => this.#aftermath.blockFor(candidate, failure, sent),
    });
    if (outcome.kind === 'raced') return this.#lostRace(candidate);
    if (outcome.kind === 'secretMissing') {
      this.#course.tried.passKey(candidate, secretMissing);
      return this.#trials.giveBack().then(() => undefined);
    }
    this.#note(candidate, outcome, isSamePair(candidate, this.#onceMore) ? 'secondChance' : why);
    const { result } = outcome;
    this.#trials.conclude(candidate, result.ok ? undefined : result.failure);
    if (!result.ok) return this.#failed(candidate, outcome, result.failure);
    const { id } = candidate.provider;
    this.#answeredBy = id;
    const wasBehind = this.#behind.has(id) || this.#trials.trialOf(candidate) !== undefined;
    return answerOf(
      this.#ports,
      candidate,
      outcome,
      await this.#aftermath.succeeded(candidate, result.readings, wasBehind),
    );
  }

  async #failed(candidate: Candidate, outcome: AttemptDone, failure: Failure): Promise<Answered | undefined> {
    const { sentence, cap, countedPrompt } = outcome;
    if (failure.kind === 'timeout') this.#ask.timedOut.add(candidate.key.id);
    this.#attempted.push({ candidate, failure, sentence });
    const trial = this.#trials.trialOf(candidate);
    const told = { sentence, atMs: this.#ports.clock.now(), trial, cap, countedPrompt };
    const step = this.#course.failed(candidate, failure, told);
    const after = await this.#aftermath.failed(candidate, failure, outcome);
    await this.#trials.giveBack();
    if (failure.kind === 'cancelled' || this.#ask.signal.aborted) throw cancelled(this.#ports.l10n);
    // What was passed on cannot be taken back: the text so far is the answer, and says so.
    if (this.#passedOn) return answerOf(this.#ports, candidate, outcome, after);
    this.#ask.push({ type: 'progress', text: sentence });
    if (step !== undefined) await this.#backoff(step.backoff);
    return undefined;
  }

  /** The next look at the ledger sees what was reserved meanwhile; one that loses for ever gives up. */
  #lostRace(candidate: Candidate): undefined {
    this.#racesLost += 1;
    if (this.#racesLost > mostRacesLost) this.#course.tried.passPair(candidate);
    return undefined;
  }

  #note(candidate: Candidate, outcome: AttemptDone, why: Why): void {
    const { result, tokens, ms, startedAtMs, sentence } = outcome;
    const failure = result.ok ? undefined : result.failure;
    const { provider, model, ref, origin } = candidate;
    this.#reached.push({ origin, needsKey: provider.needsKey, failure });
    const { l10n, log } = this.#ports;
    const { trace } = this.#ask;
    const who = { name: trace.nameOf(candidate), model: model.id };
    if (failure === undefined) log.info(attemptLine(l10n, trace.id, who, outcome));
    else log.warn(l10n.t('{0} [route {1}]', sentence, trace.id));
    trace.attempted({
      key: ref,
      model: model.id,
      outcome: failure?.kind ?? 'ok',
      sentence: failure === undefined ? trace.taken(candidate, why) : sentence,
      startedAtMs,
      ms,
      ...(failure?.status === undefined ? {} : { status: failure.status }),
      ...(tokens === undefined ? {} : { tokens }),
    });
  }

  /** False: nothing that stands in the way ends in time. Nothing may come between choosing and this: a change would be missed. */
  async #wait(rows: readonly PassedBy[]): Promise<boolean> {
    const { l10n, clock, ledger } = this.#ports;
    const { ticket, signal } = this.#ask;
    const passedBy = rows.filter(({ candidate }) => !this.isDoneWith(candidate));
    const soonest = soonestEnd(l10n, passedBy, clock.now(), this.#timeLeftMs);
    if (soonest === undefined) return false;
    if (soonest.isWorthSaying && this.#waitedFor !== soonest.key) {
      this.#ask.push({ type: 'progress', text: soonest.sentence });
      this.#waitedFor = soonest.key;
    }
    ticket.waitFor(passedBy.flatMap(({ obstacle }) => obstacle.concurrency?.of ?? []));
    const waitedMs = await waitForChange(clock, soonest.waitMs, signal, [ledger, ticket]);
    this.#ask.trace.waited(soonest.key, waitedMs, soonest.sentence);
    return true;
  }

  /** True: an estimate, and no provider's word, shut somebody out. It may have been too high, and nobody else is left. */
  #doubt(passedBy: readonly PassedBy[]): boolean {
    const shutOut = passedBy.flatMap(({ candidate, obstacle }) => (isShutOutBySize(obstacle) ? [candidate] : []));
    return this.#ask.sizer.doubt(shutOut.filter((each) => this.#course.tried.tooLargeFrom(each) === undefined));
  }

  /** Full jitter: anything from nothing to the whole step. */
  #backoff(retry: number): Promise<number> {
    const { clock, random } = this.#ports;
    const stepMs = Math.min(backoffMostMs, backoffBaseMs * 2 ** retry);
    const waitMs = Math.min(random.next() * stepMs, Math.max(0, this.#timeLeftMs));
    return waitForChange(clock, waitMs, this.#ask.signal);
  }

  get #timeLeftMs(): number {
    return this.#deadlineMs - this.#ports.clock.monotonic();
  }

  #throwIfCancelled(): void {
    if (this.#ask.signal.aborted) throw cancelled(this.#ports.l10n);
  }
}

const secretMissing: Obstacle = { reason: 'secretMissing' };

const isShutOutBySize = ({ reason, full }: Obstacle): boolean =>
  reason === 'tooLarge' || (reason === 'noRoom' && full?.ceiling.limit === 'tokensPerMinute');
