import type { Limits } from '../../../src/core/quota/limits.ts';
import { dayOf, minuteOf } from '../calendar.ts';
import { type MeterRules, WindowCount } from '../meters.ts';
import type { ModelRow } from '../vendor.ts';

export const pacific = 'America/Los_Angeles';

const row = (id: string, displayName: string, contextTokens = 1_048_576, maxOutputTokens = 65_536): ModelRow => ({
  id,
  displayName,
  contextTokens,
  maxOutputTokens,
});

/** Some are listed though new users cannot use them, or have no free quota. */
export const geminiModels: readonly ModelRow[] = [
  row('gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite'),
  row('gemini-3.8-flash', 'Gemini 3.8 Flash'),
  row('gemini-3.7-flash', 'Gemini 3.7 Flash'),
  row('gemini-3.6-flash', 'Gemini 3.6 Flash'),
  row('gemini-3.5-flash', 'Gemini 3.5 Flash'),
  row('gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite'),
  row('gemini-3.1-pro-preview', 'Gemini 3.1 Pro Preview'),
  row('gemini-2.5-flash', 'Gemini 2.5 Flash'),
  row('gemma-4-31b-it', 'Gemma 4 31B IT', 262_144, 32_768),
];

/** Listed, and 404 for whoever did not use them before. */
export const closedToNewUsers: readonly string[] = ['gemini-2.5-flash'];

const flash: Limits = { requestsPerMinute: 5, tokensPerMinute: 250_000, requestsPerDay: 20 };
const lite: Limits = { requestsPerMinute: 15, tokensPerMinute: 250_000, requestsPerDay: 500 };

/** The free tier, per project and model. Token limits count the prompt only. */
export function geminiLimits(model: string): Limits {
  if (model.includes('flash-lite')) return lite;
  if (model.includes('-pro') || model.includes('argon')) return { requestsPerMinute: 0, requestsPerDay: 0 };
  return model.startsWith('gemma') ? { requestsPerMinute: 30, tokensPerMinute: 15_000, requestsPerDay: 14_400 } : flash;
}

/** Days turn at midnight Pacific, minutes by the clock. */
export const geminiMeters: MeterRules = {
  scope: 'model',
  limits: geminiLimits,
  make: (limit) => new WindowCount(limit.endsWith('Day') ? (ms) => dayOf(ms, pacific) : minuteOf),
};
