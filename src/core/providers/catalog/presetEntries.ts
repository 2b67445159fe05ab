import type { Dialect, Provider } from '../provider.ts';

/** What any server that calls itself OpenAI-compatible can be expected to take. */
const genericDialect: Dialect = {
  capField: 'max_tokens',
  streamOptions: true,
  maxTemperature: 2,
  tools: true,
  images: true,
  toolCallIds: 'any',
  signatures: false,
  failures: 'openai',
};

/** A provider of which only the address is known. `id`, `displayName` and `baseUrl` are to be filled in. */
export const genericEntry: Omit<Provider, 'id' | 'displayName' | 'baseUrl'> = {
  checkUrl: undefined,
  needsKey: true,
  models: [],
  successors: {},
  limitForm: 'window',
  limitScope: 'key',
  limits: {},
  maxConcurrent: undefined,
  dailyUnit: 'tokens',
  resetTimeZone: 'UTC',
  creditReset: 'never',
  dialect: genericDialect,
  keyPageUrl: undefined,
  termsUrl: undefined,
  trainsOnFreeTier: false,
  keyHint: undefined,
};

/** Off until the setting names them. Local servers list their models themselves. */
export const presetEntries: readonly Provider[] = [
  {
    ...genericEntry,
    id: 'ollama',
    displayName: 'Ollama',
    baseUrl: 'http://localhost:11434/v1',
    checkUrl: 'http://localhost:11434/v1/models',
    needsKey: false,
    // One machine computes one answer after the other.
    maxConcurrent: 1,
  },
  {
    ...genericEntry,
    id: 'lmstudio',
    displayName: 'LM Studio',
    baseUrl: 'http://localhost:1234/v1',
    checkUrl: 'http://localhost:1234/v1/models',
    needsKey: false,
    maxConcurrent: 1,
  },
  {
    ...genericEntry,
    id: 'openrouter',
    displayName: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    // `/models` is public there; `/key` is not.
    checkUrl: 'https://openrouter.ai/api/v1/key',
    models: [
      { id: 'openai/gpt-oss-120b:free', limits: {} },
      { id: 'openai/gpt-oss-20b:free', limits: {} },
    ],
    // Of the `:free` models together; 1,000 a day once 10 USD were bought.
    limits: { requestsPerMinute: 20, requestsPerDay: 50 },
    dailyUnit: 'requests',
    keyPageUrl: 'https://openrouter.ai/settings/keys',
    termsUrl: 'https://openrouter.ai/terms',
    trainsOnFreeTier: true,
    keyHint: { pattern: '^sk-or-v1-[0-9a-f]{64}$', example: 'sk-or-v1-…' },
  },
  {
    ...genericEntry,
    id: 'cerebras',
    displayName: 'Cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    checkUrl: 'https://api.cerebras.ai/v1/models',
    models: [{ id: 'gpt-oss-120b', contextTokens: 131_072, limits: {} }],
    keyPageUrl: 'https://cloud.cerebras.ai',
    termsUrl: 'https://www.cerebras.ai/terms-of-service',
    keyHint: { pattern: '^csk-', example: 'csk-…' },
  },
  {
    ...genericEntry,
    id: 'deepseek',
    displayName: 'DeepSeek',
    baseUrl: 'https://api.deepseek.com',
    checkUrl: 'https://api.deepseek.com/models',
    models: [
      { id: 'deepseek-v4-flash', limits: {} },
      { id: 'deepseek-v4-pro', limits: {} },
    ],
    keyPageUrl: 'https://platform.deepseek.com/api_keys',
    termsUrl: 'https://cdn.deepseek.com/policies/en-US/deepseek-terms-of-use.html',
    trainsOnFreeTier: true,
    keyHint: { pattern: '^sk-[a-z0-9]{32}$', example: 'sk-…' },
  },
];
