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

/** `most`: what the key that was refused was thought to take. */
type Refusal = { readonly most: number | undefined; readonly limit: number };

/** How large one request is for each candidate: estimated once per provider and model, and as refusals corrected it. */
export class Sizer {
  readonly #request: ChatRequest;
  readonly #ports: SizerPorts;
  readonly #estimates = new Map<string, number>();
  readonly #counted = new Map<string, number>();
  readonly #refusals = new Map<string, readonly Refusal[]>();

  constructor(request: ChatRequest, ports: SizerPorts) {
    this.#request = request;
    this.#ports = ports;
  }

  of(candidate: Candidate, atLeast = 0): Size {
    const { maxTokens } = this.#request;
    const name = nameOf(candidate);
    const estimate = this.#estimate(name, candidate);
    const prompt = this.#counted.get(name) ?? this.#learned(candidate, estimate);
    const wanted = Math.max(maxTokens ?? defaultCap, atLeast);
    const most = this.#most(candidate);
    const fits = most === undefined ? wanted : Math.min(wanted, most - prompt - margin);
    const output = candidate.model.maxOutputTokens ?? Number.POSITIVE_INFINITY;
    const least = Math.min(smallestCap, maxTokens ?? defaultCap);
    return { estimate, prompt, cap: Math.max(least, Math.min(fits, output)), smallestCap: least, most };
  }

  /**
   * A refusal named the prompt's size and the limit. Both hold for the rest of this request, the limit
   * for every key of the model that was thought to have the same. True: a smaller cap fits under it.
   */
  refused(candidate: Candidate, counted: number, limit: number): boolean {
    const name = nameOf(candidate);
    const refusal = { most: this.#most(candidate), limit };
    this.#refusals.set(name, [...(this.#refusals.get(name) ?? []), refusal]);
    this.#counted.set(name, counted);
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
      const name = nameOf(candidate);
      if (this.#counted.has(name)) continue;
      const { estimate, prompt, smallestCap: least, most } = this.of(candidate);
      const leanest = Math.min(prompt, Math.ceil(estimate * leastCounted));
      if (most !== undefined && leanest + least > most) continue;
      this.#counted.set(name, leanest);
      found = true;
    }
    return found;
  }

  #estimate(name: string, { provider, model }: Candidate): number {
    const known = this.#estimates.get(name);
    if (known !== undefined) return known;
    const { messages, tools } = this.#request;
    const tokens = estimateTokens({ messages, ...(tools === undefined ? {} : { tools }), provider, model: model.id });
    this.#estimates.set(name, tokens);
    return tokens;
  }

  #learned({ provider, model }: Candidate, estimate: number): number {
    return Math.ceil(estimate * this.#ports.ledger.promptRatio(provider.id, model.id));
  }

  #most(candidate: Candidate): number | undefined {
    let most = mostOf(candidate, this.#ports.tracker);
    if (this.#refusals.size === 0) return most;
    for (const { most: thought, limit } of this.#refusals.get(nameOf(candidate)) ?? []) {
      if (thought === most) most = Math.min(most ?? limit, limit);
    }
    return most;
  }
}

const nameOf = ({ provider, model }: Candidate): string => `${provider.id} ${model.id}`;

function mostOf({ key, provider, model }: Candidate, tracker: Pick<Tracker, 'tokensPerMinute'>): number | undefined {
  const minute = tracker.tokensPerMinute(key, provider, model.id);
  const context = model.contextTokens;
  if (minute === undefined) return context;
  return context === undefined ? minute : Math.min(minute, context);
}
