import type { Limits } from '../../quota/limits.ts';
import type { Provider } from '../provider.ts';

// Free plan, console.groq.com/docs, June to August 2026. Counted per model and organisation.
const gptOss: Limits = { requestsPerMinute: 30, requestsPerDay: 1_000, tokensPerMinute: 8_000, tokensPerDay: 200_000 };

// Measured on short prompts, September 2026: what the chat template adds.
const gptOssTemplate = 72;

export const groqEntry: Provider = {
  id: 'groq',
  displayName: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  checkUrl: 'https://api.groq.com/openai/v1/models',
  needsKey: true,
  models: [
    {
      id: 'openai/gpt-oss-120b',
      contextTokens: 131_072,
      maxOutputTokens: 65_536,
      templateTokens: gptOssTemplate,
      limits: gptOss,
    },
    {
      id: 'openai/gpt-oss-20b',
      contextTokens: 131_072,
      maxOutputTokens: 65_536,
      templateTokens: gptOssTemplate,
      limits: gptOss,
    },
    {
      id: 'qwen/qwen3.6-27b',
      contextTokens: 131_072,
      maxOutputTokens: 16_384,
      limits: { requestsPerMinute: 30, requestsPerDay: 1_000, tokensPerMinute: 8_000 },
    },
  ],
  // Shut down between March 2025 and August 2026.
  successors: {
    'llama-3.3-70b-versatile': 'openai/gpt-oss-120b',
    'llama-3.1-70b-versatile': 'openai/gpt-oss-120b',
    'llama-3.1-8b-instant': 'openai/gpt-oss-20b',
    'llama3-70b-8192': 'openai/gpt-oss-120b',
    'llama3-8b-8192': 'openai/gpt-oss-20b',
    'meta-llama/llama-4-scout-17b-16e-instruct': 'qwen/qwen3.6-27b',
    'meta-llama/llama-4-maverick-17b-128e-instruct': 'openai/gpt-oss-120b',
    'qwen/qwen3-32b': 'qwen/qwen3.6-27b',
    'qwen-qwq-32b': 'qwen/qwen3.6-27b',
    'moonshotai/kimi-k2-instruct': 'openai/gpt-oss-120b',
    'moonshotai/kimi-k2-instruct-0905': 'openai/gpt-oss-120b',
    'deepseek-r1-distill-llama-70b': 'openai/gpt-oss-120b',
    'gemma2-9b-it': 'openai/gpt-oss-20b',
    'mistral-saba-24b': 'openai/gpt-oss-20b',
    'mixtral-8x7b-32768': 'openai/gpt-oss-20b',
  },
  limitForm: 'bucket',
  limitScope: 'model',
  limits: {},
  maxConcurrent: undefined,
  dailyUnit: 'tokens',
  resetTimeZone: 'UTC',
  creditReset: 'never',
  dialect: {
    capField: 'max_completion_tokens',
    streamOptions: true,
    maxTemperature: 2,
    tools: true,
    images: false,
    toolCallIds: 'any',
    signatures: false,
    failures: 'groq',
  },
  keyPageUrl: 'https://console.groq.com/keys',
  termsUrl: 'https://groq.com/terms-of-use',
  trainsOnFreeTier: false,
  keyHint: { pattern: '^gsk_[A-Za-z0-9]{52}$', example: 'gsk_…' },
};
