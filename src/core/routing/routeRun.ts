import type { Failure } from '../providers/failure.ts';
import { wholePercent } from '../report/amounts.ts';
import { isLoopback, originOf } from '../providers/origin.ts';
import type { KeyStatus } from '../quota/keyStatus.ts';
import { isWarned, type Aftermath } from './aftermath.ts';
import { runAttempt, type AttemptDone } from './attemptRun.ts';
import type { Candidate, Lane } from './candidate.ts';
import type { ChatAnswer, ChatPart, ChatRequest } from './chat.ts';
import { ChatError } from './chatError.ts';
import { Course } from './course.ts';
import type { Size, Snapshot } from './obstacle.ts';
import type { Reached } from './offlineWatch.ts';
import { choose, type Choice, type PassedBy, type Preference } from './rank.ts';
import type { RouteTrace } from './routeTrace.ts';
import type { RouterPorts } from './routerPorts.ts';
import { nameOf, takenSentence } from './routeWords.ts';
import { soonestEnd, waitForChange } from './waiting.ts';

/** A provider on loopback may have to load its model first (spec section 4). */
const loopbackTimeoutMs = 60_000;
const backoffBaseMs = 250;
const backoffMostMs = 4_000;
const probeChance = 0.2;
const mostRacesLost = 100;

export type RunAsk = {
  readonly request: ChatRequest;
  readonly lanes: readonly Lane[];
  readonly wanted: (candidate: Candidate) => boolean;
  /** What served this conversation before. */
  readonly sameConversation: Preference['same'];
  readonly trace: RouteTrace;
  readonly sizeOf: (candidate: Candidate, atLeast?: number) => Size;
  readonly isOffline: boolean;
  readonly signal: AbortSignal;
  readonly push: (part: ChatPart) => void;
};

export type RunAnswer = Omit<ChatAnswer, 'route' | 'timeTakenMs'>;

export type RunResult =
  | { readonly kind: 'answered'; readonly answer: RunAnswer; readonly candidate: Candidate }
  | { readonly kind: 'nothingLeft'; readonly passedBy: readonly PassedBy[]; readonly deadlinePassed: boolean };

/** An attempt that went wrong, with its words. */
export type FailedAttempt = { readonly candidate: Candidate; readonly failure: Failure; readonly sentence: string };

type Taken = NonNullable<Choice['taken']>;

/** The way of one request through the keys, until one answers or none is left. */
export class RouteRun {
  readonly #ports: RouterPorts;
  readonly #aftermath: Aftermath;
  readonly #ask: RunAsk;
  readonly #course: Course;
  readonly #reached: Reached[] = [];
  readonly #attempted: FailedAttempt[] = [];
  readonly #deadlineMs: number;
  readonly #probe: boolean;
  #passedOn = false;
  #racesLost = 0;
  #waitedFor: string | undefined;

  constructor(ports: RouterPorts, aftermath: Aftermath, ask: RunAsk) {
    this.#ports = ports;
    this.#aftermath = aftermath;
    this.#ask = ask;
    this.#course = new Course(ask.isOffline, ask.sizeOf);
    this.#deadlineMs = ports.clock.monotonic() + ports.config().deadlineMs;
    this.#probe = ports.random.next() < probeChance;
  }

  /** What was reached and how, for judging whether the machine is offline. */
  get reached(): readonly Reached[] {
    return this.#reached;
  }

  get attempted(): readonly FailedAttempt[] {
    return this.#attempted;
  }

  get failures(): readonly Failure[] {
    return this.#attempted.map(({ failure }) => failure);
  }

  /** Blame is held back until the route has ended and it is known whose fault it was. */
  get blamed(): ReadonlyMap<string, Failure> {
    return this.#course.blamed;
  }

