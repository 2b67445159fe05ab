import type { CapturedReply } from './capturedReply.ts';
import { google } from './googleError.ts';

type Quota = { readonly id: string; readonly metric?: string; readonly value?: string };
const perDay: Quota = { id: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', value: '20' };
const perMinute: Quota = { id: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier', value: '5' };
const inputTokens: Quota = {
  id: 'GenerateContentInputTokensPerModelPerMinute-FreeTier',
  metric: 'generativelanguage.googleapis.com/generate_content_free_tier_input_token_count',
  value: '250000',
};

function quota(quotas: readonly Quota[], retryDelay?: string, text = '', limit = '20') {
  const violations = quotas.map(({ id, metric, value }) => ({
    quotaMetric: metric ?? 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
    quotaId: id,
    quotaDimensions: { location: 'global', model: 'gemini-3.6-flash' },
    ...(value === undefined ? {} : { quotaValue: value }),
  }));
  const message = `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. \n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: ${limit}, model: gemini-3.6-flash${text}`;
  return [
    google(429, 'RESOURCE_EXHAUSTED', message, [
      { '@type': 'type.googleapis.com/google.rpc.Help', links: [] },
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations },
      ...(retryDelay === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]),
    ]),
  ];
}

const requestsDay = { kind: 'quotaDay', scope: 'model', limit: 'requestsPerDay' } as const;

export const geminiQuotas: readonly CapturedReply[] = [
  {
    what: 'the day, with a misleading short delay',
    of: 'gemini',
    status: 429,
    body: quota([perDay], '22s', '\nPlease retry in 22.881s.'),
    failure: requestsDay,
    sentence: /^Test Key 1 has used up its requests of the day for m1; other keys/,
  },
  {
    what: 'the day, with a wait of hours',
    of: 'gemini',
    status: 429,
    body: quota([perDay], '36000s', '\nPlease retry in 10h17m5.72s.'),
    failure: { ...requestsDay, waitMs: 37_025_720 },
    sentence: /for 10h 18m/,
  },
  {
    what: 'the day and the minute',
    of: 'gemini',
    status: 429,
    body: quota([perMinute, perDay], '12s'),
    failure: requestsDay,
    sentence: /of the day/,
  },
  {
    what: 'the minute, with RetryInfo alone',
    of: 'gemini',
    status: 429,
    body: quota([perMinute], '34.074824224s'),
    failure: { kind: 'rateMinute', scope: 'model', limit: 'requestsPerMinute', waitMs: 34_075 },
    sentence: /for 35s/,
  },
  {
    what: 'the minute, without any wait',
    of: 'gemini',
    status: 429,
    body: quota([perMinute]),
    failure: { kind: 'rateMinute', scope: 'model', limit: 'requestsPerMinute' },
    sentence: /asked too fast/,
  },
  {
    what: 'input tokens of the minute',
    of: 'gemini',
    status: 429,
    body: quota([inputTokens], '5s'),
    failure: { kind: 'rateMinute', scope: 'model', limit: 'tokensPerMinute', waitMs: 5_000 },
    sentence: /tokens per minute/,
  },
  {
    what: 'a limit of 0 in the text',
    of: 'gemini',
    status: 429,
    body: quota([{ id: perDay.id }], '22s', '', '0'),
    failure: { kind: 'modelGone', goneFor: 'account' },
    sentence: /no access to m1/,
  },
  {
    what: 'a limit of 0 in a violation',
    of: 'gemini',
    status: 429,
    body: quota([{ ...perDay, value: '0' }]),
    failure: { kind: 'modelGone', goneFor: 'account' },
    sentence: /no access to m1/,
  },
  {
    what: 'nothing but words',
    of: 'gemini',
    status: 429,
    body: [google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).')],
    failure: { kind: 'rateMinute', scope: 'model' },
    sentence: /asked too fast: its limit for m1/,
  },
  {
    what: 'nothing but a wait of hours',
    of: 'gemini',
    status: 429,
    body: [google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted. Please retry in 9h54m.')],
    failure: { kind: 'quotaDay', scope: 'model', waitMs: 35_640_000 },
    sentence: /for 9h 54m/,
  },
];
