import type { MeterPlan } from '../../bench/day/meter.ts';
import type { LimitName } from '../../../src/core/quota/limits.ts';
import { quotaDay, quotaMonth } from '../../../src/core/quota/quotaDay.ts';

export const providerIds = ['groq', 'gemini', 'mistral', 'huggingface'] as const;
export type ProviderId = (typeof providerIds)[number];

export const modelsOf: Readonly<Record<ProviderId, readonly string[]>> = {
  groq: ['openai/gpt-oss-120b', 'openai/gpt-oss-20b', 'qwen/qwen3.6-27b'],
  gemini: ['gemini-3.5-flash-lite', 'gemini-3.8-flash'],
  mistral: ['mistral-small-latest', 'mistral-medium-latest'],
  huggingface: ['openai/gpt-oss-120b:cheapest'],
};

/** Prompt tokens that the provider adds: the catalog's numbers. */
export const templateTokens = (provider: ProviderId, model: string): number =>
  provider === 'groq' && model.includes('gpt-oss') ? 72 : 0;

const minuteMs = 60_000;
const dayMs = 86_400_000;
const googleZone = 'America/Los_Angeles';

/**
 * The limits of one account's model at a moment, `factor` times as large as usual in their days and
 * months. Far below the catalog's, so that a day of some hundred requests uses them up.
 */
export function metersAt(provider: ProviderId, model: string, factor: number, nowMs: number): readonly MeterPlan[] {
  switch (provider) {
    case 'groq':
      return groqMeters(model, factor);
    case 'gemini':
      return geminiMeters(model, factor, nowMs);
    case 'mistral':
      return mistralMeters(factor, nowMs);
    case 'huggingface':
      return [{ ...monthOf('credit', 80 * factor, nowMs), ...requests, published: false, header: undefined }];
  }
}

/** Whether an account's models share their limits. */
export const isShared = (provider: ProviderId): boolean => provider === 'mistral' || provider === 'huggingface';

const requests = { upFront: 'request', inTheEnd: 'request' } as const;
const never = Number.POSITIVE_INFINITY;

function groqMeters(model: string, factor: number): readonly MeterPlan[] {
  const bucket = (limit: LimitName, value: number, header?: string): MeterPlan => {
    const isTokens = limit.startsWith('tokens');
    const weights = isTokens ? ({ upFront: 'promptAndCap', inTheEnd: 'promptAndAnswer' } as const) : requests;
    const windowMs = limit.endsWith('Day') ? dayMs : minuteMs;
    return { limit, value, form: 'bucket', windowMs, turnsAtMs: never, ...weights, published: true, header };
  };
  const perDay = Math.round(120 * factor);
  return [
    bucket('requestsPerMinute', 30),
    bucket('requestsPerDay', perDay, 'requests'),
    bucket('tokensPerMinute', 8_000, 'tokens'),
    ...(model.startsWith('qwen') ? [] : [bucket('tokensPerDay', Math.round(80_000 * factor))]),
  ];
}

function geminiMeters(model: string, factor: number, nowMs: number): readonly MeterPlan[] {
  const isLite = model.endsWith('lite');
  const sliding = {
    form: 'sliding',
    windowMs: minuteMs,
    turnsAtMs: never,
    published: true,
    header: undefined,
  } as const;
  const day = { form: 'period', windowMs: 0, published: true, header: undefined } as const;
  const turnsAtMs = quotaDay(nowMs, googleZone).endMs;
  return [
    { limit: 'requestsPerDay', value: Math.round((isLite ? 60 : 20) * factor), ...day, turnsAtMs, ...requests },
    { limit: 'requestsPerMinute', value: isLite ? 15 : 5, ...sliding, ...requests },
  ];
}

function mistralMeters(factor: number, nowMs: number): readonly MeterPlan[] {
  const sliding = { form: 'sliding', turnsAtMs: never, published: false } as const;
  const tokens = { upFront: 'prompt', inTheEnd: 'promptAndAnswer' } as const;
  return [
    { limit: 'requestsPerSecond', value: 1, ...sliding, windowMs: 1_000, ...requests, header: undefined },
    { limit: 'requestsPerMinute', value: 60, ...sliding, windowMs: minuteMs, ...requests, header: 'req-minute' },
    { limit: 'tokensPerMinute', value: 50_000, ...sliding, windowMs: minuteMs, ...tokens, header: 'tokens-minute' },
    {
      ...monthOf('tokensPerMonth', Math.round(1_500_000 * factor), nowMs),
      ...tokens,
      published: false,
      header: 'tokens-month',
    },
  ];
}

const monthOf = <Limit extends MeterPlan['limit']>(limit: Limit, value: number, nowMs: number) =>
  ({ limit, value, form: 'period', windowMs: 0, turnsAtMs: quotaMonth(nowMs, 'UTC').endMs }) as const;
