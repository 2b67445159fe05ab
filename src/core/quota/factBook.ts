import type { Demotion } from '../health/demotion.ts';
import { isFromLater, lasts } from '../lasting.ts';
import { newHealth, type Health } from '../health/health.ts';
import type { Account, ApiKey } from '../keys/apiKey.ts';
import type { Credential } from './accountNames.ts';
import type { ModelLists } from '../providers/modelLists.ts';
import { Accounts } from './accounts.ts';
import { levelSeen } from './bucket.ts';
import type { LearnedConcurrency } from './concurrency.ts';
import type { Fact, FactValue } from './fact.ts';
import type { Block, ModelOut, Scope, Subject } from './ledger.ts';
import type { LimitName, Limits } from './limits.ts';
import { credentialOf, inOrder, limitsOf, mutableKey, put, putList, stands } from './factMaps.ts';
import type { PromptRatio } from './promptRatio.ts';

export type StoredBlock = Block & { readonly lengthMs: number };
export type Outside = FactValue<'outside'> & { readonly scope: Scope; readonly limit: LimitName };

export type Levels = FactValue<'levels'>;
export type Learned = FactValue<'learned'>;

const none: readonly never[] = [];
const noLevels: Levels = {};
const noLimits: Limits = {};
const noLearned: Learned = {};

/** What a ledger knows beside what was used, as reads need it. Changed by facts alone. */
export class FactBook {
  readonly #healths = new Map<string, Health>();
  readonly #demotions = new Map<string, Demotion>();
  readonly #blocks = new Map<string, readonly StoredBlock[]>();
  readonly #outsides = new Map<string, readonly Outside[]>();
  readonly #learned = new Map<string, ReadonlyMap<Scope, { readonly limits: Limits; readonly stored: Learned }>>();
  readonly #concurrency = new Map<string, LearnedConcurrency>();
  readonly #levels = new Map<Account, Map<Scope, Levels>>();
  readonly #modelsOut = new Map<string, readonly ModelOut[]>();
  readonly #marks = new Map<string, FactValue<'mark'>>();
  readonly #accountNames = new Map<string, string>();
  readonly #promptRatios = new Map<string, ReadonlyMap<string, PromptRatio>>();
  #modelLists: ModelLists = {};
  readonly accounts = new Accounts();
  readonly #keys = new Map<string, ApiKey>();
  readonly #lastNumbers = new Map<string, number>();
  readonly #unownedSecrets = new Map<string, FactValue<'unownedSecret'>>();
  #sortedKeys: readonly ApiKey[] | undefined = none;

