import type { Clock } from '../ports.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Tracker } from '../quota/tracker.ts';
import { pairOf, type Candidate } from './candidate.ts';
import type { Why } from './rank.ts';
import type { Tried } from './tried.ts';

/** How long other requests keep away from what one tries out: longer than its attempt takes. */
const claimMs = 60_000;

/** How long one waits for what another finds out, where nobody else is left: an attempt's time to its first event. */
const waitForTrialMs = 20_000;

export type TrialPorts = {
  readonly ledger: Pick<Ledger, 'health' | 'mark'>;
  readonly tracker: Pick<Tracker, 'passable'>;
  readonly clock: Pick<Clock, 'now'>;
};

/** What this attempt finds out; undefined: nothing. */
export type Trial = 'key' | 'provider' | undefined;

/** What one request finds out for all others, in every window: whether a key or a provider is well again, a limit still holds. */
export class Trials {
  readonly #ports: TrialPorts;
  readonly #tried: Tried;
  readonly #claimed = new Set<string>();
  readonly #passing = new Set<string>();

  constructor(ports: TrialPorts, tried: Tried) {
    this.#ports = ports;
    this.#tried = tried;
  }

  /** False: another request is finding it out, and this one keeps away from the key so long, or leaves the provider behind. */
  async mayAsk(candidate: Candidate, why: Why, tokens: number): Promise<boolean> {
    const { key, provider } = candidate;
    const isHalfOpen = this.#ports.ledger.health(key.fingerprint).quarantine !== undefined;
    if (isHalfOpen && !(await this.#claim(tryOfKey(candidate)))) {
      this.#tried.leaveTrial(candidate, this.#ports.clock.now() + waitForTrialMs);
      return false;
    }
    if (why === 'providerTrial' && !(await this.#claim(tryOf(provider.id)))) {
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
      if (!(await this.#claim(`past:${account} ${scope} ${limit}`))) return false;
    }
    this.#passing.add(pairOf(candidate));
    return true;
  }

  /** This request was the one to try the provider. */
  hasTried(providerId: string): boolean {
    return this.#claimed.has(tryOf(providerId));
  }

  /** This request was the one to try past what was learned of the pair. */
  passesLimits(candidate: Candidate): boolean {
    return this.#passing.has(pairOf(candidate));
  }

  trialOf(candidate: Candidate): Trial {
    if (this.hasTried(candidate.provider.id)) return 'provider';
    return this.#claimed.has(tryOfKey(candidate)) ? 'key' : undefined;
  }

  async #claim(name: string): Promise<boolean> {
    if (this.#claimed.has(name)) return true;
    const nowMs = this.#ports.clock.now();
    const isFirst = await this.#ports.ledger.mark(name, nowMs + claimMs, nowMs);
    if (isFirst) this.#claimed.add(name);
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
