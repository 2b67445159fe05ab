import type { Limits, LimitName } from '../../src/core/quota/limits.ts';
import type { AnswerPlan, ChatAsk } from './answer.ts';
import { type Behaviour, meetsCheck } from './behaviours.ts';
import { cannedAnswer } from './cannedAnswer.ts';
import { serve } from './exchange.ts';
import { demoKey, readKey } from './demoKey.ts';
import { Loopback } from './loopback.ts';
import { Meters } from './meters.ts';
import { plainStyle, type StreamStyle } from './sending.ts';
import type { RecordedRequest, Reply, Vendor } from './vendor.ts';

export type SimulatorOptions = {
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Of the second host, where there is one. */
  readonly hubPort?: number;
  /** For buckets, days, `created` and the record. The machine's by default. */
  readonly clock?: { now(): number };
  /** Default `free`: the catalog's free plan. `none`: nothing is limited and no rate header sent. */
  readonly limits?: Limits | 'free' | 'none';
};

/** A behaviour, or a reply of the test's own. */
export type Script = Behaviour | Reply;

type Answerer = (ask: ChatAsk, request: RecordedRequest) => AnswerPlan;

/** One vendor on a port of its own, and all that a test can ask of it and do to it. */
export class Simulator {
  readonly vendor: Vendor;
  readonly clock: { now(): number };
  readonly meters: Meters;
  /** In the order of their arrival. */
  readonly requests: RecordedRequest[] = [];
  /** False for a long run that looks at no request afterwards. */
  keepsRequests = true;

  /** Real milliseconds before any answer. */
  latencyMs = 0;
  /** Of the behaviour `slow`. */
  slowMs = 3_000;
  longLineBytes = 1_000_000;
  /** What the always-limited behaviours name; undefined: a wait that suits the window. */
  waitMs: number | undefined;
  stream: StreamStyle = plainStyle;
  /** What is answered; see also `nextAnswer`. */
  answer: AnswerPlan | Answerer = (ask) => cannedAnswer(ask);
  /** Tokens of a prompt; undefined: characters ÷ 4 and what the vendor's template adds. */
  countPrompt: ((ask: { readonly model: string; readonly prompt: string }) => number) | undefined;
  /** Sent as `retry-after` with every 429 and 503 that has none of its own. */
  retryAfter: string | undefined;
  /** Which of several captured shapes of one refusal; undefined: each in turn. */
  variant: number | undefined;
  /** Asked first, for each request, checks included. Undefined: as the key says. */
  onRequest: ((request: RecordedRequest) => Script | undefined) | undefined;

  readonly #loopback = new Loopback();
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #next: { key: string | undefined; script: Script }[] = [];
  readonly #answers: AnswerPlan[] = [];
  readonly #gone = new Map<string, 'unknown' | 'retired'>();
  readonly #added: string[] = [];
  readonly #chats = new Map<string, number>();
  #count = 0;
  readonly #turns = new Map<string, number>();
  #everywhere: Behaviour | undefined;

  constructor(vendor: Vendor, options: SimulatorOptions = {}) {
    this.vendor = vendor;
    this.clock = options.clock ?? { now: () => Date.now() };
    this.meters = new Meters(vendor.meters, options.limits ?? 'free');
  }

  async start(options: SimulatorOptions = {}): Promise<this> {
    await this.#loopback.listen(options.port ?? 0, (request, response) => serve(this, request, response, false));
    if (!this.vendor.hub) return this;
    await this.#loopback.listen(options.hubPort ?? 0, (request, response) => serve(this, request, response, true));
    return this;
  }

  /** `http://127.0.0.1:9101`. */
  get origin(): string {
    return this.#loopback.origin(0);
  }

  /** The second host's, where there is one; else the same. */
  get hubOrigin(): string {
    return this.#loopback.origin(1);
  }

  /** What goes into the setting `baseUrl`. */
  get baseUrl(): string {
    return this.origin + this.vendor.basePath;
  }

  get checkUrl(): string {
    return this.hubOrigin + this.vendor.checkPath;
  }

  get inFlight(): number {
    return this.#loopback.inFlight;
  }

  /** The most requests that were under way together. */
  get maxInFlight(): number {
    return this.#loopback.maxInFlight;
  }

  /** The n-th demo key of a behaviour. */
  key(behaviour: Behaviour, n = 1): string {
    return demoKey(this.vendor.id, behaviour, n);
  }

  /** From now on this key behaves so, whatever its text says; `undefined` ends it. */
  behave(key: string, behaviour: Behaviour | undefined): void {
    if (behaviour === undefined) this.#behaviours.delete(key);
    else this.#behaviours.set(key, behaviour);
  }

  /** Every request meets this, the zero-token check too: an outage. `undefined` ends it. */
  behaveAll(behaviour: Behaviour | undefined): void {
    this.#everywhere = behaviour;
  }

