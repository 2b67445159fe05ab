import type { CapturedReply } from './capturedReply.ts';
import { groqError, groqText } from './groqText.ts';

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
    failure: { kind: 'tooLarge', requestedTokens: 13_266, withCap: true, limitTokens: 8_000 },
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
    failure: {
      kind: 'quotaDay',
      scope: 'model',
      limit: 'tokensPerDay',
      waitMs: 578_016,
      requestedTokens: 3_619,
      withCap: true,
    },
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
    failure: {
      kind: 'rateMinute',
      scope: 'model',
      limit: 'tokensPerMinute',
      waitMs: 4_770,
      requestedTokens: 1_000,
      withCap: true,
    },
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
