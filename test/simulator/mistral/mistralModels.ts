import type { Limits } from '../../../src/core/quota/limits.ts';
import { minuteOf, monthOf } from '../calendar.ts';
import { LeakyBucket, type MeterRules, WindowCount } from '../meters.ts';
import type { ModelRow } from '../vendor.ts';

const row = (id: string, name: string, more: Partial<ModelRow> = {}): ModelRow => ({
  id,
  name,
  contextTokens: 262_144,
  maxOutputTokens: 262_144,
  chat: true,
  deprecation: null,
  ...more,
});

/** Aliases are items of their own; embeddings stand among the chat models. */
export const mistralModels: readonly ModelRow[] = [
  row('mistral-small-latest', 'mistral-small-2603'),
  row('mistral-small-2603', 'mistral-small-2603'),
  row('mistral-medium-latest', 'mistral-medium-3-5'),
  row('mistral-large-latest', 'mistral-large-2512'),
  row('codestral-latest', 'codestral-2508', { contextTokens: 131_072, maxOutputTokens: 4_096 }),
  row('ministral-8b-latest', 'ministral-8b-2512'),
  row('mistral-small-2506', 'mistral-small-2506', {
    deprecation: '2026-07-31T12:00:00Z',
    replacement: 'mistral-small-2603',
  }),
  row('mistral-embed', 'mistral-embed', { chat: false, contextTokens: 8_192 }),
];

export const isReasoning = (model: string): boolean => model.startsWith('mistral-medium');

const free: Limits = {
  requestsPerSecond: 1,
  requestsPerMinute: 60,
  tokensPerMinute: 50_000,
  tokensPerMonth: 4_000_000,
};

/** The pools of one organisation, as observed in February 2026. */
export const mistralMeters: MeterRules = {
  scope: 'account',
  limits: () => free,
  make(limit, value) {
    if (limit.endsWith('Second')) return new LeakyBucket(value, 1_000);
    return new WindowCount(limit.endsWith('Month') ? monthOf : minuteOf);
  },
};

export const modelJson = (model: ModelRow) => ({
  id: model.id,
  object: 'model',
  created: 1_773_000_000,
  owned_by: 'mistralai',
  capabilities: {
    completion_chat: model['chat'],
    completion_fim: model.id.startsWith('codestral'),
    function_calling: model['chat'],
    fine_tuning: false,
    vision: !model.id.startsWith('codestral'),
    ocr: false,
    classification: false,
    moderation: false,
    audio: false,
  },
  name: model['name'],
  description: `Official ${model.id} Mistral AI model`,
  max_context_length: model.contextTokens,
  aliases: model['name'] === model.id ? [] : [model['name']],
  deprecation: model['deprecation'],
  deprecation_replacement_model: model['replacement'] ?? null,
  default_model_temperature: 0.3,
  type: 'base',
});
