import type { HttpHeaders } from '../ports.ts';
import type { LimitName } from '../quota/limits.ts';
import { readConcurrency } from './concurrencyWords.ts';
import { findWaitMs, maxWaitMs, parseWaitMs } from './duration.ts';
import type { ErrorBody, Violation } from './errorBody.ts';
import type { Provider } from './provider.ts';
import { deniesModel } from './rateHeaders.ts';
import { scopeOfViolation, scopeOfWords } from './limitScope.ts';
import type { RateReading } from './rateReading.ts';

/** Which limit a 429 was about, and what to do about it. */
export type LimitVerdict = {
  readonly kind: 'quotaDay' | 'rateMinute' | 'noCredit' | 'modelGone';
  readonly scope: 'key' | 'model';
  readonly limit?: LimitName;
  readonly waitMs?: number;
  /** It was about the requests under way at once, of which so many are taken where a number is named. */
  readonly concurrency?: { readonly most?: number };
  /** What the text says of limits, beyond the headers. */
  readonly readings: readonly RateReading[];
};

export type LimitedReply = {
  readonly provider: Provider;
  readonly model: string | undefined;
  readonly headers: HttpHeaders;
  readonly body: ErrorBody;
  /** From the headers. */
  readonly readings: readonly RateReading[];
  readonly nowMs: number;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** No wait passes the window of its limit: a longer one is a mistake or an attack. */
export function readLimit(reply: LimitedReply): LimitVerdict {
  const verdict = unboundedLimit(reply);
  return verdict.waitMs === undefined
    ? verdict
    : { ...verdict, waitMs: Math.min(verdict.waitMs, longestWaitMs(verdict)) };
}

function longestWaitMs({ kind, limit }: LimitVerdict): number {
  if (limit?.endsWith('Day') === true) return 25 * hourMs;
  // A limit that is not named may be a week's.
  return kind === 'rateMinute' ? 10 * minuteMs : maxWaitMs;
}

function unboundedLimit(reply: LimitedReply): LimitVerdict {
  // Whatever Hugging Face's upstream counts is not this account's.
  const isOwn = reply.provider.dialect.failures !== 'huggingface';
  const concurrency = isOwn ? readConcurrency(reply.body) : undefined;
  if (concurrency !== undefined) {
    return { kind: 'rateMinute', scope: 'key', concurrency, ...waitOf(reply), readings: [] };
  }
  switch (reply.provider.dialect.failures) {
    case 'gemini':
      return geminiLimit(reply);
    case 'mistral':
      return mistralLimit(reply);
    case 'huggingface':
      // Only the wait is of use.
      return { kind: 'rateMinute', scope: 'key', readings: [], ...waitOf(reply) };
    case 'groq':
    case 'openai':
      return textLimit(reply) ?? headerLimit(reply) ?? unnamedLimit(reply);
  }
}

const groqLimits: Readonly<Record<string, LimitName>> = {
  RPM: 'requestsPerMinute',
  RPD: 'requestsPerDay',
  TPM: 'tokensPerMinute',
  TPD: 'tokensPerDay',
  ITPM: 'tokensPerMinute',
  OTPM: 'tokensPerMinute',
};

/** `… on tokens per day (TPD): Limit 100000, Used 97050, Requested 3619`, in a 429 and in a 413. */
export function readLimitText(message: string, scope: 'key' | 'model') {
  const found = /\(([A-Z]{3,4})\): Limit (\d{1,15})(?:, Used (\d{1,15}))?(?:, Requested (\d{1,15}))?/.exec(message);
  const limit = groqLimits[found?.[1] ?? ''];
  if (found === null || limit === undefined) return undefined;
  const limitValue = Number(found[2]);
  const used = found[3] === undefined ? undefined : Number(found[3]);
  const requested = found[4] === undefined ? undefined : Number(found[4]);
  // Input and output limits are parts of the minute's: their size is not the whole one's.
  const learn = found[1]?.length === 3 && limitValue > 0;
  const reading: RateReading = {
    limit,
    scope,
    ...(learn ? { limitValue } : {}),
    ...(learn && used !== undefined ? { remaining: Math.max(0, limitValue - used) } : {}),
  };
  return { limit, limitValue, requested, reading };
}

function textLimit(reply: LimitedReply): LimitVerdict | undefined {
  const { message } = reply.body;
  const scope = scopeOfWords(message, reply.provider, reply.model);
  const found = readLimitText(message, scope);
  if (found !== undefined) {
    const kind = found.limit.endsWith('PerDay') ? 'quotaDay' : 'rateMinute';
    return { kind, scope, limit: found.limit, ...waitOf(reply, found.limit), readings: [found.reading] };
  }
  const unit = /token/i.test(message) ? 'tokens' : 'requests';
  if (/per[- ]?day|daily/i.test(message)) {
    return { kind: 'quotaDay', scope, limit: `${unit}PerDay`, ...waitOf(reply, `${unit}PerDay`), readings: [] };
  }
  const window = /per[- ]?min/i.test(message) ? 'Minute' : /per[- ]?sec/i.test(message) ? 'Second' : undefined;
  if (window === undefined) return undefined;
  return {
    kind: 'rateMinute',
    scope,
    limit: `${unit}Per${window}`,
    ...waitOf(reply, `${unit}Per${window}`),
    readings: [],
  };
}

const windowRank: readonly (readonly [RegExp, LimitVerdict['kind']])[] = [
  [/PerMonth$/, 'noCredit'],
  [/PerDay$/, 'quotaDay'],
  [/Per(Minute|Second)$/, 'rateMinute'],
];

/** The longest window whose bucket stands at 0. */
function headerLimit(reply: LimitedReply): LimitVerdict | undefined {
  for (const [window, kind] of windowRank) {
    const empty = reply.readings.find(({ limit, remaining }) => remaining === 0 && window.test(limit));
    if (empty !== undefined) {
      return { kind, scope: empty.scope, limit: empty.limit, ...waitOf(reply, empty.limit), readings: [] };
    }
  }
  return undefined;
}

function unnamedLimit(reply: LimitedReply): LimitVerdict {
  const wait = waitOf(reply);
  const kind = (wait.waitMs ?? 0) >= hourMs ? 'quotaDay' : 'rateMinute';
  return { kind, scope: scopeOfWords(reply.body.message, reply.provider, reply.model), ...wait, readings: [] };
}

/** The text is the same for a second and for a month: only headers tell them apart. */
function mistralLimit(reply: LimitedReply): LimitVerdict {
  if (deniesModel(reply.headers)) return { kind: 'modelGone', scope: 'key', readings: [] };
  const byHeader = headerLimit(reply);
  if (byHeader !== undefined) return byHeader;
  const { message, codes } = reply.body;
  // The gateway's own, short or empty: its limit is one request a second.
  const gateway = message === '' || (codes === '' && /^requests rate limit exceeded/i.test(message));
  const limit: LimitName | undefined = gateway ? 'requestsPerSecond' : undefined;
  return {
    kind: 'rateMinute',
    scope: 'key',
    ...(limit === undefined ? {} : { limit }),
    ...waitOf(reply, limit),
    readings: [],
  };
}

/** Several violations may come at once: the worst decides. */
function geminiLimit(reply: LimitedReply): LimitVerdict {
  const { body } = reply;
  const { violations } = body;
  const scope = scopeOfWords(body.message, reply.provider, reply.model);
  if (/limit: ?0(?![\d.])/.test(body.message) || violations.some(({ value }) => value === 0)) {
    return { kind: 'modelGone', scope, readings: [] };
  }
  const readings = violations.flatMap(geminiReading);
  const wait = waitOf(reply);
  const daily = violations.find(({ quotaId }) => /PerDay|Daily/i.test(quotaId));
  if (daily !== undefined || /per ?day|daily/i.test(body.message)) {
    // Daily errors have carried delays of 1 to 60 s, after which they only come again.
    const long = (wait.waitMs ?? 0) >= hourMs ? wait : {};
    return {
      kind: 'quotaDay',
      scope: daily === undefined ? scope : scopeOfViolation(daily),
      limit: daily === undefined ? 'requestsPerDay' : limitOf(daily),
      ...long,
      readings,
    };
  }
  const minute = violations.find(({ quotaId }) => /PerMinute/i.test(quotaId));
  if (minute !== undefined) {
    return { kind: 'rateMinute', scope: scopeOfViolation(minute), limit: limitOf(minute), ...wait, readings };
  }
  return { kind: (wait.waitMs ?? 0) >= hourMs ? 'quotaDay' : 'rateMinute', scope, ...wait, readings };
}

function limitOf({ quotaId, metric }: Violation): LimitName {
  const unit = /token/i.test(`${quotaId} ${metric}`) ? 'tokens' : 'requests';
  return /PerDay|Daily/i.test(quotaId) ? `${unit}PerDay` : `${unit}PerMinute`;
}

function geminiReading(violation: Violation): readonly RateReading[] {
  const { quotaId, value } = violation;
  if (value === undefined || value <= 0 || !/PerDay|Daily|PerMinute/i.test(quotaId)) return [];
  return [{ limit: limitOf(violation), scope: scopeOfViolation(violation), limitValue: value, remaining: 0 }];
}

/** First of: the message, RetryInfo, Retry-After, the reset header of this limit's bucket at 0, one of no limit. None is 0. */
function waitOf({ body, headers, readings, nowMs }: LimitedReply, limit?: LimitName): { readonly waitMs?: number } {
  const bucket = readings.find(
    (reading) => reading.remaining === 0 && (limit === undefined || reading.limit === limit),
  );
  const waitMs =
    findWaitMs(body.message, nowMs) ||
    body.retryDelayMs ||
    parseWaitMs(headers['retry-after'], nowMs) ||
    bucket?.resetInMs ||
    parseWaitMs(headers['x-ratelimit-reset'] ?? body.reset, nowMs);
  return waitMs === undefined || waitMs === 0 ? {} : { waitMs };
}
