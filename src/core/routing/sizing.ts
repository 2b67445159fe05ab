import { estimateTokens } from '../providers/tokenEstimate.ts';
import type { Tracker } from '../quota/tracker.ts';
import type { Candidate } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import type { Size } from './obstacle.ts';

/** Where the caller names no cap (spec section 2). */
const defaultCap = 1024;
/** A cap is lowered to this at the least (spec section 5). */
const smallestCap = 256;
/** Providers count a little differently than we estimate. */
const margin = 64;

/** How large this request is for each candidate; estimated once per provider and model. */
export function sizerOf(
  { messages, tools, maxTokens }: ChatRequest,
  tracker: Pick<Tracker, 'tokensPerMinute'>,
): (candidate: Candidate, atLeast?: number) => Size {
  const prompts = new Map<string, number>();
  const promptOf = ({ provider, model }: Candidate): number => {
    const name = `${provider.id} ${model.id}`;
    const known = prompts.get(name);
    if (known !== undefined) return known;
    const tokens = estimateTokens({ messages, ...(tools === undefined ? {} : { tools }), provider, model: model.id });
    prompts.set(name, tokens);
    return tokens;
  };
  return (candidate, atLeast = 0) => {
    const prompt = promptOf(candidate);
    const wanted = Math.max(maxTokens ?? defaultCap, atLeast);
    const most = mostOf(candidate, tracker);
    const fits = most === undefined ? wanted : Math.min(wanted, most - prompt - margin);
    const output = candidate.model.maxOutputTokens ?? Number.POSITIVE_INFINITY;
    const least = Math.min(smallestCap, maxTokens ?? defaultCap);
    return { prompt, cap: Math.max(least, Math.min(fits, output)), smallestCap: least, most };
  };
}

function mostOf({ key, provider, model }: Candidate, tracker: Pick<Tracker, 'tokensPerMinute'>): number | undefined {
  const minute = tracker.tokensPerMinute(key, provider, model.id);
  const context = model.contextTokens;
  if (minute === undefined) return context;
  return context === undefined ? minute : Math.min(minute, context);
}
