import type { LimitName } from '../../../src/core/quota/limits.ts';
import type { ChatAsk } from '../answer.ts';
import { untilNextDayMs } from '../calendar.ts';
import { goDuration } from '../duration.ts';
import type { Call } from '../vendor.ts';
import { type GeminiError, geminiError } from './geminiErrors.ts';
import { geminiLimits, pacific } from './geminiModels.ts';

const quotas = {
  requestsPerDay: ['GenerateRequestsPerDayPerProjectPerModel-FreeTier', 'generate_content_free_tier_requests'],
  requestsPerMinute: ['GenerateRequestsPerMinutePerProjectPerModel-FreeTier', 'generate_content_free_tier_requests'],
  tokensPerMinute: [
    'GenerateContentInputTokensPerModelPerMinute-FreeTier',
    'generate_content_free_tier_input_token_count',
  ],
  tokensPerDay: ['GenerateContentInputTokensPerModelPerDay-FreeTier', 'generate_content_free_tier_input_token_count'],
} as const satisfies { [Name in LimitName]?: readonly [string, string] };

type GeminiLimit = keyof typeof quotas;
type Violation = { readonly limit: GeminiLimit; readonly value: number };

const order: readonly GeminiLimit[] = ['requestsPerDay', 'tokensPerDay', 'requestsPerMinute', 'tokensPerMinute'];

/** Thinking and answers are not counted: tokens are those of the prompt. */
const charge = (limit: GeminiLimit, ask: ChatAsk): number => (limit.startsWith('tokens') ? ask.promptTokens : 1);

export const countCharge = (call: Call, ask: ChatAsk): void => {
  for (const limit of order)
    call.sim.meters.meter(call.request.key, ask.model, limit).add(charge(limit, ask), call.nowMs);
};

/** What a key that used something up, or always behaves so, is told; undefined: it has room. */
export function quotaError(call: Call, ask: ChatAsk): GeminiError | undefined {
  const wait = call.sim.waitMs;
  const day: Violation = { limit: 'requestsPerDay', value: valueOf(call, ask, 'requestsPerDay') };
  const minute: Violation = { limit: 'requestsPerMinute', value: valueOf(call, ask, 'requestsPerMinute') };
  switch (call.behaviour) {
    case 'dayUsed':
      return quotaExceeded(ask.model, [day], wait ?? shortWaitMs);
    case 'rateMinute':
      return quotaExceeded(
        ask.model,
        [{ limit: 'tokensPerMinute', value: valueOf(call, ask, 'tokensPerMinute') }],
        wait ?? 34_074.824224,
      );
    case 'rateRequests':
      return quotaExceeded(ask.model, [minute], wait ?? 34_074.824224);
    case 'dayAndMinute':
      return quotaExceeded(ask.model, [minute, day], wait ?? shortWaitMs);
    case 'longWait':
      return quotaExceeded(ask.model, [day], wait ?? untilNextDayMs(call.nowMs, pacific));
    case 'limitZero':
      return quotaExceeded(
        ask.model,
        [
          { ...day, value: 0 },
          { ...minute, value: 0 },
        ],
        wait ?? shortWaitMs,
      );
    default:
      return usedUp(call, ask);
  }
}

/** Daily refusals carry a delay of seconds all the same. */
const shortWaitMs = 22_881;

function usedUp(call: Call, ask: ChatAsk): GeminiError | undefined {
  const over = order.filter((limit) => {
    const value = call.sim.meters.limit(call.request.key, ask.model, limit);
    return call.sim.meters.meter(call.request.key, ask.model, limit).used(call.nowMs) + charge(limit, ask) > value;
  });
  if (over.length === 0) return undefined;
  const minuteOnly = over.every((limit) => limit.endsWith('Minute'));
  const waitMs = minuteOnly ? 60_000 - (call.nowMs % 60_000) : shortWaitMs;
  return quotaExceeded(
    ask.model,
    over.map((limit) => ({ limit, value: valueOf(call, ask, limit) })),
    call.sim.waitMs ?? waitMs,
  );
}

function valueOf(call: Call, ask: ChatAsk, limit: GeminiLimit): number {
  const value = call.sim.meters.limit(call.request.key, ask.model, limit);
  return Number.isFinite(value) ? value : (geminiLimits(ask.model)[limit] ?? 0);
}

/** The 429 that names every limit without room. */
export function quotaExceeded(model: string, violations: readonly Violation[], waitMs: number): GeminiError {
  const lines = violations.map(
    ({ limit, value }) =>
      `\n* Quota exceeded for metric: generativelanguage.googleapis.com/${quotas[limit][1]}, limit: ${value}, model: ${model}`,
  );
  const message = `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. ${lines.join('')}\nPlease retry in ${spoken(waitMs)}.`;
  return geminiError(429, message, [
    {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [
        { description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev/gemini-api/docs/rate-limits' },
      ],
    },
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: violations.map(({ limit, value }) => ({
        quotaMetric: `generativelanguage.googleapis.com/${quotas[limit][1]}`,
        quotaId: quotas[limit][0],
        quotaDimensions: { location: 'global', model },
        quotaValue: String(value),
      })),
    },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${Math.floor(waitMs / 1000)}s` },
  ]);
}

/** `22.881s`, `34.074824224s`, `9h54m`. */
function spoken(waitMs: number): string {
  if (waitMs < 60_000) return `${Number((waitMs / 1000).toFixed(9))}s`;
  return goDuration(waitMs).replace(/(?<=m)0s$/, '');
}