  /** What the next chats meet, one each. With a key: those of this key. */
  next(scripts: Script | readonly Script[], key?: string): void {
    const all: readonly Script[] = isScripts(scripts) ? scripts : [scripts];
    for (const script of all) this.#next.push({ key, script });
  }

  /** What the next chats are answered, one each. */
  nextAnswer(...plans: AnswerPlan[]): void {
    this.#answers.push(...plans);
  }

  /** Without a key: of every key that has no limits of its own. */
  setLimits(limits: Limits | 'free' | 'none', key?: string): void {
    this.meters.setLimits(limits, key);
  }

  /** Makes a limit stand at `used` now. The model matters where limits are counted per model. */
  setUsed(key: string, limit: LimitName, used: number, model = this.vendor.models[0]?.id ?? ''): void {
    this.meters.meter(key, model, limit).set(used, this.clock.now());
  }

  used(key: string, limit: LimitName, model = this.vendor.models[0]?.id ?? ''): number {
    return this.meters.meter(key, model, limit).used(this.clock.now());
  }

  /** These keys are of one account and share its limits. */
  pool(keys: readonly string[], account: string): void {
    this.meters.pool(keys, account);
  }

  /** The model is gone from now on. */
  removeModel(model: string, how: 'unknown' | 'retired' = 'unknown'): void {
    this.#gone.set(model, how);
  }

  restoreModel(model: string): void {
    this.#gone.delete(model);
  }

  addModel(model: string): void {
    this.#added.push(model);
  }

  /** Of a model that is served: undefined. */
  goneness(model: string): 'unknown' | 'retired' | undefined {
    const known = this.vendor.models.some((row) => row.id === model) || this.#added.includes(model);
    return this.#gone.get(model) ?? (known ? undefined : 'unknown');
  }

  /** Ids of the models on offer. */
  get models(): readonly string[] {
    return [...this.vendor.models.map((row) => row.id), ...this.#added].filter((id) => !this.#gone.has(id));
  }

  /** Connections that clients hold open. */
  get connections(): number {
    return this.#loopback.connections;
  }

  /** By the key itself or its name, `good/1`. */
  requestsOf(key: string): readonly RecordedRequest[] {
    return this.requests.filter((request) => request.key === key || request.keyName === key);
  }

  /** Only chats. */
  chatsOf(key?: string): readonly RecordedRequest[] {
    const chats = this.requests.filter((request) => request.chatOfKey > 0);
    return key === undefined ? chats : chats.filter((chat) => chat.key === key || chat.keyName === key);
  }

  /** Forgets the record, scripts and what is used; settings stay. */
  reset(): void {
    this.requests.length = 0;
    this.#count = 0;
    this.#chats.clear();
    this.#turns.clear();
    this.#next.length = 0;
    this.#answers.length = 0;
    this.#behaviours.clear();
    this.#everywhere = undefined;
    this.#loopback.maxInFlight = this.#loopback.inFlight;
    this.meters.forget();
  }

  /** The number of a request that has just arrived. */
  count(): number {
    this.#count += 1;
    return this.#count;
  }

  /** How many chats this key has made, with the one that has just arrived. */
  countChat(key: string): number {
    const chats = (this.#chats.get(key) ?? 0) + 1;
    this.#chats.set(key, chats);
    return chats;
  }

  /** What this request meets. */
  choose(request: RecordedRequest): Script {
    const asked = this.onRequest?.(request);
    if (asked !== undefined) return asked;
    if (request.chatOfKey > 0) {
      const at = this.#next.findIndex(({ key }) => key === undefined || key === request.key || key === request.keyName);
      const [next] = at === -1 ? [] : this.#next.splice(at, 1);
      if (next !== undefined) return next.script;
    }
    if (this.#everywhere !== undefined) return this.#everywhere;
    const nature = this.nature(request.key);
    return request.chatOfKey > 0 || meetsCheck(nature) ? nature : 'good';
  }

  /** What a key is made for. */
  nature(key: string): Behaviour {
    return this.#behaviours.get(key) ?? readKey(key)?.behaviour ?? this.vendor.withoutKey;
  }

  planFor(ask: ChatAsk, request: RecordedRequest): AnswerPlan {
    const next = this.#answers.shift();
    if (next !== undefined) return next;
    return typeof this.answer === 'function' ? this.answer(ask, request) : this.answer;
  }

  /** Which of `count` shapes this refusal has. */
  vary(refusal: string, count: number): number {
    const turn = this.#turns.get(refusal) ?? 0;
    this.#turns.set(refusal, turn + 1);
    return (this.variant ?? turn) % count;
  }

  /** Ends every connection at once. */
  stop(): Promise<void> {
    return this.#loopback.stop();
  }
}

const isScripts = (scripts: Script | readonly Script[]): scripts is readonly Script[] => Array.isArray(scripts);
