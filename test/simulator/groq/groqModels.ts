import type { Limits } from '../../../src/core/quota/limits.ts';
import type { ModelRow } from '../vendor.ts';

const row = (id: string, owner: string, created: number, maxOutputTokens: number): ModelRow => ({
  id,
  owner,
  created,
  contextTokens: 131_072,
  maxOutputTokens,
});

/** The list mixes chat with speech and guards, and says nothing of what a model can do. */
export const groqModels: readonly ModelRow[] = [
  row('openai/gpt-oss-120b', 'OpenAI', 1_754_408_224, 65_536),
  row('openai/gpt-oss-20b', 'OpenAI', 1_754_407_957, 65_536),
  row('qwen/qwen3.6-27b', 'Alibaba Cloud', 1_782_000_000, 16_384),
  row('groq/compound', 'Groq', 1_756_949_530, 8_192),
  row('groq/compound-mini', 'Groq', 1_756_949_707, 8_192),
  { id: 'allam-2-7b', owner: 'SDAIA', created: 1_737_672_203, contextTokens: 4_096, maxOutputTokens: 4_096 },
  { id: 'whisper-large-v3', owner: 'OpenAI', created: 1_693_721_698, contextTokens: 448, maxOutputTokens: 448 },
  {
    id: 'meta-llama/llama-prompt-guard-2-22m',
    owner: 'Meta',
    created: 1_748_632_101,
    contextTokens: 512,
    maxOutputTokens: 512,
  },
];

/** Shut down: the API still knows their names. */
export const groqRetired: readonly string[] = [
  'llama-3.3-70b-versatile',
  'llama-3.1-8b-instant',
  'mixtral-8x7b-32768',
  'gemma2-9b-it',
  'deepseek-r1-distill-llama-70b',
];

const gptOss: Limits = { requestsPerMinute: 30, requestsPerDay: 1_000, tokensPerMinute: 8_000, tokensPerDay: 200_000 };
const compound: Limits = { requestsPerMinute: 30, requestsPerDay: 250, tokensPerMinute: 70_000 };

/** The free plan, per organisation and model. */
export function groqLimits(model: string): Limits {
  if (model.startsWith('groq/compound')) return compound;
  if (model === 'allam-2-7b')
    return { ...gptOss, requestsPerDay: 7_000, tokensPerMinute: 6_000, tokensPerDay: 500_000 };
  return gptOss;
}
