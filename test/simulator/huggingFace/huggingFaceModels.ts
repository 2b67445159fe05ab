import type { Limits } from '../../../src/core/quota/limits.ts';
import { monthOf } from '../calendar.ts';
import { type MeterRules, WindowCount } from '../meters.ts';
import type { ModelRow } from '../vendor.ts';

const row = (id: string, provider: string, context: number, input: number, output: number): ModelRow => ({
  id,
  provider,
  contextTokens: context,
  maxOutputTokens: context,
  pricing: { input, output },
});

export const huggingFaceModels: readonly ModelRow[] = [
  row('openai/gpt-oss-120b', 'groq', 131_072, 0.15, 0.75),
  row('openai/gpt-oss-20b', 'groq', 131_072, 0.1, 0.5),
  row('deepseek-ai/DeepSeek-V4-Pro', 'novita', 163_840, 0.6, 1.7),
  row('zai-org/GLM-5.2', 'zai-org', 202_752, 0.6, 2.2),
  row('moonshotai/Kimi-K3', 'together', 262_144, 0.6, 2.5),
  row('Qwen/Qwen3-Coder-30B-A3B-Instruct', 'scaleway', 262_144, 0.2, 0.8),
  row('meta-llama/Llama-3.3-70B-Instruct', 'sambanova', 131_072, 0.6, 1.2),
];

export const rowOf = (id: string): ModelRow =>
  huggingFaceModels.find((known) => known.id === id) ?? row(id, 'novita', 131_072, 0.2, 0.8);

/** 0.10 USD are about 300 calls of a thousand tokens: the month's credit, counted in calls. */
const free: Limits = { requestsPerMonth: 300 };

export const huggingFaceMeters: MeterRules = {
  scope: 'account',
  limits: () => free,
  make: () => new WindowCount(monthOf),
};

export const modelJson = (model: ModelRow) => ({
  id: model.id,
  object: 'model',
  created: 1_754_408_224,
  owned_by: model.id.split('/')[0],
  architecture: { input_modalities: ['text'], output_modalities: ['text'] },
  providers: [
    {
      provider: model['provider'],
      status: 'live',
      context_length: model.contextTokens,
      pricing: model['pricing'],
      supports_tools: true,
      supports_structured_output: true,
      first_token_latency_ms: 300,
      throughput: 400,
      is_model_author: false,
    },
  ],
});
