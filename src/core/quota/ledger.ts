import type { ClockStep } from '../clockWatch.ts';
import type { Account } from '../keys/apiKey.ts';
import type { KeyRef } from '../keys/keyRef.ts';
import type { Demotion } from '../health/demotion.ts';
import type { Health } from '../health/health.ts';
import type { Cancel } from '../ports.ts';
import type { FailureKind } from '../providers/failure.ts';
import type { TokenUse } from '../providers/message.ts';
import type { Route } from '../routing/route.ts';
import type { Concurrency, ConcurrencyLesson, LearnedConcurrency } from './concurrency.ts';
import type { DemotionChange } from './demotionPlan.ts';
import type { LimitForm, LimitName, Limits } from './limits.ts';
import type { PromptCount } from './promptRatio.ts';

/** `*` is the account as a whole, the sum over its models. */
export type Scope = '*' | (string & {});

/** What a block or a model's absence is about: one account, or a provider for everyone. */
export type Subject = Account | `provider:${string}`;

/** Used and held by reservations since a moment. */
export type Use = {
  readonly requests: number;
  readonly tokens: number;
  readonly heldRequests: number;
  readonly heldTokens: number;
};

export type Block = {
  /** `cooldown`: a per-second or per-minute limit. `exhausted`: day, month or credit. */
  readonly kind: 'cooldown' | 'exhausted' | 'networkBlocked';
  readonly scope: Scope;
  /** Waits of different limits do not touch each other. `unnamed`: the reply named none. */
  readonly limit: LimitName | 'credit' | 'network' | 'unnamed';
  /** Epoch ms; `forever` where only "check key" ends it. */
  readonly untilMs: number;
  /** It ends when the provider's day or month turns, and not after a while. */
  readonly endsWithTheDay?: true;
};

export const forever = Number.MAX_SAFE_INTEGER;

export type ModelOut = {
  readonly model: string;
  readonly replacedBy?: string;
  /** The address that did not have it. */
  readonly baseUrl: string;
  readonly setAtMs: number;
  readonly untilMs: number;
};

/** One limit that a reservation must fit under. */
export type Ceiling = {
  readonly limit: LimitName;
  readonly scope: Scope;
  readonly value: number;
  readonly form: LimitForm;
  /** Start of the window that counts: now − 1 s, now − 60 s, the quota day's or month's start. A bucket has none. */
  readonly sinceMs: number;
  /** Counts what one key of a pool uses by itself, in place of the pool's use. Never a bucket. */
  readonly ofKey?: Account;
  /** When the provider last said so, where it is its word. */
  readonly learnedAtMs?: number;
  /** This request tries past it: counted, and not kept. */
  readonly passed?: true;
};

/** Of one limit, in its own unit; `used` includes what was used outside AI Keys. */
export type Count = {
  readonly used: number;
  /** By reservations under way. */
  readonly held: number;
};

/** What a reply shows of a bucket: its level when the request came in. */
export type ShownLevel = {
  readonly limit: LimitName;
  readonly scope: Scope;
  /** The bucket's size as the reply names it. */
  readonly value: number;
  readonly level: number;
  /** The request's own charge is in the level; not where it was refused. */
  readonly withRequest: boolean;
};

export type ReserveAsk = {
  readonly route: string;
  readonly key: KeyRef;
  readonly keyId: string;
  readonly fingerprint: string;
  readonly account: Account;
  readonly provider: string;
  readonly model: string;
  /** The prompt's estimate + the cap sent. */
  readonly tokens: number;
  /** The prompt's estimate alone: what a dead window's sent request is settled at is `tokens`. */
  readonly promptTokens: number;
  readonly nowMs: number;
  readonly ceilings: readonly Ceiling[];
  /** How many requests may be under way with the key at once, this one included; absent: no cap. */
  readonly maxConcurrent?: number | undefined;
  /** The request goes out at once: from here on it may have been charged, even if this window dies. */
  readonly sent?: true;
};

export type Reserved =
  /** `underWay`: requests of the account, this one included. */
  | { readonly ok: true; readonly reservation: string; readonly underWay: number }
  /** `used` includes what was used outside AI Keys. `held` by reservations under way. */
  | { readonly ok: false; readonly ceiling: Ceiling; readonly used: number; readonly held: number }
  | { readonly ok: false; readonly concurrency: Concurrency; readonly used?: never; readonly held?: never };

/** Whose requests under way a cap counts. */
export type Asker = Pick<ReserveAsk, 'keyId' | 'fingerprint' | 'account' | 'maxConcurrent' | 'nowMs'>;

