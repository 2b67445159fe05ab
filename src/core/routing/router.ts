import type { Cancel } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import { Affinity } from './affinity.ts';
import { Aftermath } from './aftermath.ts';
import { AnswerCache, type CachedAnswer } from './answerCache.ts';
import { lanesOf, type Lane } from './candidate.ts';
import type { ChatAnswer, ChatPart, ChatRequest } from './chat.ts';
import { ChatError } from './chatError.ts';
import { degradedReply } from './degradedReply.ts';
import { Flight } from './flight.ts';
import { OfflineWatch } from './offlineWatch.ts';
import { messagesHash, requestHash } from './requestHash.ts';
import type { Route } from './route.ts';
import { RouteRun } from './routeRun.ts';
import { RouteTrace } from './routeTrace.ts';
import type { RouterPorts } from './routerPorts.ts';
import { Scarcity } from './scarcity.ts';
import { Sizer } from './sizing.ts';
import { StandingWords } from './standingWords.ts';
import { TimedOutKeys } from './timedOutKeys.ts';
import { WaitingLine, type Ticket } from './waitingLine.ts';
import { wantedBy } from './wanted.ts';

type UnderWay = {
  readonly request: ChatRequest;
  readonly hash: string;
  readonly hashOfMessages: string;
  readonly flight: Flight;
  readonly ticket: Ticket;
};

/** The one door to the models: spreads requests over the keys, and says why (spec section 4). */
export class Router {
  readonly #ports: RouterPorts;
  readonly #cache: AnswerCache;
  readonly #aftermath: Aftermath;
  readonly #affinity = new Affinity();
  readonly #scarcity: Scarcity;
  readonly #words: StandingWords;
  readonly #offline = new OfflineWatch();
  readonly #timedOut: TimedOutKeys;
  readonly #line = new WaitingLine();
  readonly #flights = new Map<string, UnderWay>();
  readonly #listeners = new Set<() => void>();
  readonly #answerListeners = new Set<(answer: ChatAnswer) => void>();
  #lanes: { readonly keys: unknown; readonly providers: unknown; readonly lanes: readonly Lane[] } | undefined;
  /** Routes are named by the window, which is chance, and their number in it. */
  readonly #window: string;
  #routes = 0;
  #busy = 0;
  #lastRoute: Route | undefined;

  constructor(ports: RouterPorts) {
    this.#ports = ports;
    this.#window = Array.from(ports.random.bytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#cache = new AnswerCache(ports.clock);
    this.#timedOut = new TimedOutKeys(ports.clock);
    this.#words = new StandingWords(ports.l10n);
    this.#scarcity = new Scarcity(ports);
    this.#aftermath = new Aftermath(ports, () => this.#currentLanes());
  }

  /** Requests under way in this window. */
  get busy(): number {
    return this.#busy;
  }

  get isOffline(): boolean {
    return this.#offline.isOffline;
  }

  /** Called when a request begins or ends here. */
  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Called with each answer that this window gave, cached and degraded ones included. */
  onAnswer(listener: (answer: ChatAnswer) => void): Cancel {
    this.#answerListeners.add(listener);
    return () => void this.#answerListeners.delete(listener);
  }

  /**
   * Answers as it arrives; the last part is the answer. Throws `ChatError` for what the caller must
   * put right, and when it cancels. Leaving the loop cancels too.
   */
  stream(request: ChatRequest): AsyncIterableIterator<ChatPart, void, undefined> {
    return this.#flightOf(request).join(request.signal, this.#cancelled);
  }

  /** The same, waited for. */
  async chat(request: ChatRequest): Promise<ChatAnswer> {
    const last = await this.#flightOf(request).join(request.signal, this.#cancelled).last();
    if (last?.type !== 'answer') throw new Error('a flight ended without an answer');
    return last.answer;
  }

  /** One of the last 200 routes of all windows; without an id the last of this window. */
  async explain(routeId?: string): Promise<Route | undefined> {
    if (routeId === undefined) return this.#lastRoute ?? (await this.routes())[0];
    if (this.#lastRoute?.id === routeId) return this.#lastRoute;
    return (await this.routes()).find(({ id }) => id === routeId);
  }

  routes(): Promise<readonly Route[]> {
    return this.#ports.ledger.routes();
  }

  clearCache(): void {
    this.#cache.clear();
  }

  readonly #cancelled = (): ChatError => new ChatError('cancelled', this.#ports.l10n.t('The request was cancelled.'));

  #flightOf(request: ChatRequest): Flight {
    const { cacheEnabled, cacheTtlMs } = this.#ports.config();
    if (request.signal?.aborted === true) return new Flight();
    const hashOfMessages = messagesHash(request.messages);
    const hash = requestHash(request, hashOfMessages);
    if (request.noCache !== true) {
      const joined = this.#flights.get(hash);
      if (joined?.flight.joinable === true) {
        if (request.lane !== 'background') joined.ticket.hurry();
        return joined.flight;
      }
      const cached = cacheEnabled ? this.#cache.find(hash, cacheTtlMs) : undefined;
      if (cached !== undefined) return this.#landed(request, cached);
    }
    return this.#takeOff(request, hash, hashOfMessages);
  }

  #answered(flight: Flight, answer: ChatAnswer): void {
    flight.push({ type: 'answer', answer });
    flight.end();
    for (const listener of this.#answerListeners) listener(answer);
  }