  /** Answers whose limits may read differently now. */
  apply(fact: Fact): Account | undefined {
    switch (fact.kind) {
      case 'health':
        put(this.#healths, fact.subject, fact.value);
        return undefined;
      case 'demotion':
        put(this.#demotions, fact.subject, fact.value);
        return undefined;
      case 'block':
        this.#applyBlock(fact);
        return undefined;
      case 'outside':
        this.#applyOutside(fact);
        return fact.subject;
      case 'learned':
        this.#applyLearned(fact);
        return fact.subject;
      case 'concurrency':
        this.#keep(fact);
        put(this.#concurrency, fact.subject, fact.value);
        return fact.subject;
      case 'levels':
        this.#applyLevels(fact);
        return fact.subject;
      case 'modelOut':
        this.#applyModelOut(fact);
        return undefined;
      case 'mark':
        put(this.#marks, fact.subject, fact.value);
        return undefined;
      case 'accountName':
        this.#applyAccountName(fact);
        return undefined;
      case 'promptRatio':
        this.#applyPromptRatio(fact);
        return undefined;
      case 'modelList':
        this.#applyModelList(fact);
        return undefined;
      case 'drawsOn':
        if (fact.value !== null) this.accounts.set(fact.subject, fact.value);
        return undefined;
      case 'key':
        put(this.#keys, fact.subject, fact.value);
        this.#sortedKeys = undefined;
        return undefined;
      case 'lastNumber':
        put(this.#lastNumbers, fact.subject, fact.value);
        return undefined;
      case 'unownedSecret':
        put(this.#unownedSecrets, fact.subject, fact.value);
        return undefined;
      default:
        return fact satisfies never;
    }
  }

  health(fingerprint: string): Health {
    return this.#healths.get(fingerprint) ?? newHealth;
  }

  demotion(provider: string): Demotion | undefined {
    return this.#demotions.get(provider);
  }

  blocks(subject: Subject, nowMs: number): readonly Block[] {
    const known = this.#blocks.get(subject);
    if (known === undefined) return none;
    return known.every((block) => stands(block, nowMs)) ? known : known.filter((block) => stands(block, nowMs));
  }

  /** Ended ones included. */
  storedBlocks(subject: Subject): readonly StoredBlock[] {
    return this.#blocks.get(subject) ?? none;
  }

  outside(account: Account, scope: Scope, limit: LimitName, nowMs: number): number {
    const held = this.storedOutside(account, scope, limit);
    return held === undefined || !lasts({ ...held, setAtMs: held.sinceMs }, nowMs) ? 0 : held.amount;
  }

  storedOutside(account: Account, scope: Scope, limit: LimitName): Outside | undefined {
    return this.#outsides.get(account)?.find((each) => each.limit === limit && each.scope === scope);
  }

  storedLevels(account: Account, scope: Scope): Levels {
    return this.#levels.get(account)?.get(scope) ?? noLevels;
  }

  /** How full a bucket of this size is when a request that is sent now comes in. */
  level(account: Account, scope: Scope, limit: LimitName, value: number, nowMs: number): number {
    const levels = this.#levels.get(account)?.get(scope);
    const stored = levels?.[limit];
    if (levels === undefined || stored === undefined) return 0;
    // The clock was set back: it drains from now on, and not only when that moment comes again.
    if (isFromLater(stored.atMs, nowMs)) levels[limit] = { ...stored, atMs: nowMs };
    return levelSeen(levels[limit] ?? stored, limit, value, nowMs);
  }

  learned(account: Account, scope: Scope): Limits {
    return this.#learned.get(account)?.get(scope)?.limits ?? noLimits;
  }

  storedLearned(account: Account, scope: Scope): Learned {
    return this.#learned.get(account)?.get(scope)?.stored ?? noLearned;
  }

  /** Undefined: none was learned. */
  concurrency(account: Account): LearnedConcurrency | undefined {
    return this.#concurrency.get(account);
  }

  modelsOut(subject: Subject, nowMs: number): readonly ModelOut[] {
    const known = this.#modelsOut.get(subject);
    if (known === undefined) return none;
    return known.every((out) => lasts(out, nowMs)) ? known : known.filter((out) => lasts(out, nowMs));
  }

  /** Ended ones included. */
  storedModelsOut(subject: Subject): readonly ModelOut[] {
    return this.#modelsOut.get(subject) ?? none;
  }

  isMarked(name: string, nowMs: number): boolean {
    const mark = this.#marks.get(name);
    return mark !== undefined && lasts(mark, nowMs);
  }

  /** Ended ones included. */
  storedMark(name: string): FactValue<'mark'> | undefined {
    return this.#marks.get(name);
  }

  accountName({ provider, fingerprint }: Credential): string | undefined {
    return this.#accountNames.get(credentialOf(provider, fingerprint));
  }

  /** Undefined: none was learned. */
  promptRatio(provider: string, model: string): PromptRatio | undefined {
    return this.#promptRatios.get(provider)?.get(model);
  }

  /** The same object until one changes. */
  modelLists(): ModelLists {
    return this.#modelLists;
  }

  /** Sorted by provider, priority, number. The same array until a key changes. */
  keys(): readonly ApiKey[] {
    this.#sortedKeys ??= inOrder(this.#keys.values());
    return this.#sortedKeys;
  }

  key(id: string): ApiKey | undefined {
    return this.#keys.get(id);
  }

  lastNumber(provider: string): number {
    return this.#lastNumbers.get(provider) ?? 0;
  }

  unownedSecrets(): ReadonlyMap<string, FactValue<'unownedSecret'>> {
    return this.#unownedSecrets;
  }

  /** All that stands, as facts that would make the same book again. */
  *facts(): Generator<Fact> {
    const at = { scope: '', name: '' } as const;
    for (const [subject, value] of this.#healths) yield { kind: 'health', subject, ...at, value };
    for (const [subject, value] of this.#demotions) yield { kind: 'demotion', subject, ...at, value };
    for (const [subject, value] of this.#marks) yield { kind: 'mark', subject, ...at, value };
    for (const [subject, value] of this.#keys) yield { kind: 'key', subject, ...at, value: mutableKey(value) };
    for (const [subject, value] of this.#lastNumbers) yield { kind: 'lastNumber', subject, ...at, value };
    for (const [subject, value] of this.#unownedSecrets) yield { kind: 'unownedSecret', subject, ...at, value };
    for (const [subject, value] of this.accounts.all()) yield { kind: 'drawsOn', subject, ...at, value };
    yield* this.#accountFacts();
  }

  /** What stands of one account. */
  ofSubject(subject: Subject): readonly Fact[] {
    return [...this.#accountFacts()].filter((each) => each.subject === subject);
  }

  *#accountFacts(): Generator<Fact> {
    for (const [subject, scopes] of this.#levels) {
      for (const [scope, value] of scopes) yield { kind: 'levels', subject, scope, name: '', value };
    }
    yield* this.#stored.values();
  }

  /** Those whose subject has a type of its own are kept as they came. */
  readonly #stored = new Map<string, Fact>();

  #keep(fact: Fact): void {
    const id = `${fact.kind}\n${fact.subject}\n${fact.scope}\n${fact.name}`;
    if (fact.value === null) this.#stored.delete(id);
    else this.#stored.set(id, fact);
  }

  #applyBlock(fact: Extract<Fact, { kind: 'block' }>): void {
    this.#keep(fact);
    const { subject, scope, name: limit, value } = fact;
    const others = this.storedBlocks(subject).filter((block) => block.scope !== scope || block.limit !== limit);
    putList(this.#blocks, subject, value === null ? others : [...others, { ...value, scope, limit }]);
  }

  #applyAccountName(fact: Extract<Fact, { kind: 'accountName' }>): void {
    this.#keep(fact);
    put(this.#accountNames, credentialOf(fact.scope, fact.subject), fact.value);
  }

  #applyModelList(fact: Extract<Fact, { kind: 'modelList' }>): void {
    this.#keep(fact);
    const { [fact.subject]: _before, ...others } = this.#modelLists;
    this.#modelLists = fact.value === null ? others : { ...others, [fact.subject]: fact.value };
  }

  #applyPromptRatio(fact: Extract<Fact, { kind: 'promptRatio' }>): void {
    this.#keep(fact);
    const ratios = new Map(this.#promptRatios.get(fact.subject));
    put(ratios, fact.scope, fact.value);
    this.#promptRatios.set(fact.subject, ratios);
  }

  #applyOutside(fact: Extract<Fact, { kind: 'outside' }>): void {
    this.#keep(fact);
    const { subject, scope, name: limit, value } = fact;
    const others = (this.#outsides.get(subject) ?? none).filter((each) => each.scope !== scope || each.limit !== limit);
    putList(this.#outsides, subject, value === null ? others : [...others, { ...value, scope, limit }]);
  }

  #applyLearned(fact: Extract<Fact, { kind: 'learned' }>): void {
    this.#keep(fact);
    const scopes = new Map(this.#learned.get(fact.subject));
    const { value: stored } = fact;
    put(scopes, fact.scope, stored === null ? null : { limits: limitsOf(stored), stored });
    this.#learned.set(fact.subject, scopes);
  }

  #applyLevels(fact: Extract<Fact, { kind: 'levels' }>): void {
    const scopes = this.#levels.get(fact.subject) ?? new Map<Scope, Levels>();
    put(scopes, fact.scope, fact.value);
    this.#levels.set(fact.subject, scopes);
  }

  #applyModelOut(fact: Extract<Fact, { kind: 'modelOut' }>): void {
    this.#keep(fact);
    const { subject, scope: model, value } = fact;
    const others = this.storedModelsOut(subject).filter((out) => out.model !== model);
    putList(this.#modelsOut, subject, value === null ? others : [...others, { ...value, model }]);
  }
}
