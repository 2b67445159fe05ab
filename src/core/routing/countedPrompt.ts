import type { AttemptResult } from '../providers/chatCall.ts';
import type { Failure } from '../providers/failure.ts';

/** In smaller prompts the template weighs more than the text. */
const fewestTokens = 50;

/** The prompt's tokens as the provider counted them; undefined: it did not say, or they are too few to tell. */
export function countedPrompt(result: AttemptResult, cap: number): number | undefined {
  const counted = result.usage?.prompt ?? (result.ok ? undefined : requestedBy(result.failure, cap));
  return counted !== undefined && counted > fewestTokens ? counted : undefined;
}

function requestedBy(failure: Failure, cap: number): number | undefined {
  if (!('requestedTokens' in failure) || failure.requestedTokens === undefined) return undefined;
  return failure.withCap === true ? failure.requestedTokens - cap : failure.requestedTokens;
}