  /** A cached answer comes in the parts of a fresh one. */
  #landed(request: ChatRequest, { answer, ageMs }: CachedAnswer): Flight {
    const flight = new Flight();
    const trace = this.#trace(request);
    flight.push({ type: 'text', text: answer.content });
    const route = trace.end('cached', []);
    const hit = { cached: true, ageMs, tokensUsed: nothingUsed, timeTakenMs: route.ms, route };
    this.#answered(flight, { ...answer, ...hit });
    this.#keepRoute(route);
    return flight;
  }

  #takeOff(request: ChatRequest, hash: string, hashOfMessages: string): Flight {
    const flight = new Flight();
    const ticket = this.#line.ticket(request.lane ?? 'foreground');
    const underWay = { request, hash, hashOfMessages, flight, ticket };
    if (request.noCache !== true) this.#flights.set(hash, underWay);
    this.#count(1);
    void this.#see(underWay);
    return flight;
  }

  /** Rejects never: what goes wrong is the flight's to tell. */
  async #see(underWay: UnderWay): Promise<void> {
    const { request, hash, flight } = underWay;
    const trace = this.#trace(request);
    const answer = await this.#fly(underWay, trace).catch((error: unknown) => {
      const isCancelled = error instanceof ChatError && error.kind === 'cancelled';
      this.#keepRoute(trace.end(isCancelled ? 'cancelled' : 'failed', []));
      flight.fail(error);
    });
    if (this.#flights.get(hash) === underWay) this.#flights.delete(hash);
    this.#count(-1);
    if (answer !== undefined) this.#answered(flight, answer);
  }

  async #fly(underWay: UnderWay, trace: RouteTrace): Promise<ChatAnswer> {
    const { request, hash, hashOfMessages, flight, ticket } = underWay;
    const { l10n, emit, clock, config } = this.#ports;
    if (request.messages.length === 0) throw new ChatError('noMessages', l10n.t('The request has no messages.'));
    const wanted = wantedBy(l10n, request, this.#ports.providers());
    const lanes = this.#currentLanes();
    this.#scarcity.asked();
    const sameConversation = this.#affinity.find(request.messages, this.#ports.clock.monotonic());
    const run = new RouteRun(this.#ports, this.#aftermath, {
      request,
      lanes,
      wanted,
      sameConversation,
      trace,
      sizer: new Sizer(request, this.#ports),
      scarcity: this.#scarcity,
      isOffline: this.#offline.isOffline,
      timedOut: this.#timedOut,
      ticket,
      signal: flight.signal,
      push: (part) => flight.push(part),
    });
    try {
      const result = await run.run();
      if (result.kind === 'nothingLeft') {
        this.#concludeOffline(run);
        const stale = config().cacheEnabled ? this.#cache.find(hash) : undefined;
        const reply = degradedReply(this.#ports, {
          request,
          wanted,
          lanes: run.lanes,
          run,
          result,
          stale,
          isOffline: this.isOffline,
        });
        if (reply.error !== undefined) throw reply.error;
        const route = trace.end('degraded', lanes);
        const { reasons, usedUp } = reply;
        const more = usedUp === undefined ? {} : { usedUp };
        if (reasons.length > 0) emit({ kind: 'allFailed', atMs: clock.now(), route: route.id, reasons, ...more });
        flight.push({ type: 'text', text: reply.answer.content });
        return this.#land({ ...reply.answer, timeTakenMs: route.ms, route });
      }
      const route = trace.end('answered', lanes);
      const answer: ChatAnswer = { ...result.answer, timeTakenMs: route.ms, route };
      if (config().cacheEnabled && result.isWhole) this.#cache.keep(hash, answer);
      const { quotaWarning } = result;
      this.#affinity.remember(hashOfMessages, result.candidate, this.#ports.clock.monotonic());
      return this.#land(quotaWarning === undefined ? answer : { ...answer, quotaWarning });
    } finally {
      this.#concludeOffline(run);
      await run.end(this.isOffline);
      const { blame } = run;
      if (blame.keys.size > 0 && !this.isOffline) await this.#aftermath.blame(blame);
    }
  }

  #land(answer: ChatAnswer): ChatAnswer {
    this.#keepRoute(answer.route);
    return answer;
  }

  #concludeOffline(run: RouteRun): void {
    const changed = this.#offline.conclude(run.reached);
    if (changed !== undefined) this.#ports.emit({ kind: changed, atMs: this.#ports.clock.now() });
  }

  #trace(request: ChatRequest): RouteTrace {
    const { clock, l10n } = this.#ports;
    this.#routes += 1;
    return new RouteTrace(`${this.#window}-${this.#routes}`, request.askedBy ?? 'api', clock, l10n, this.#words);
  }

  #keepRoute(route: Route): void {
    this.#lastRoute = route;
    const { ledger, log } = this.#ports;
    ledger.saveRoute(route).catch((error: unknown) => log.error(`saving a route failed: ${String(error)}`));
  }

  #currentLanes(): readonly Lane[] {
    const keys = this.#ports.keys.all();
    const providers: readonly Provider[] = this.#ports.providers();
    if (this.#lanes?.keys !== keys || this.#lanes.providers !== providers) {
      this.#lanes = { keys, providers, lanes: lanesOf(providers, keys) };
    }
    return this.#lanes.lanes;
  }

  #count(change: 1 | -1): void {
    this.#busy += change;
    for (const listener of this.#listeners) listener();
  }
}

const nothingUsed = { prompt: 0, completion: 0, total: 0, estimated: false } as const;
