import type { CapturedReply } from './capturedReply.ts';

export const otherReplies: readonly CapturedReply[] = [
  {
    what: 'free requests of the day',
    of: 'openrouter',
    status: 429,
    body: {
      error: {
        message: 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day',
        code: 429,
      },
    },
    failure: { kind: 'quotaDay', scope: 'key', limit: 'requestsPerDay' },
    sentence: /requests of the day/,
  },
  {
    what: 'an upstream failure',
    of: 'openrouter',
    status: 502,
    body: { error: { message: 'Provider returned error', code: 502 } },
    failure: { kind: 'overloaded' },
    sentence: /Provider returned error/,
  },
  {
    what: 'no card',
    of: 'cerebras',
    status: 402,
    body: { message: 'Payment required to access this resource. Visit your billing tab.' },
    failure: { kind: 'noCredit' },
    sentence: /no credit left: top it up at Cerebras, then check the key/,
  },
  {
    what: 'requests of the day, by header',
    of: 'cerebras',
    status: 429,
    headers: { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '33011.38' },
    body: { message: 'Too many requests' },
    failure: { kind: 'quotaDay', scope: 'model', limit: 'requestsPerDay', waitMs: 33_011_380 },
    sentence: /for 9h 11m/,
  },
  {
    what: 'an invalid key',
    of: 'deepseek',
    status: 401,
    body: { error: { message: 'Authentication Fails', type: 'authentication_error' } },
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'no balance',
    of: 'deepseek',
    status: 402,
    body: { error: { message: 'Insufficient Balance' } },
    failure: { kind: 'noCredit' },
    sentence: /no credit/,
  },
  {
    what: 'a model that is not pulled',
    of: 'ollama',
    status: 404,
    body: { error: { message: "model 'x' not found", type: 'api_error', param: null } },
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /no longer has/,
  },
  {
    what: 'a prompt too long',
    of: 'ollama',
    status: 400,
    body: {
      error: { message: 'prompt too long; exceeded max context length by 12 tokens', type: 'api_error', param: null },
    },
    failure: { kind: 'tooLarge' },
    sentence: /too large/,
  },
  {
    what: 'a context overflow',
    of: 'lmstudio',
    status: 400,
    body: {
      error:
        'Trying to keep the first 5000 tokens when context overflows. However, the model is loaded with context length of only 4096 tokens',
    },
    failure: { kind: 'tooLarge' },
    sentence: /too large/,
  },
  {
    what: 'a path that is not there',
    of: 'ollama',
    status: 404,
    body: '404 page not found',
    failure: { kind: 'badReply' },
    sentence: /^Ollama sent something that is no answer \(404 page not found\): check its address/,
  },
  {
    what: 'a picture for a model without eyes',
    of: 'openrouter',
    status: 400,
    body: { error: { message: 'This model is text only: image input is not supported' } },
    failure: { kind: 'badRequest' },
    sentence: /image input is not supported/,
  },
];
