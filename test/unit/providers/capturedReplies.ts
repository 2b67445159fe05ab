import type { Failure } from '../../../src/core/providers/failure.ts';

/** One captured reply: who sent it, and what it must come to. */
export type CapturedReply = {
  readonly what: string;
  readonly of:
    | 'groq'
    | 'gemini'
    | 'mistral'
    | 'huggingface'
    | 'openrouter'
    | 'cerebras'
    | 'deepseek'
    | 'ollama'
    | 'lmstudio';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Everything of the failure but what was said. */
  readonly failure: DistributiveOmit<Failure, 'said' | 'status'>;
  /** In the sentence that people read. */
  readonly sentence: RegExp;
};

type DistributiveOmit<Union, Name extends PropertyKey> = Union extends unknown ? Omit<Union, Name> : never;

const groqText = (rest: string) =>
  `Rate limit reached for model \`openai/gpt-oss-120b\` in organization \`org_01test\` service tier \`on_demand\` on ${rest}`;
const groqError = (message: string, code?: string, type = 'invalid_request_error') => ({
  error: { message, type, ...(code === undefined ? {} : { code }) },
});

const html =
  '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry, you have been blocked</body></html>';
const htmlType = { 'content-type': 'text/html; charset=UTF-8' };

export const groqReplies: readonly CapturedReply[] = [
  {
    what: 'an invalid key',
    of: 'groq',
    status: 401,
    body: groqError('Invalid API Key', 'invalid_api_key'),
    failure: { kind: 'authInvalid' },
    sentence: /^Test Key 1 was refused: check or replace the key at https:\/\/console\.groq\.com\/keys$/,
  },
  {
    what: 'a page of Cloudflare’s',
    of: 'groq',
    status: 403,
    headers: htmlType,
    body: html,
    failure: { kind: 'networkBlocked' },
    sentence: /^Groq cannot be reached from this network or country \(Attention Required! \| Cloudflare\): check VPN/,
  },
  {
    what: 'a permission missing',
    of: 'groq',
    status: 403,
    body: groqError('Not allowed for this project', undefined, 'permissions_error'),
    failure: { kind: 'authBlocked' },
    sentence: /^Test Key 1 is blocked by Groq \(Not allowed for this project\)/,
  },
  {
    what: 'an unknown model',
    of: 'groq',
    status: 404,
    body: groqError('The model `x` does not exist or you do not have access to it.', 'model_not_found'),
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /^Groq no longer has m1: its next model is used/,
  },
  {
    what: 'a decommissioned model',
    of: 'groq',
    status: 400,
    body: groqError(
      'The model `x` has been decommissioned and is no longer supported. Please refer to https://console.groq.com/docs/deprecations for a recommendation on which model to use instead.',
      'model_decommissioned',
    ),
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /no longer has m1/,
  },
  {
    what: 'a context too long',
    of: 'groq',
    status: 400,
    body: {
      error: {
        message: 'Please reduce the length of the messages or completion.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
    failure: { kind: 'tooLarge' },
    sentence: /^The request is too large for m1 with Test Key 1: send less$/,
  },
  {
    what: 'one request larger than the minute, with a wait that would not help',
    of: 'groq',
    status: 413,
    headers: { 'retry-after': '31' },
    body: groqError(
      'Request too large for model `x` in organization `org_01test` service tier `on_demand` on tokens per minute (TPM): Limit 8000, Requested 13266, please reduce your message size and try again. Need more tokens? Upgrade',
      'rate_limit_exceeded',
      'tokens',
    ),
    failure: { kind: 'tooLarge', requestedTokens: 13_266, limitTokens: 8_000 },
    sentence: /13,266 tokens, 8,000 are taken; send less$/,
  },
  {
    what: 'tokens of the day',
    of: 'groq',
    status: 429,
    headers: { 'retry-after': '579' },
    body: groqError(
      `${groqText('tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in 9m38.016s.')} Need more tokens? Upgrade`,
      'rate_limit_exceeded',
      'tokens',
    ),
    failure: { kind: 'quotaDay', scope: 'model', limit: 'tokensPerDay', waitMs: 578_016 },
    sentence: /^Test Key 1 has used up its tokens of the day for m1, for 10m/,
  },
  {
    what: 'requests of the day',
    of: 'groq',
    status: 429,
    body: groqError(
      groqText('requests per day (RPD): Limit 1000, Used 1000, Requested 1. Please try again in 1m26.4s. Visit'),
      'rate_limit_exceeded',
      'requests',
    ),
    failure: { kind: 'quotaDay', scope: 'model', limit: 'requestsPerDay', waitMs: 86_400 },
    sentence: /requests of the day/,
  },
  {
    what: 'requests of the minute',
    of: 'groq',
    status: 429,
    headers: { 'retry-after': '1' },
    body: groqError(
      groqText(
        'requests per minute (RPM): Limit 30, Used 30, Requested 1. Please try again in 399ms. Visit https://console.groq.com/docs/rate-limits for more information.',
      ),
      'rate_limit_exceeded',
      'requests',
    ),
    failure: { kind: 'rateMinute', scope: 'model', limit: 'requestsPerMinute', waitMs: 399 },
    sentence: /^Test Key 1 is asked too fast: its requests per minute for m1, for 1s/,
  },
  {
    what: 'tokens of the minute',
    of: 'groq',
    status: 429,
    body: groqError(
      groqText('tokens per minute (TPM): Limit 6000, Used 5477, Requested 1000. Please try again in 4.77s.'),
      'rate_limit_exceeded',
      'tokens',
    ),
    failure: { kind: 'rateMinute', scope: 'model', limit: 'tokensPerMinute', waitMs: 4_770 },
    sentence: /tokens per minute/,
  },
  {
    what: 'a 429 without words, told by its headers',
    of: 'groq',
    status: 429,
    body: '',
    headers: {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-limit-requests': '1000',
      'x-ratelimit-reset-requests': '2m59.56s',
      'x-ratelimit-remaining-tokens': '7922',
    },
    failure: { kind: 'quotaDay', scope: 'model', limit: 'requestsPerDay', waitMs: 179_560 },
    sentence: /requests of the day/,
  },
  {
    what: 'the flex tier over capacity',
    of: 'groq',
    status: 498,
    body: groqError('capacity', 'capacity_exceeded'),
    failure: { kind: 'overloaded' },
    sentence: /^Groq is overloaded or down \(capacity\)/,
  },
  {
    what: 'a model over capacity',
    of: 'groq',
    status: 503,
    body: {
      error: {
        message:
          'x is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.',
        type: 'internal_server_error',
      },
    },
    failure: { kind: 'overloaded' },
    sentence: /overloaded or down/,
  },
  {
    what: 'a field it does not know',
    of: 'groq',
    status: 400,
    body: groqError("property 'foo' is unsupported, did you mean 'stop'?"),
    failure: { kind: 'badRequest', field: 'foo' },
    sentence: /^Groq did not accept the field foo of the request/,
  },
  {
    what: 'a bad gateway',
    of: 'groq',
    status: 502,
    headers: htmlType,
    body: '<html><title>502</title></html>',
    failure: { kind: 'overloaded' },
    sentence: /overloaded or down \(502\)/,
  },
];

const detail = (reply: unknown) => ({ detail: reply });

export const mistralReplies: readonly CapturedReply[] = [
  {
    what: 'an invalid key',
    of: 'mistral',
    status: 401,
    body: detail('Unauthorized'),
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'the gateway’s 401',
    of: 'mistral',
    status: 401,
    body: { message: 'Unauthorized', request_id: 'r' },
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'an empty 401',
    of: 'mistral',
    status: 401,
    body: '',
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'an unknown model',
    of: 'mistral',
    status: 400,
    body: {
      object: 'error',
      message: 'Invalid model: x',
      type: 'invalid_model',
      param: null,
      code: '1500',
      raw_status_code: 400,
    },
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /no longer has m1/,
  },
  {
    what: 'a context too long',
    of: 'mistral',
    status: 400,
    body: {
      object: 'error',
      message:
        'Prompt contains 321774 tokens and 0 draft tokens, too large for model with 262144 maximum context length',
      type: 'invalid_request_prompt',
      param: null,
      code: '3051',
      raw_status_code: 400,
    },
    failure: { kind: 'tooLarge', requestedTokens: 321_774, limitTokens: 262_144 },
    sentence: /321,774 tokens, 262,144 are taken/,
  },
  {
    what: 'an extra field',
    of: 'mistral',
    status: 422,
    body: detail([
      {
        type: 'extra_forbidden',
        loc: ['body', 'max_completion_tokens'],
        msg: 'Extra inputs are not permitted',
        input: 8192,
      },
    ]),
    failure: { kind: 'badRequest', field: 'max_completion_tokens' },
    sentence: /field max_completion_tokens/,
  },
  {
    what: 'an extra field, message as an object',
    of: 'mistral',
    status: 422,
    body: {
      object: 'error',
      message: detail([{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }]),
      type: 'invalid_request_error',
      param: null,
      code: null,
    },
    failure: { kind: 'badRequest', field: 'seed' },
    sentence: /field seed .*Extra inputs are not permitted/,
  },
  {
    what: 'a rate limit that is not named',
    of: 'mistral',
    status: 429,
    body: {
      object: 'error',
      message: 'Rate limit exceeded',
      type: 'rate_limited',
      param: null,
      code: '1300',
      raw_status_code: 429,
    },
    failure: { kind: 'rateMinute', scope: 'key' },
    sentence: /^Test Key 1 is asked too fast: its limit, it is left alone/,
  },
  {
    what: 'the same text, the month at 0',
    of: 'mistral',
    status: 429,
    headers: { 'x-ratelimit-limit-tokens-month': '4000000', 'x-ratelimit-remaining-tokens-month': '0' },
    body: {
      object: 'error',
      message: 'Rate limit exceeded',
      type: 'rate_limited',
      param: null,
      code: '1300',
      raw_status_code: 429,
    },
    failure: { kind: 'noCredit' },
    sentence: /^Test Key 1 has no credit left until the month turns/,
  },
  {
    what: 'the same text, the minute at 0',
    of: 'mistral',
    status: 429,
    headers: {
      'x-ratelimit-limit-tokens-minute': '50000',
      'x-ratelimit-remaining-tokens-minute': '0',
      'x-ratelimit-remaining-tokens-month': '9',
    },
    body: { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
    failure: { kind: 'rateMinute', scope: 'key', limit: 'tokensPerMinute' },
    sentence: /tokens per minute/,
  },
  {
    what: 'a limit of 0: no access to that model',
    of: 'mistral',
    status: 429,
    headers: { 'x-ratelimit-limit-tokens-minute': '0', 'x-ratelimit-remaining-tokens-minute': '0' },
    body: { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
    failure: { kind: 'modelGone', goneFor: 'account' },
    sentence: /^Test Key 1 has no access to m1/,
  },
  {
    what: 'the gateway’s second',
    of: 'mistral',
    status: 429,
    body: { message: 'Requests rate limit exceeded' },
    failure: { kind: 'rateMinute', scope: 'key', limit: 'requestsPerSecond' },
    sentence: /requests per second/,
  },
  {
    what: 'an empty 429',
    of: 'mistral',
    status: 429,
    headers: { 'retry-after': '2' },
    body: '',
    failure: { kind: 'rateMinute', scope: 'key', limit: 'requestsPerSecond', waitMs: 2_000 },
    sentence: /for 2s/,
  },
  {
    what: 'capacity, as a 429',
    of: 'mistral',
    status: 429,
    body: {
      object: 'error',
      message: 'Service tier capacity exceeded for this model.',
      type: 'service_tier_capacity_exceeded',
      param: null,
      code: '3505',
      raw_status_code: 429,
    },
    failure: { kind: 'overloaded' },
    sentence: /overloaded/,
  },
  {
    what: 'capacity, with other codes',
    of: 'mistral',
    status: 429,
    body: {
      object: 'error',
      message: 'Service tier capacity exceeded for this model.',
      type: 'invalid_request_error',
      param: null,
      code: null,
    },
    failure: { kind: 'overloaded' },
    sentence: /overloaded/,
  },
  {
    what: 'capacity of the backend',
    of: 'mistral',
    status: 503,
    body: {
      object: 'error',
      message: 'Not enough capacity available for this request, please retry later.',
      type: 'backend_out_of_capacity',
      param: null,
      code: '3505',
    },
    failure: { kind: 'overloaded' },
    sentence: /overloaded/,
  },
  {
    what: 'no route',
    of: 'mistral',
    status: 404,
    body: { message: 'no Route matched with those values' },
    failure: { kind: 'badRequest' },
    sentence: /did not understand the request \(no Route matched/,
  },
  {
    what: 'a payment required',
    of: 'mistral',
    status: 402,
    body: '',
    failure: { kind: 'noCredit' },
    sentence: /no credit/,
  },
  {
    what: 'plain text',
    of: 'mistral',
    status: 500,
    body: 'upstream connect error',
    failure: { kind: 'overloaded' },
    sentence: /upstream connect error/,
  },
];

const upstream = (message: string, code: string) => ({
  error: { message, type: 'invalid_request_error', param: 'model', code },
});

export const huggingfaceReplies: readonly CapturedReply[] = [
  {
    what: 'an invalid token',
    of: 'huggingface',
    status: 401,
    body: { error: 'Invalid username or password.' },
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'an invalid token at the hub',
    of: 'huggingface',
    status: 401,
    body: { error: 'Invalid credentials in Authorization header' },
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'credits used up',
    of: 'huggingface',
    status: 402,
    body: {
      error:
        'You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included usage.',
    },
    failure: { kind: 'noCredit' },
    sentence: /no credit left until the month turns: top it up, or wait$/,
  },
  {
    what: 'credits used up, as of 2025',
    of: 'huggingface',
    status: 402,
    body: {
      error:
        'You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.',
    },
    failure: { kind: 'noCredit' },
    sentence: /no credit/,
  },
  {
    what: 'a scope missing',
    of: 'huggingface',
    status: 403,
    body: {
      error:
        'This authentication method does not have sufficient permissions to call Inference Providers on behalf of user someone',
    },
    failure: { kind: 'authBlocked' },
    sentence: /is blocked by Hugging Face \(This authentication method/,
  },
  {
    what: 'no upstream for the model',
    of: 'huggingface',
    status: 400,
    body: upstream("The requested model 'x' is not supported by any provider you have enabled.", 'model_not_supported'),
    failure: { kind: 'modelGone', goneFor: 'account' },
    sentence: /no access to m1/,
  },
  {
    what: 'an unknown model',
    of: 'huggingface',
    status: 400,
    body: upstream("The requested model 'x' does not exist.", 'model_not_found'),
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /no longer has/,
  },
  {
    what: 'a model that one upstream lacks',
    of: 'huggingface',
    status: 400,
    body: { error: 'Model not supported by provider hf-inference' },
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /no longer has/,
  },
  {
    what: 'the upstream’s 429',
    of: 'huggingface',
    status: 429,
    body: groqError(
      groqText('tokens per minute (TPM): Limit 6000, Used 5477, Requested 1000. Please try again in 4.77s.'),
      'rate_limit_exceeded',
      'tokens',
    ),
    failure: { kind: 'rateMinute', scope: 'key', waitMs: 4_770 },
    sentence: /asked too fast/,
  },
  {
    what: 'the upstream’s outage',
    of: 'huggingface',
    status: 503,
    body: { message: 'Service Unavailable' },
    failure: { kind: 'overloaded' },
    sentence: /overloaded/,
  },
  {
    what: 'a field the upstream refuses',
    of: 'huggingface',
    status: 422,
    body: { error: { message: 'tools are not supported', code: 'UNSUPPORTED_OPENAI_PARAMS' } },
    failure: { kind: 'badRequest' },
    sentence: /tools are not supported/,
  },
];

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
    failure: { kind: 'quotaDay', scope: 'key', limit: 'requestsPerDay', waitMs: 33_011_380 },
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
];
