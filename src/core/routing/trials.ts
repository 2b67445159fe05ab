import type { Clock } from '../ports.ts';
import type { Failure } from '../providers/failure.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Tracker } from '../quota/tracker.ts';
import { pairOf, type Candidate } from './candidate.ts';
import type { Why } from './rank.ts';
import type { Tried } from './tried.ts';
import { tellsHealth } from './verdict.ts';

/**
 * How long other requests keep away from what one tries out, and wait for it where nobody else is left:
 * longer than its attempt takes to begin to answer.
 */
const claimMs = 60_000;

export type TrialPorts = {
  readonly ledger: Pick<Ledger, 'health' | 'mark' | 'unmark' | 'isMarked'>;
  readonly tracker: Pick<Tracker, 'passable'>;
  readonly clock: Pick<Clock, 'now'>;
};

/** What this attempt finds out; undefined: nothing. */
export type Trial = 'key' | 'provider' | undefined;

/** What one request finds out for all others, in every window: whether a key or a provider is well again, a limit still holds. */
export class Trials {
  readonly #ports: TrialPorts;
  readonly #tried: Tried;
  /**
   * By name; `open`: a key or provider of which nothing was found out yet; `unreachable`: the way to it
   * was shut, which tells nothing of it where the machine is offline.
   */
  readonly #claimed = new Map<string, 'open' | 'unreachable' | 'known'>();
  readonly #passing: string[] = [];

  constructor(ports: TrialPorts, tried: Tried) {
    this.#ports = ports;
    this.#tried = tried;
  }

  /** False: another request is finding it out, and this one keeps away from the key so long, or leaves the provider behind. */
  async mayAsk(candidate: Candidate, why: Why, tokens: number): Promise<boolean> {
    const { key, provider } = candidate;
    const isHalfOpen = this.#ports.ledger.health(key.fingerprint).quarantine !== undefined;
    if (isHalfOpen && !(await this.#claim(tryOfKey(candidate), 'open'))) {
      this.#tried.leaveTrial(candidate, tryOfKey(candidate), this.#ports.clock.now() + claimMs);
      return false;
    }
    if (why === 'providerTrial' && !(await this.#claim(tryOf(provider.id), 'open'))) {
      this.#tried.endTrial(provider.id);
      return false;
    }
    return this.#mayPass(candidate, tokens);
  }

  async #mayPass(candidate: Candidate, tokens: number): Promise<boolean> {
    const { key, provider, model, account } = candidate;
    const { tracker, clock } = this.#ports;
    const passed = tracker.passable(key, provider, model.id, tokens, clock.now());
    if (passed.length === 0) return true;
    this.#tried.keepLimits(candidate);
    for (const { scope, limit } of passed) {
      if (!(await this.#claim(`past:${account} ${scope} ${limit}`, 'known'))) return false;
    }
    this.#passing.push(pairOf(candidate));
    return true;
  }

  /** This request was the one to try the provider. */
  hasTried(providerId: string): boolean {
    return this.#claimed.has(tryOf(providerId));
  }

  /** This request was the one to try past what was learned of the pair. */
  passesLimits(candidate: Candidate): boolean {
    return this.#passing.length > 0 && this.#passing.includes(pairOf(candidate));
  }

  trialOf(candidate: Candidate): Trial {
    if (this.#claimed.size === 0) return undefined;
    if (this.hasTried(candidate.provider.id)) return 'provider';
    return this.#claimed.has(tryOfKey(candidate)) ? 'key' : undefined;
  }

  /** An answer, an outage or a refusal has told how they fare; `failure` is undefined for an answer. */
  conclude(candidate: Candidate, failure: Failure | undefined): void {
    if (this.#claimed.size === 0) return;
    const isUnreachable = failure?.kind === 'network';
    if (failure !== undefined && !isUnreachable && !tellsHealth(failure)) return;
    for (const name of [tryOfKey(candidate), tryOf(candidate.provider.id)]) {
      const state = this.#claimed.get(name);
      if (state === undefined || (isUnreachable && state === 'known')) continue;
      this.#claimed.set(name, isUnreachable ? 'unreachable' : 'known');
    }
  }

  /** What this request has not found out (it was cancelled, or the reply told nothing of it) the next one may. */
  async giveBack(isOffline = false): Promise<void> {
    if (this.#claimed.size === 0) return;
    for (const [name, state] of this.#claimed) {
      if (state === 'known' || (state === 'unreachable' && !isOffline)) continue;
      this.#claimed.delete(name);
      await this.#ports.ledger.unmark(name);
    }
  }

  /** Keys that others tried out in vain, without a word on how they fare, can be asked again. */
  look(): void {
    const { ledger, clock } = this.#ports;
    this.#tried.endTrials((name) => ledger.isMarked(name, clock.now()));
  }

  async #claim(name: string, state: 'open' | 'known'): Promise<boolean> {
    if (this.#claimed.has(name)) return true;
    const nowMs = this.#ports.clock.now();
    const isFirst = await this.#ports.ledger.mark(name, nowMs + claimMs, nowMs);
    if (isFirst) this.#claimed.set(name, state);
    return isFirst;
  }
}

const tryOfKey = ({ key }: Candidate): string => `halfOpen:${key.fingerprint}`;
const tryOf = (providerId: string): string => `try:provider:${providerId}`;

/** It has not been tried yet by this request whether old learned limits still hold. */
export const mayPass = (
  tracker: TrialPorts['tracker'],
  tried: Tried,
  candidate: Candidate,
  tokens: number,
  nowMs: number,
): boolean =>
  !tried.keepsLimits(candidate) &&
  tracker.passable(candidate.key, candidate.provider, candidate.model.id, tokens, nowMs).length > 0;
