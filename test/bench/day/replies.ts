import { alphanumerics } from '../../simulator/demoKey.ts';
import { goDuration } from '../../simulator/duration.ts';
import { geminiReply } from '../../simulator/gemini/geminiErrors.ts';
import { quotaExceeded } from '../../simulator/gemini/geminiQuota.ts';
import { rateLimitedText, tooLargeText, type GroqLimit } from '../../simulator/groq/groqErrors.ts';
import type { PlacePlan } from './fleetPlan.ts';
import type { Meter } from './meter.ts';

/** What comes back over the wire; names of headers in lower case. */
export type WireReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** A limit that has no room for a request. */
export type Breach = { readonly meter: Meter; readonly weight: number; readonly waitMs: number };

const organisations = new Map<string, string>();

/** Groq's name of an account, in the text of its refusals. */
function organisationOf(account: string): string {
  const known = organisations.get(account) ?? `org_01${alphanumerics(account, 24).toLowerCase()}`;
  organisations.set(account, known);
  return known;
}

const isGroqLimit = (limit: string): limit is GroqLimit => /^(?:requests|tokens)Per(?:Minute|Day)$/.test(limit);

const groqError = (status: number, message: string, type: string, code?: string): WireReply => ({
  status,
  headers: {},
  body: { error: { message, type, ...(code === undefined ? {} : { code }) } },
});

export const groqInvalidKey = groqError(401, 'Invalid API Key', 'invalid_request_error', 'invalid_api_key');

export const groqOverCapacity = (model: string): WireReply =>
  groqError(
    503,
    `${model} is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.`,
    'internal_server_error',
  );

/** The first limit without room is named. Larger than a whole minute is 413, whatever wait it names. */
function groqRefusal(
  account: string,
  model: string,
  meters: readonly Meter[],
  { meter, weight, waitMs }: Breach,
  nowMs: number,
): WireReply {
  const { limit, value } = meter.plan;
  if (!isGroqLimit(limit)) throw new Error(`Groq has no limit ${limit}`);
  const used = meter.truth.used(nowMs);
  const breach = { limit, organisation: organisationOf(account), model, value, used, requested: weight, waitMs };
  const type = limit.startsWith('tokens') ? 'tokens' : 'requests';
  const isTooLarge = limit === 'tokensPerMinute' && weight > value;
  const text = isTooLarge ? tooLargeText(breach) : rateLimitedText(breach);
  const reply = groqError(isTooLarge ? 413 : 429, text, type, 'rate_limit_exceeded');
  const wait = Number.isFinite(waitMs) ? waitMs : 31_000;
  return { ...reply, headers: { 'retry-after': String(Math.ceil(wait / 1_000)), ...groqHeaders(meters, nowMs) } };
}

/** With resets, in Go's durations. */
export function groqHeaders(meters: readonly Meter[], nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { plan, truth } of meters) {
    const { header, value, windowMs } = plan;
    if (header === undefined) continue;
    const used = truth.used(nowMs);
    headers[`x-ratelimit-limit-${header}`] = String(value);
    headers[`x-ratelimit-remaining-${header}`] = String(Math.max(0, Math.floor(value - used)));
    headers[`x-ratelimit-reset-${header}`] = goDuration((Math.min(used, value) / value) * windowMs);
  }
  return headers;
}

/** Daily refusals name seconds all the same. */
const misleadingWaitMs = 22_881;

/** All limits without room are named. */
function geminiRefusal(model: string, breaches: readonly Breach[]): WireReply {
  const isDay = breaches.some(({ meter }) => meter.plan.form === 'period');
  const waitMs = isDay ? misleadingWaitMs : Math.max(...breaches.map((breach) => breach.waitMs));
  const violations = breaches.flatMap(({ meter: { plan } }) =>
    isGroqLimit(plan.limit) ? [{ limit: plan.limit, value: plan.value }] : [],
  );
  const { status, headers, body } = geminiReply(quotaExceeded(model, violations, waitMs), true);
  return { status, headers: headers ?? {}, body };
}

/** The gateway's second has a text of its own; minute and month read alike, and only the headers differ. */
function mistralRefusal(meters: readonly Meter[], { meter }: Breach, nowMs: number): WireReply {
  if (meter.plan.limit === 'requestsPerSecond') {
    return { status: 429, headers: {}, body: { message: 'Requests rate limit exceeded' } };
  }
  const said = { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null };
  return {
    status: 429,
    headers: mistralHeaders(meters, nowMs),
    body: { ...said, code: '1300', raw_status_code: 429 },
  };
}

/** Plain integers, and no reset. */
export function mistralHeaders(meters: readonly Meter[], nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { plan, truth } of meters) {
    if (plan.header === undefined) continue;
    headers[`x-ratelimit-limit-${plan.header}`] = String(plan.value);
    headers[`x-ratelimit-remaining-${plan.header}`] = String(Math.max(0, plan.value - truth.used(nowMs)));
  }
  return headers;
}

const huggingFaceNoCredit: WireReply = {
  status: 402,
  headers: {},
  body: {
    error:
      'You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included usage.',
  },
};

/** Where a provider names one limit, it is the first without room. */
export function refusal(
  { provider, account }: Pick<PlacePlan, 'provider' | 'account'>,
  model: string,
  meters: readonly Meter[],
  breaches: readonly Breach[],
  nowMs: number,
): WireReply {
  const [first] = breaches;
  if (first === undefined) throw new Error('nothing stands in the way');
  switch (provider) {
    case 'groq':
      return groqRefusal(account, model, meters, first, nowMs);
    case 'gemini':
      return geminiRefusal(model, breaches);
    case 'mistral':
      return mistralRefusal(meters, first, nowMs);
    case 'huggingface':
      return huggingFaceNoCredit;
  }
}

type Answer = { readonly id: number; readonly model: string; readonly prompt: number; readonly completion: number };

/** Whole, as all four give it. */
export const answerBody = ({ id, model, prompt, completion }: Answer, finish: 'stop' | 'length'): unknown => ({
  id: `chatcmpl-${id}`,
  object: 'chat.completion',
  created: 1_790_000_000,
  model,
  choices: [
    { index: 0, message: { role: 'assistant', content: `The sum of request ${id} is right.` }, finish_reason: finish },
  ],
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});
