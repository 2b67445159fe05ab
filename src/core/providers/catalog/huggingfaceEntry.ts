import type { Provider } from '../provider.ts';

export const huggingfaceEntry: Provider = {
  id: 'huggingface',
  displayName: 'Hugging Face',
  baseUrl: 'https://router.huggingface.co/v1',
  // The router's own `/models` answers 200 to any token, so it proves nothing.
  checkUrl: 'https://huggingface.co/api/whoami-v2',
  needsKey: true,
  // `:cheapest` makes the free 0.10 USD a month last longest. Contexts are the upstreams'.
  models: [
    { id: 'openai/gpt-oss-120b:cheapest', contextTokens: 131_072, limits: {} },
    { id: 'openai/gpt-oss-20b:cheapest', contextTokens: 131_072, limits: {} },
    { id: 'deepseek-ai/DeepSeek-V4-Flash-0731:cheapest', limits: {} },
    { id: 'Qwen/Qwen3-Coder-30B-A3B-Instruct:cheapest', limits: {} },
    { id: 'google/gemma-4-31B-it:cheapest', limits: {} },
    { id: 'meta-llama/Llama-3.3-70B-Instruct:cheapest', limits: {} },
  ],
  successors: {},
  limitForm: 'window',
  limitScope: 'key',
  // Free accounts have a monthly credit in money and no published rates.
  limits: {},
  maxConcurrent: undefined,
  dailyUnit: 'requests',
  resetTimeZone: 'UTC',
  creditReset: 'month',
  dialect: {
    capField: 'max_tokens',
    streamOptions: true,
    maxTemperature: 2,
    tools: true,
    images: true,
    toolCallIds: 'any',
    signatures: false,
    failures: 'huggingface',
  },
  keyPageUrl: 'https://huggingface.co/settings/tokens/new?tokenType=fineGrained',
  termsUrl: 'https://huggingface.co/terms-of-service',
  trainsOnFreeTier: false,
  keyHint: { pattern: '^(hf_|api_org_)[A-Za-z0-9]{34}$', example: 'hf_…' },
};
