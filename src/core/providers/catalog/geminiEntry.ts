import type { Limits } from '../../quota/limits.ts';
import type { Model, Provider } from '../provider.ts';

// Google publishes no numbers any more: 429 bodies and reports of August to October 2026.
const flash: Limits = { requestsPerMinute: 5, requestsPerDay: 20, tokensPerMinute: 250_000 };
const flashLite: Limits = { requestsPerMinute: 15, requestsPerDay: 500, tokensPerMinute: 250_000 };
const gemma: Limits = { requestsPerMinute: 30, requestsPerDay: 14_400, tokensPerMinute: 15_000 };

const gemini = (id: string, limits: Limits): Model => ({
  id,
  contextTokens: 1_048_576,
  maxOutputTokens: 65_536,
  limits,
});

export const geminiEntry: Provider = {
  id: 'gemini',
  displayName: 'Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
  checkUrl: 'https://generativelanguage.googleapis.com/v1beta/openai/models',
  needsKey: true,
  // The lite model first: 25 times the free quota of the others, and seldom overloaded.
  models: [
    gemini('gemini-3.5-flash-lite', flashLite),
    gemini('gemini-3.8-flash', flash),
    gemini('gemini-3.7-flash', flash),
    gemini('gemini-3.6-flash', flash),
    gemini('gemini-3.5-flash', flash),
    gemini('gemini-3.1-flash-lite', flashLite),
    { id: 'gemma-4-31b-it', contextTokens: 262_144, maxOutputTokens: 32_768, limits: gemma },
    { id: 'gemma-4-26b-a4b-it', contextTokens: 262_144, maxOutputTokens: 32_768, limits: gemma },
  ],
  successors: {
    'gemini-pro': 'gemini-3.5-flash-lite',
    'gemini-1.0-pro': 'gemini-3.5-flash-lite',
    'gemini-1.5-flash': 'gemini-3.5-flash-lite',
    'gemini-1.5-flash-latest': 'gemini-3.5-flash-lite',
    'gemini-1.5-flash-8b': 'gemini-3.5-flash-lite',
    'gemini-1.5-pro': 'gemini-3.8-flash',
    'gemini-1.5-pro-latest': 'gemini-3.8-flash',
    'gemini-2.0-flash': 'gemini-3.5-flash-lite',
    'gemini-2.0-flash-lite': 'gemini-3.5-flash-lite',
    'gemini-2.5-flash-lite': 'gemini-3.5-flash-lite',
    'gemini-2.5-flash': 'gemini-3.5-flash',
    'gemini-2.5-pro': 'gemini-3.8-flash',
    'gemini-3-pro-preview': 'gemini-3.8-flash',
  },
  limitForm: 'window',
  limitScope: 'model',
  limits: {},
  maxConcurrent: undefined,
  dailyUnit: 'requests',
  resetTimeZone: 'America/Los_Angeles',
  creditReset: 'never',
  dialect: {
    capField: 'max_tokens',
    streamOptions: true,
    maxTemperature: 2,
    tools: true,
    images: true,
    toolCallIds: 'any',
    signatures: true,
    failures: 'gemini',
  },
  keyPageUrl: 'https://aistudio.google.com/api-keys',
  termsUrl: 'https://ai.google.dev/gemini-api/terms',
  trainsOnFreeTier: true,
  // `AIza…` keys are being switched off; new ones begin with `AQ.` and have no documented length.
  keyHint: { pattern: '^(AQ\\.|AIza)\\S+$', example: 'AQ.…' },
};
