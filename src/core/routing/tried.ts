import type { Account } from '../keys/apiKey.ts';
import { pairOf, type Candidate } from './candidate.ts';
import { alreadyTried, type Obstacle } from './obstacle.ts';

const providerPassedOver: Obstacle = { reason: 'providerPassedOver' };
const unreachable: Obstacle = { reason: 'providerPassedOver', unreachable: true };

/**
 * What one request has already tried and learned, so that nothing is asked again that would refuse
 * again. Lives as long as the request.
 */
export class Tried {
  /** Origins, providers, keys and pairs that it does not ask (again). */
  readonly #passed = new Map<string, Obstacle>();
  readonly #failedKeys = new Map<string, Set<string>>();
  /** Smallest size, in tokens, that a model said was too much. */
  readonly #tooMuch = new Map<string, number>();
  readonly #asked = new Set<string>();
  /** By key id, with what the try is known by in the ledger. */
  readonly #keysOnTrial = new Map<string, { readonly trial: string; readonly obstacle: Obstacle }>();
  /** Providers whose trial is over, and pairs whose learned limits it keeps. */
  readonly #settled = new Set<string>();
  #keyTrialFailed = false;

  /** It refused this very request, or its answer was filtered. */
  passProvider(id: string): void {
    this.#passed.set(`provider:${id}`, providerPassedOver);
  }

  /** It could not be reached while the machine is offline. */
  passOrigin(origin: string): void {
    this.#passed.set(`origin:${origin}`, unreachable);
  }

  /** Another request finds out whether the key is well again; holds while nobody knows. */
  leaveTrial(candidate: Candidate, trial: string, untilMs: number): void {
    const obstacle: Obstacle = { reason: 'quarantined', onTrialUntilMs: untilMs };
    this.#keysOnTrial.set(candidate.key.id, { trial, obstacle });
  }

  /** Where the other request found nothing out, this one may be the next to try. */
  endTrials(isUnderWay: (trial: string) => boolean): void {
    if (this.#keysOnTrial.size === 0) return;
    for (const [key, { trial }] of this.#keysOnTrial) if (!isUnderWay(trial)) this.#keysOnTrial.delete(key);
  }

  obstacleOnTrial({ key }: Candidate): Obstacle | undefined {
    return this.#keysOnTrial.get(key.id)?.obstacle;
  }

  /** `why` where the key was not asked at all. */
  passKey(candidate: Candidate, why = alreadyTried): void {
    this.#passed.set(`key:${candidate.key.id}`, why);
  }

  passPair(candidate: Candidate): void {
    this.#passed.set(`pair:${pairOf(candidate)}`, alreadyTried);
  }

  releasePair(candidate: Candidate): void {
    this.#passed.delete(`pair:${pairOf(candidate)}`);
  }

  /** Whether the provider is well again is known, or another request's to find out. */
  endTrial(providerId: string): void {
    this.#settled.add(`trial:${providerId}`);
  }

  isTrialOver(providerId: string): boolean {
    return this.#settled.has(`trial:${providerId}`);
  }

  /** One key a request is tried out at its usual place; others that wait for that come last. */
  keyTrialFailed(): void {
    this.#keyTrialFailed = true;
  }

  get hasKeyTrialFailed(): boolean {
    return this.#keyTrialFailed;
  }

  /** This request does not try past what was learned of the pair, again or at all. */
  keepLimits(candidate: Candidate): void {
    this.#settled.add(`limits:${pairOf(candidate)}`);
  }

  keepsLimits(candidate: Candidate): boolean {
    return this.#settled.size > 0 && this.#settled.has(`limits:${pairOf(candidate)}`);
  }

  asked(candidate: Candidate): void {
    this.#asked.add(candidate.provider.id);
  }

  /** Providers that were asked at least once. */
  get providersAsked(): ReadonlySet<string> {
    return this.#asked;
  }

  tooLarge(candidate: Candidate, tokens: number): void {
    const name = sizeOf(candidate.account, candidate);
    this.#tooMuch.set(name, Math.min(tokens, this.#tooMuch.get(name) ?? tokens));
  }

  /** A key of this provider failed with `overloaded`, `timeout` or `network`. */
  failed(candidate: Candidate): void {
    const keys = this.#failedKeys.get(candidate.provider.id) ?? new Set();
    this.#failedKeys.set(candidate.provider.id, keys.add(candidate.key.id));
  }

  /** After two keys failed so, the outage is not the keys' fault: the rest goes behind. */
  isOut(providerId: string): boolean {
    return (this.#failedKeys.get(providerId)?.size ?? 0) >= 2;
  }

  /** Why this request does not ask this candidate (again). */
  obstacleTo(candidate: Candidate): Obstacle | undefined {
    const passed = this.#passed;
    if (passed.size === 0) return undefined;
    return (
      passed.get(`origin:${candidate.origin}`) ??
      passed.get(`provider:${candidate.provider.id}`) ??
      passed.get(`key:${candidate.key.id}`) ??
      passed.get(`pair:${pairOf(candidate)}`)
    );
  }

  /** Undefined: no model of this account said that a request of this size is too much. */
  tooLargeFrom(candidate: Candidate): number | undefined {
    return this.#tooMuch.size === 0 ? undefined : this.#tooMuch.get(sizeOf(candidate.account, candidate));
  }
}

const sizeOf = (account: Account, candidate: Candidate): string => `${account} ${candidate.model.id}`;
