import type { CapturedReply } from './capturedReply.ts';
import { groqError, groqText } from './groqText.ts';

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
