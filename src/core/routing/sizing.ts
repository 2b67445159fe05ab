import { estimateTokens } from '../providers/tokenEstimate.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Tracker } from '../quota/tracker.ts';
import type { Candidate } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import type { Size } from './obstacle.ts';

/** Where the caller names no cap. */
const defaultCap = 1024;
/** A cap is lowered to this at the least. */
const smallestCap = 256;
/** Providers count a little differently than we estimate. */
const margin = 64;
/** Of a first estimate, for text that a tokenizer cuts well: 4.5 characters a token in place of 4. */
const leastCounted = 0.9;

export type SizerPorts = {
  readonly tracker: Pick<Tracker, 'tokensPerMinute'>;
  readonly ledger: Pick<Ledger, 'promptRatio'>;
};

/** What is known of the request at one model; `counted`: the prompt, as a refusal named it or a doubt lowered it. */
type Known = { readonly estimate: number; counted: number | undefined; refusals: readonly Refusal[] };

/** `most`: what the key that was refused was thought to take. */
type Refusal = { readonly most: number | undefined; readonly limit: number };

/** How large one request is for each candidate: estimated once per provider and model, and as refusals corrected it. */
export class Sizer {
  readonly #request: ChatRequest;
  readonly #ports: SizerPorts;
  /** By provider and model. */
  readonly #known = new Map<string, Known>();

  constructor(request: ChatRequest, ports: SizerPorts) {
    this.#request = request;
    this.#ports = ports;
  }

  of(candidate: Candidate, atLeast = 0): Size {
    const { maxTokens } = this.#request;
    const { estimate, counted, refusals } = this.#knownOf(candidate);
    const prompt = counted ?? this.#learned(candidate, estimate);
    const wanted = Math.max(maxTokens ?? defaultCap, atLeast);
    const most = this.#most(candidate, refusals);
    const fits = most === undefined ? wanted : Math.min(wanted, most - prompt - margin);
    const output = candidate.model.maxOutputTokens ?? Number.POSITIVE_INFINITY;
    const least = Math.min(smallestCap, maxTokens ?? defaultCap);
    return { estimate, prompt, cap: Math.max(least, Math.min(fits, output)), smallestCap: least, most };
  }

  /** As `of`, for one look at all candidates, who asks several times in a row for each. */
  sizes(atLeast: number): (candidate: Candidate) => Size {
    let last: { readonly candidate: Candidate; readonly size: Size } | undefined;
    return (candidate) => {
      if (last?.candidate !== candidate) last = { candidate, size: this.of(candidate, atLeast) };
      return last.size;
    };
  }

  /**
   * A refusal named the prompt's size and the limit. Both hold for the rest of this request, the limit
   * for every key of the model that was thought to have the same. True: a smaller cap fits under it.
   */
  refused(candidate: Candidate, counted: number, limit: number): boolean {
    const known = this.#knownOf(candidate);
    known.refusals = [...known.refusals, { most: this.#most(candidate, known.refusals), limit }];
    known.counted = counted;
    const { prompt, smallestCap: least } = this.of(candidate);
    return prompt + least <= limit;
  }

  /**
   * Estimates are rather high than low. Where nobody else is left, a model that one shut out may take the
   * request after all: from here on it counts as the least that such a text can. False: there is no such model.
   */
  doubt(shutOut: readonly Candidate[]): boolean {
    let found = false;
    for (const candidate of shutOut) {
      const known = this.#knownOf(candidate);
      if (known.counted !== undefined) continue;
      const { estimate, prompt, smallestCap: least, most } = this.of(candidate);
      const leanest = Math.min(prompt, Math.ceil(estimate * leastCounted));
      if (most !== undefined && leanest + least > most) continue;
      known.counted = leanest;
      found = true;
    }
    return found;
  }

  #knownOf({ provider, model }: Candidate): Known {
    const name = `${provider.id} ${model.id}`;
    let known = this.#known.get(name);
    if (known === undefined) {
      const { messages, tools } = this.#request;
      const input = { messages, ...(tools === undefined ? {} : { tools }), provider, model: model.id };
      known = { estimate: estimateTokens(input), counted: undefined, refusals: none };
      this.#known.set(name, known);
    }
    return known;
  }

  #learned({ provider, model }: Candidate, estimate: number): number {
    return Math.ceil(estimate * this.#ports.ledger.promptRatio(provider.id, model.id));
  }

  #most(candidate: Candidate, refusals: readonly Refusal[]): number | undefined {
    let most = mostOf(candidate, this.#ports.tracker);
    for (const { most: thought, limit } of refusals) {
      if (thought === most) most = Math.min(most ?? limit, limit);
    }
    return most;
  }
}

const none: readonly never[] = [];

function mostOf({ key, provider, model }: Candidate, tracker: Pick<Tracker, 'tokensPerMinute'>): number | undefined {
  const minute = tracker.tokensPerMinute(key, provider, model.id);
  const context = model.contextTokens;
  if (minute === undefined) return context;
  return context === undefined ? minute : Math.min(minute, context);
}
