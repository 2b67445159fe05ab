import { numberOf, recordOf } from './jsonValue.ts';
import type { TokenUse } from './message.ts';

/**
 * Tokens of a `usage` object, or undefined where it is missing, empty or cannot be true. `total` is
 * never below prompt + completion: Gemini counts thinking there and nowhere else.
 */
export function readUsage(value: unknown, plausibleTokens: number): TokenUse | undefined {
  const usage = recordOf(value);
  if (usage === undefined) return undefined;
  const prompt = countOf(usage['prompt_tokens'] ?? usage['input_tokens']);
  const completion = countOf(usage['completion_tokens'] ?? usage['output_tokens']);
  const total = Math.max(countOf(usage['total_tokens']), prompt + completion);
  if (total === 0 || total > plausibleTokens) return undefined;
  return { prompt, completion, total, estimated: false };
}

function countOf(value: unknown): number {
  const count = numberOf(value);
  return count === undefined || count <= 0 ? 0 : Math.round(count);
}

/** No reply of a model with this context can have used more; without one, more than any model holds. */
export const plausibleTokens = (contextTokens: number | undefined): number => (contextTokens ?? 10_000_000) * 2;