  async run(): Promise<RunResult> {
    for (;;) {
      this.#throwIfCancelled();
      const choice = this.#choose();
      const taken = choice.taken ?? this.#secondChance(choice);
      const timeLeftMs = this.#deadlineMs - this.#ports.clock.monotonic();
      const { passedBy } = choice;
      if (timeLeftMs <= 0) return { kind: 'nothingLeft', passedBy, deadlinePassed: taken !== undefined };
      if (taken !== undefined) {
        const answer = await this.#attempt(taken, timeLeftMs);
        if (answer !== undefined) return { kind: 'answered', answer, candidate: taken.candidate };
      } else if (!(await this.#wait(passedBy, timeLeftMs))) {
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
      size: (candidate) => this.#ask.sizeOf(candidate, this.#course.capAtLeast),
      wanted: anyWanted ? () => true : this.#ask.wanted,
      secretPresent: ({ key, provider }) => !provider.needsKey || keys.secretPresent(key),
      originConfirmed: ({ key, provider }) => !provider.needsKey || keys.isOriginConfirmed(key, provider),
      tried: this.#course.tried,
    };
  }

  #choose(): Choice {
    const { ledger, tracker, config } = this.#ports;
    ledger.refresh();
    const same = this.#course.same ?? this.#ask.sameConversation;
    const snapshot = this.snapshot();
    const { nowMs } = snapshot;
    const choice = choose(this.#ask.lanes, snapshot, {
      strategy: config().strategy,
      probe: this.#probe,
      ...(same === undefined
        ? {}
        : { same, sameBecause: this.#course.same === undefined ? 'sameConversation' : 'sameKey' }),
      shareLeft: ({ key, provider, model }) => tracker.shareLeft(key, provider, model.id, nowMs),
    });
    this.#ask.trace.passedBy(choice.passedBy);
    return choice;
  }

  #secondChance(choice: Choice): Taken | undefined {
    const candidate = this.#course.secondChance(choice);
    return candidate && { candidate, cap: this.#ask.sizeOf(candidate).cap, why: 'lastResort' };
  }

  async #attempt({ candidate, cap, why }: Taken, timeLeftMs: number): Promise<RunAnswer | undefined> {
    const { trace, request, signal, sizeOf } = this.#ask;
    if (!(await this.#mayAsk(candidate))) return this.#passKey(candidate);
    const firstEventTimeoutMs = this.#firstEventTimeoutMs(candidate, timeLeftMs);
    const before = this.#ports.tracker.keyStatus(candidate.key, candidate.provider);
    this.#course.tried.asked(candidate);
    const outcome = await runAttempt(this.#ports, {
      route: trace.id,
      request,
      candidate,
      size: sizeOf(candidate),
      cap,
      signal,
      firstEventTimeoutMs,
      onPart: (part) => {
        this.#passedOn = true;
        this.#ask.push(part);
      },
    });
    if (outcome.kind === 'raced') return this.#lostRace(candidate);
    if (outcome.kind === 'secretMissing') return this.#passKey(candidate);
    this.#note(candidate, outcome, takenSentence(this.#ports.l10n, candidate, why));
    return outcome.result.ok
      ? this.#answer(candidate, outcome, await this.#aftermath.succeeded(candidate, before, outcome.result.readings))
      : this.#failed(candidate, outcome, outcome.result.failure, before);
  }

  async #failed(
    candidate: Candidate,
    outcome: AttemptDone,
    failure: Failure,
    before: KeyStatus,
  ): Promise<RunAnswer | undefined> {
    this.#attempted.push({ candidate, failure, sentence: outcome.sentence });
    const step = this.#course.failed(candidate, failure);
    const after = await this.#aftermath.failed(candidate, before, failure, outcome.result.readings, outcome.sentence);
    if (failure.kind === 'cancelled' || this.#ask.signal.aborted) throw cancelled(this.#ports);
    // What was passed on cannot be taken back: the text so far is the answer, and says so.
    if (this.#passedOn) return this.#answer(candidate, outcome, after);
    this.#ask.push({ type: 'progress', text: outcome.sentence });
    if (step !== undefined) await this.#backoff(step.backoff);
    return undefined;
  }

  #passKey(candidate: Candidate): undefined {
    this.#course.tried.passKey(candidate);
    return undefined;
  }

  /** The next look at the ledger sees what was reserved meanwhile; one that loses for ever gives up. */
  #lostRace(candidate: Candidate): undefined {
    this.#racesLost += 1;
    if (this.#racesLost > mostRacesLost) this.#course.tried.passPair(candidate);
    return undefined;
  }

  #note(candidate: Candidate, outcome: AttemptDone, taken: string): void {
    const { result, tokens, ms, startedAtMs, sentence } = outcome;
    const failure = result.ok ? undefined : result.failure;
    const { provider, model, ref } = candidate;
    this.#reached.push({ origin: originOf(provider.baseUrl), needsKey: provider.needsKey, failure });
    this.#ask.trace.attempted({
      key: ref,
      model: model.id,
      outcome: failure?.kind ?? 'ok',
      sentence: failure === undefined ? taken : sentence,
      startedAtMs,
      ms,
      ...(failure?.status === undefined ? {} : { status: failure.status }),
      ...(tokens === undefined ? {} : { tokens }),
    });
  }

  #answer(candidate: Candidate, { result, text, toolCalls, tokens }: AttemptDone, status: KeyStatus): RunAnswer {
    const { provider, model, ref } = candidate;
    const { l10n, config } = this.#ports;
    const answer = {
      content: text,
      toolCalls,
      provider: provider.id,
      model: `${provider.id}/${model.id}`,
      key: ref,
      tokensUsed: tokens ?? nothingUsed,
      cached: false,
      degraded: false,
      cutOff: !result.ok,
    };
    if (status.headline === undefined || !isWarned(status, config().warnAtPercent)) return answer;
    const percent = wholePercent(status.headline.percentage);
    return { ...answer, quotaWarning: l10n.t('{0}: {1}% quota used', nameOf(l10n, candidate), percent) };
  }

  /** A key without a zero-token check is half-open by one request, of one window. */
  async #mayAsk({ key }: Candidate): Promise<boolean> {
    const { ledger, clock } = this.#ports;
    if (ledger.health(key.fingerprint).quarantine === undefined) return true;
    const nowMs = clock.now();
    return ledger.lease(`halfOpen:${key.fingerprint}`, nowMs + loopbackTimeoutMs, nowMs);
  }

  #firstEventTimeoutMs({ provider }: Candidate, timeLeftMs: number): number {
    if (isLoopback(provider.baseUrl)) return Math.min(loopbackTimeoutMs, timeLeftMs);
    const asked = this.#course.tried.providersAsked;
    const notTried = this.#ask.lanes.filter((lane) => !asked.has(lane.provider.id)).length;
    return Math.min(this.#ports.config().attemptTimeoutMs, timeLeftMs / Math.max(1, notTried));
  }

  /** False: nothing that stands in the way ends in time. */
  async #wait(passedBy: readonly PassedBy[], timeLeftMs: number): Promise<boolean> {
    const { l10n, clock } = this.#ports;
    const soonest = soonestEnd(l10n, passedBy, clock.now(), timeLeftMs);
    if (soonest === undefined) return false;
    if (soonest.sentence !== undefined && this.#waitedFor !== soonest.key) {
      this.#ask.push({ type: 'progress', text: soonest.sentence });
      this.#waitedFor = soonest.key;
    }
    const waitedMs = await waitForChange(this.#ports, soonest.waitMs, this.#ask.signal);
    this.#ask.trace.waited(waitedMs, soonest.sentence ?? '');
    return true;
  }

  /** Full jitter: anything from nothing to the whole step. */
  #backoff(retry: number): Promise<number> {
    const { clock, random } = this.#ports;
    const stepMs = Math.min(backoffMostMs, backoffBaseMs * 2 ** retry);
    return waitForChange({ clock }, random.next() * stepMs, this.#ask.signal);
  }

  #throwIfCancelled(): void {
    if (this.#ask.signal.aborted) throw cancelled(this.#ports);
  }
}

const nothingUsed = { prompt: 0, completion: 0, total: 0, estimated: true } as const;

const cancelled = ({ l10n }: RouterPorts): ChatError =>
  new ChatError('cancelled', l10n.t('The request was cancelled.'));
