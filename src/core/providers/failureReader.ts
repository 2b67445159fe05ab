import type { Secret } from '../keys/secret.ts';
import type { HttpHeaders } from '../ports.ts';
import { type ErrorBody, readErrorBody } from './errorBody.ts';
import type { Failure } from './failure.ts';
import { type FailureRule, rulesOf, statusOfCodes, type Verdict, verdictOf } from './failureRules.ts';
import { readLimit, readLimitText } from './limitFailure.ts';
import { names, scopeOfWords } from './limitScope.ts';
import { lineSaid, maskSaid } from './maskSaid.ts';
import type { Provider } from './provider.ts';
import { readRateHeaders } from './rateHeaders.ts';
import type { RateReading, RateReadings } from './rateReading.ts';
import { requestSizesOf, type RequestSizes } from './requestSizes.ts';

export type FailedReply = {
  readonly provider: Provider;
  /** Undefined for an error that came inside a reply of status 200. */
  readonly status: number | undefined;
  /** Names are lower case. */
  readonly headers: HttpHeaders;
  /** The first 64 KB are looked at. */
  readonly text: string;
  /** The model it was asked for; undefined where none was, as in a check. */
  readonly model?: string | undefined;
  /** The key it was asked with: a provider that repeats it is not quoted. */
  readonly secret?: Secret | undefined;
  /** Wall clock: Retry-After may name a date. */
  readonly nowMs: number;
};

/** The kind of a failed reply, and what it says of limits. Never throws, whatever the body is. */
export function readFailure(reply: FailedReply): { readonly failure: Failure; readonly readings: RateReadings } {
  const { provider, headers } = reply;
  const body = readErrorBody(reply.text, headers['content-type'], (text) => maskSaid(text, reply.secret));
  const status = reply.status ?? body.status ?? statusOfCodes(body.codes);
  const common = { said: lineSaid(body.message), ...(reply.status === undefined ? {} : { status: reply.status }) };
  const fromHeaders = readRateHeaders(provider, headers, reply.nowMs);
  // Hugging Face passes on what an upstream says of its own account.
  const isOwn = provider.dialect.failures !== 'huggingface';
  const named = isOwn ? readLimitText(body.message, scopeOfWords(body.message, provider, reply.model)) : undefined;
  const verdict = judge(reply, status, body, named);
  const account = accountIn(provider, body);
  const readings = (extra: readonly RateReading[]): RateReadings => ({
    readings: [...fromHeaders, ...extra],
    ...(account === undefined ? {} : { account }),
  });
  if (verdict === 'limited') {
    const limit = readLimit({ provider, model: reply.model, headers, body, readings: fromHeaders, nowMs: reply.nowMs });
    return {
      failure: limitedFailure(limit, { ...common, ...(isOfTokens(named) ? requestOf(body) : {}) }),
      readings: readings(limit.readings),
    };
  }
  return {
    failure: plainFailure(verdict, status, body, common),
    readings: readings(named === undefined ? [] : [named.reading]),
  };
}

/** Who passes on what another provider said names that one's account, which is not the user's. */
const accountIn = ({ dialect }: Provider, { message }: ErrorBody): string | undefined =>
  dialect.failures === 'groq' ? /organization `?(org_\w{1,64})/.exec(message)?.[1] : undefined;

type Common = { readonly said: string; readonly status?: number };
type Named = ReturnType<typeof readLimitText>;

function judge(reply: FailedReply, status: number, body: ErrorBody, named: Named): Verdict | undefined {
  const verdict = verdictByRules(reply, status, body);
  // A request that is larger than the limit fits after no wait.
  return verdict === 'limited' && isLargerThanLimit(named) ? 'tooLarge' : verdict;
}

const isOfTokens = (named: Named): boolean => named?.limit.startsWith('tokens') === true;

const isLargerThanLimit = (named: Named): boolean =>
  named !== undefined && isOfTokens(named) && named.limitValue > 0 && (named.requested ?? 0) > named.limitValue;

function verdictByRules(
  { provider, model }: Pick<FailedReply, 'provider' | 'model'>,
  status: number,
  body: ErrorBody,
): Verdict | undefined {
  if (body.html) return htmlVerdict(status);
  if (status === 429 && body.violations.length > 0) return 'limited';
  for (const rule of rulesOf(provider.dialect.failures)) {
    if (applies(rule, status, body)) return rule.verdict;
  }
  const isGone = (status === 404 || status === 410) && names(body.message, model);
  return isGone ? 'modelGoneForAll' : verdictOf(status);
}

/** A page is from something in front of the provider, so it says nothing of models or requests. */
function htmlVerdict(status: number): Verdict | undefined {
  if (status === 403) return 'networkBlocked';
  return verdictOf(status);
}

const applies = ({ status, says, code }: FailureRule, actual: number, body: ErrorBody): boolean =>
  (status === undefined || status.includes(actual)) &&
  (says === undefined || says.test(body.message)) &&
  (code === undefined || code.test(body.codes));

function limitedFailure(limit: ReturnType<typeof readLimit>, common: Common): Failure {
  const { kind, scope, waitMs, concurrency } = limit;
  if (kind === 'noCredit') return { kind, ...common };
  if (kind === 'modelGone') return { kind, ...common, goneFor: 'account' };
  const name = limit.limit === undefined ? {} : { limit: limit.limit };
  const wait = waitMs === undefined ? {} : { waitMs };
  if (kind === 'rateMinute' && concurrency !== undefined) return { kind, ...common, scope, concurrency, ...wait };
  return { kind, ...common, scope, ...name, ...wait };
}

function plainFailure(
  verdict: Exclude<Verdict, 'limited'> | undefined,
  status: number,
  body: ErrorBody,
  common: Common,
): Failure {
  switch (verdict) {
    case undefined:
      return { kind: 'badReply', ...common };
    case 'modelGoneForAll':
      return { kind: 'modelGone', ...common, goneFor: 'provider' };
    case 'modelGoneForAccount':
      return { kind: 'modelGone', ...common, goneFor: 'account' };
    case 'tooLarge':
      return { kind: 'tooLarge', ...common, ...requestSizesOf(body.message) };
    case 'badRequest':
      return badRequest(status, body, common);
    default:
      return { kind: verdict, ...common };
  }
}

function badRequest(status: number, body: ErrorBody, common: Common): Failure {
  if (status === 407) return { kind: 'network', ...common, cause: 'proxy', beforeConnect: true };
  if (status === 408) return { kind: 'timeout', ...common };
  const field = body.field ?? namedField.exec(body.message)?.[1];
  return { kind: 'badRequest', ...common, ...(field === undefined ? {} : { field }) };
}

// "property 'X' is unsupported", "Unknown name "X" at", "Unrecognized request argument supplied: X"
const namedField = /(?:property|unknown name|argument supplied:|parameter:?|field:?) ['"`]?([\w.[\]-]{1,80})['"`]?/i;

function requestOf({ message }: ErrorBody): Omit<RequestSizes, 'limitTokens'> | undefined {
  const sizes = requestSizesOf(message);
  if (sizes === undefined) return undefined;
  const { limitTokens: _, ...request } = sizes;
  return request;
}