export type Settlement = {
  readonly reservation: string;
  readonly nowMs: number;
  readonly outcome: 'ok' | FailureKind;
  /** What counts against the limits. Undefined: nothing was charged. */
  readonly tokens: TokenUse | undefined;
  /** Whether it counts as one request against the limits. */
  readonly countsRequest: boolean;
  readonly latencyMs: number;
  /** Applied to the key's health in the same transaction. */
  readonly health?: (health: Health) => Health;
  /** Sets the buckets' levels, with what has been reserved since the request was. */
  readonly shown?: readonly ShownLevel[];
  /** What it teaches of the requests that its account takes at once. */
  readonly concurrency?: ConcurrencyLesson;
};

/**
 * The record of every attempt and of what is known about keys, shared by all windows. Reads are
 * synchronous and answer from what `refresh` last saw; what must not be raced over is asynchronous.
 * `reserve` is one transaction that refuses to pass any ceiling or cap, whatever the reads said.
 */
export interface Ledger {
  /** Notices what other windows wrote. True when something changed. */
  refresh(): boolean;
  use(account: Account, scope: Scope, sinceMs: number): Use;
  /** What counts against a limit now, in the way of its form. */
  count(account: Account, ceiling: Ceiling, nowMs: number): Count;
  /** Each cap on requests at once that holds for a key: the one that is set for it, and the one that its account taught. */
  concurrency(asker: Asker): readonly Concurrency[];
  learnedConcurrency(account: Account): LearnedConcurrency | undefined;
  /** Another number after each change of what the account used, holds or learned. */
  changes(account: Account): number;
  /** What the provider said was used beyond the ledger's count, in the limit's unit, while it holds. */
  outside(account: Account, scope: Scope, limit: LimitName, nowMs: number): number;
  blocks(subject: Subject, nowMs: number): readonly Block[];
  health(fingerprint: string): Health;
  demotion(provider: string): Demotion | undefined;
  learned(account: Account, scope: Scope): Limits;
  /** When the provider last said so; undefined: it did not. */
  learnedAtMs(account: Account, scope: Scope, limit: LimitName): number | undefined;
  /** Tokens that the provider counts for each that is estimated of a prompt; 1 until something was learned. */
  promptRatio(provider: string, model: string): number;
  modelsOut(subject: Subject, nowMs: number): readonly ModelOut[];
  /** Median of the last 20 successes, milliseconds; undefined before the first. */
  medianLatencyMs(fingerprint: string, model: string): number | undefined;

  reserve(ask: ReserveAsk): Promise<Reserved>;
  /** Settling twice or an unknown reservation throws: it is a bug. */
  settle(settlement: Settlement): Promise<void>;

  changeHealth(fingerprint: string, change: (health: Health) => Health): Promise<Health>;
  changeDemotion(provider: string, change: DemotionChange): Promise<void>;
  /** Never shortens a wait of the same subject, scope and limit. */
  block(subject: Subject, block: Block): Promise<void>;
  /** Ends every wait, and what a provider said was used with it; but not that for `kept`. */
  unblock(subject: Subject, kept?: Block['limit']): Promise<void>;
  /** Answers the limits that were not known before, or differ from what was. */
  learn(account: Account, scope: Scope, limits: Limits, nowMs: number): Promise<Limits>;
  /** Forgets a learned limit that proved too low, unless it was said again since. `isNone`: whatever the catalog says. */
  unlearn(account: Account, ceiling: Ceiling, isNone?: boolean): Promise<void>;
  /** Drops what replies have taught of these, at the user's word. */
  forgetLearned(subjects: readonly Subject[] | 'all'): Promise<void>;
  /** The provider showed `usedAtLeast` in the window that began at `sinceMs` and ends at `untilMs`. */
  noteOutside(
    account: Account,
    scope: Scope,
    limit: LimitName,
    usedAtLeast: number,
    sinceMs: number,
    untilMs: number,
  ): Promise<void>;
  /** Nothing is written where the ratio hardly moves. */
  learnPromptRatio(count: PromptCount): Promise<void>;
  takeModelOut(subject: Subject, out: ModelOut): Promise<void>;
  /** Of those that are out the ones that a provider's list names, `:cheapest` and the like apart; without a list all. */
  bringBackModels(subject: Subject, listed?: readonly string[]): Promise<void>;

  /**
   * Once over all windows that notice it: what was set for a while goes on for what was left of it when
   * the clock was set back, and what was learned is as old as it was.
   */
  clockWasStepped(step: ClockStep): Promise<void>;

  /** True for the first caller over all windows and restarts until `untilMs`, or until the clock is set back. */
  mark(name: string, untilMs: number, nowMs: number): Promise<boolean>;
  unmark(name: string): Promise<void>;
  isMarked(name: string, nowMs: number): boolean;

  /** The last 200 are kept; other windows see it a moment later. */
  saveRoute(route: Route): Promise<void>;
  /** Newest first. */
  routes(): Promise<readonly Route[]>;

  /** Called after a change here or in another window, at most a second later. */
  onDidChange(listener: () => void): Cancel;
  dispose(): void;
}
