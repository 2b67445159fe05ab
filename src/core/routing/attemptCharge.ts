import type { AttemptResult } from '../providers/chatCall.ts';
import type { FailureKind } from '../providers/failure.ts';
import type { TokenUse } from '../providers/message.ts';

/** Failures after which the provider has most likely done the work, or part of it. */
const charged: ReadonlySet<FailureKind> = new Set(['timeout', 'badReply', 'noContent', 'cutOff', 'cancelled']);

export type Charge = { readonly tokens: TokenUse | undefined; readonly countsRequest: boolean };

/**
 * What an attempt counts against the limits. The provider's own word first; without it four
 * characters are a token, and the count is marked as an estimate (spec section 5).
 */
export function chargeOf(result: AttemptResult, promptTokens: number): Charge {
  const { outputChars } = result;
  if (result.ok) return { tokens: result.usage ?? estimateOf(promptTokens, outputChars), countsRequest: true };
  if (result.usage !== undefined) return { tokens: result.usage, countsRequest: true };
  if (!result.sent || !charged.has(result.failure.kind)) return { tokens: undefined, countsRequest: false };
  return { tokens: estimateOf(promptTokens, outputChars), countsRequest: true };
}

/** Four characters are a token. */
export function estimateOf(prompt: number, outputChars: number): TokenUse {
  const completion = Math.ceil(outputChars / 4);
  return { prompt, completion, total: prompt + completion, estimated: true };
}
