import type { HealthError } from '../health/healthRules.ts';
import type { Failure } from '../providers/failure.ts';
import type { AttemptDone } from './attemptRun.ts';
import { isSamePair, pairOf, type Candidate } from './candidate.ts';
import type { Choice } from './rank.ts';
import type { Sizer } from './sizing.ts';
import type { Trial } from './trials.ts';
import { Tried } from './tried.ts';
import { isBlamed, isOutage, verdictOf } from './verdict.ts';

/** How much larger the cap gets when reasoning ate the answer. */
const largerBy = 4;

/** What is known of an attempt that failed. */
type Told = Pick<HealthError, 'sentence' | 'atMs'> &
  Pick<AttemptDone, 'cap' | 'countedPrompt'> & { readonly trial: Trial };

/**
 * What one request has learned on its way and what that means for its next step. Knows no ledger and
 * no clock: it is told what happened, and answers what to do.
 */
export class Course {
  readonly tried = new Tried();
  readonly #isOffline: boolean;
  readonly #sizer: Pick<Sizer, 'of' | 'refused'>;
  /** Refused once for their size: asked again with a smaller cap, if at all. */
  readonly #shrunk = new Set<string>();
  readonly #times = new Map<string, number>();
  readonly #secondChances: Candidate[] = [];
  readonly #blamed = new Map<string, HealthError>();
  readonly #blamedProviders = new Set<string>();
  #same: { readonly keyId: string; readonly model?: string } | undefined;
  #capAtLeast = 0;

  constructor(isOffline: boolean, sizer: Pick<Sizer, 'of' | 'refused'>) {
    this.#isOffline = isOffline;
    this.#sizer = sizer;
  }

  /** The key, and the model where it is the same too, that this request goes on with. */
  get same(): { readonly keyId: string; readonly model?: string } | undefined {
    return this.#same;
  }

  /** What the answer's cap was raised to, since reasoning ate a smaller one; 0: nothing was raised. */
  get capAtLeast(): number {
    return this.#capAtLeast;
  }

  /** Fingerprints to blame, with what happened last. */
  get blamed(): ReadonlyMap<string, HealthError> {
    return this.#blamed;
  }

  /** Those whose keys are blamed. */
  get blamedProviders(): ReadonlySet<string> {
    return this.#blamedProviders;
  }

  /** Answers the retry's number (from 0) when the next step must wait for a backoff first. */
  failed(
    candidate: Candidate,
    failure: Failure,
    { sentence, atMs, trial, cap, countedPrompt }: Told,
  ): { readonly backoff: number } | undefined {
    const { provider } = candidate;
    if (isBlamed(failure)) {
      this.#blamed.set(candidate.key.fingerprint, { kind: failure.kind, sentence, atMs });
      this.#blamedProviders.add(provider.id);
      if (trial === 'provider') this.tried.endTrial(provider.id);
      if (trial === 'key') this.tried.keyTrialFailed();
    }
    if (isOutage(failure)) this.tried.failed(candidate);
    this.#same = undefined;
    // Offline, each further request tries each origin once.
    if (this.#isOffline && failure.kind === 'network') {
      this.tried.passOrigin(candidate.origin);
      return undefined;
    }
    if (failure.kind === 'tooLarge' && this.#fitsSmaller(candidate, failure, countedPrompt)) {
      this.#same = { keyId: candidate.key.id, model: candidate.model.id };
      return undefined;
    }
    return this.#step(candidate, failure, cap, trial !== undefined || this.tried.isOut(provider.id));
  }

  /** A refusal that names its sizes tells what fits; of another only that this size does not. */
  #fitsSmaller(
    candidate: Candidate,
    { limitTokens }: Failure & { readonly kind: 'tooLarge' },
    countedPrompt: number | undefined,
  ): boolean {
    if (limitTokens === undefined || countedPrompt === undefined) {
      this.tried.tooLarge(candidate, this.#sizer.of(candidate).prompt);
      return false;
    }
    const fits = this.#sizer.refused(candidate, countedPrompt, limitTokens);
    const pair = pairOf(candidate);
    if (!this.#shrunk.has(pair)) {
      this.#shrunk.add(pair);
      return fits;
    }
    this.tried.tooLarge(candidate, countedPrompt);
    return false;
  }

  #step(
    candidate: Candidate,
    failure: Failure,
    cap: number,
    oneTry: boolean,
  ): { readonly backoff: number } | undefined {
    const times = this.#count(candidate, failure);
    const { id: keyId } = candidate.key;
    const verdict = verdictOf(failure, times, oneTry);
    switch (verdict.next) {
      case 'again':
        this.#same = { keyId, model: candidate.model.id };
        return verdict.backoff ? { backoff: times - 1 } : undefined;
      case 'largerCap':
        this.#capAtLeast = this.#sizer.of(candidate).cap * largerBy;
        // The same cap would be eaten again.
        if (this.#sizer.of(candidate, this.#capAtLeast).cap <= cap) this.tried.passPair(candidate);
        else this.#same = { keyId, model: candidate.model.id };
        return undefined;
      case 'nextModel':
        this.#same = { keyId };
        this.tried.passPair(candidate);
        return undefined;
      case 'nextKey':
        if ('secondChance' in verdict) this.#secondChances.push(candidate);
        if (verdict.pass === 'pair') this.tried.passPair(candidate);
        if (verdict.pass === 'key') this.tried.passKey(candidate);
        if (verdict.pass === 'provider') this.tried.passProvider(candidate.provider.id);
        return undefined;
      case 'stop':
        return undefined;
      default:
        return verdict satisfies never;
    }
  }

  /** A key that timed out, or answered nothing, may be chosen once more when nothing else is eligible; undefined: none may. */
  secondChance({ passedBy }: Choice): Candidate | undefined {
    const place = this.#secondChances.findIndex((each) =>
      passedBy.some(({ candidate, obstacle }) => obstacle.reason === 'alreadyTried' && isSamePair(candidate, each)),
    );
    const candidate = this.#secondChances[place];
    if (candidate === undefined) return undefined;
    this.#secondChances.splice(place, 1);
    this.tried.releasePair(candidate);
    return candidate;
  }

  /** It is not asked again, even where something else that stands in its way ends. */
  isDoneWith(candidate: Candidate): boolean {
    const hasChance = this.#secondChances.some((each) => isSamePair(each, candidate));
    return !hasChance && this.tried.obstacleTo(candidate) !== undefined;
  }

  /** Each kind for itself: a wait for a cooldown takes no retry from what fails after it. */
  #count(candidate: Candidate, { kind }: Failure): number {
    const name = `${kind} ${pairOf(candidate)}`;
    const times = (this.#times.get(name) ?? 0) + 1;
    this.#times.set(name, times);
    return times;
  }
}
