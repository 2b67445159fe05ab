import type { LimitName } from '../../../src/core/quota/limits.ts';
import { goDuration } from '../duration.ts';
import { alphanumerics } from '../demoKey.ts';
import type { Call, Reply } from '../vendor.ts';

type Parts = { readonly type?: string; readonly code?: string; readonly param?: string };

export const requestId = (call: Call): string => `req_01${alphanumerics(call.seed, 24).toLowerCase()}`;

export const groqError = (
  call: Call,
  status: number,
  message: string,
  parts: Parts = { type: 'invalid_request_error' },
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { 'x-request-id': requestId(call), ...headers },
  body: { error: { message, ...parts } },
});

const invalid = 'invalid_request_error';

export const invalidKey = (call: Call): Reply =>
  groqError(call, 401, 'Invalid API Key', { type: invalid, code: 'invalid_api_key' });

export const noPermission = (call: Call): Reply =>
  groqError(call, 403, 'Your organization does not have permission to use this resource.', {
    type: 'permissions_error',
    code: 'permission_denied',
  });

export const modelNotFound = (call: Call, model: string): Reply =>
  groqError(call, 404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    type: invalid,
    code: 'model_not_found',
  });

export const modelDecommissioned = (call: Call, model: string): Reply =>
  groqError(
    call,
    400,
    `The model \`${model}\` has been decommissioned and is no longer supported. Please refer to https://console.groq.com/docs/deprecations for a recommendation on which model to use instead.`,
    { type: invalid, code: 'model_decommissioned' },
  );

export const contextTooLong = (call: Call): Reply =>
  groqError(call, 400, 'Please reduce the length of the messages or completion.', {
    type: invalid,
    code: 'context_length_exceeded',
    param: 'messages',
  });

export const unsupportedProperty = (call: Call, field: string, meant: string | undefined): Reply =>
  groqError(call, 400, `property '${field}' is unsupported${meant === undefined ? '' : `, did you mean '${meant}'?`}`);

export const overCapacity = (call: Call, model: string): Reply =>
  groqError(
    call,
    503,
    `${model} is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.`,
    { type: 'internal_server_error' },
  );

export const flexCapacity = (call: Call): Reply =>
  groqError(call, 498, 'Flex tier capacity exceeded. Please try again later.', {
    type: invalid,
    code: 'capacity_exceeded',
  });

export const internalError = (call: Call): Reply =>
  groqError(call, 500, 'Internal Server Error', { type: 'internal_server_error' });

const names = {
  requestsPerMinute: 'requests per minute (RPM)',
  requestsPerDay: 'requests per day (RPD)',
  tokensPerMinute: 'tokens per minute (TPM)',
  tokensPerDay: 'tokens per day (TPD)',
} as const satisfies { [Name in LimitName]?: string };

export type GroqLimit = keyof typeof names;

const upgrade = 'Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing';
const visit = 'Visit https://console.groq.com/docs/rate-limits for more information.';

export type Breach = {
  readonly limit: GroqLimit;
  readonly organisation: string;
  readonly model: string;
  readonly value: number;
  readonly used: number;
  readonly requested: number;
  readonly waitMs: number;
};

const opening = (breach: Breach, what: string): string =>
  `${what} for model \`${breach.model}\` in organization \`${breach.organisation}\` service tier \`on_demand\` on ${names[breach.limit]}`;

const unitOf = (limit: GroqLimit): 'tokens' | 'requests' => (limit.startsWith('tokens') ? 'tokens' : 'requests');

/** What a refusal says that waiting would end. */
export function rateLimitedText(breach: Breach): string {
  const numbers = `Limit ${breach.value}, Used ${Math.round(breach.used)}, Requested ${breach.requested}`;
  const more = unitOf(breach.limit) === 'tokens' ? upgrade : visit;
  return `${opening(breach, 'Rate limit reached')}: ${numbers}. Please try again in ${goDuration(breach.waitMs)}. ${more}`;
}

/** What a refusal says of a request that is bigger than a whole minute. */
export const tooLargeText = (breach: Breach): string =>
  `${opening(breach, 'Request too large')}: Limit ${breach.value}, Requested ${breach.requested}, please reduce your message size and try again. ${upgrade}`;

export function rateLimited(call: Call, breach: Breach, headers: Readonly<Record<string, string>>): Reply {
  return groqError(
    call,
    429,
    rateLimitedText(breach),
    { type: unitOf(breach.limit), code: 'rate_limit_exceeded' },
    {
      'retry-after': String(Math.ceil(breach.waitMs / 1000)),
      ...headers,
    },
  );
}

/** Waiting never helps, though a wait is named. */
export function tooLarge(call: Call, breach: Breach, headers: Readonly<Record<string, string>>): Reply {
  return groqError(
    call,
    413,
    tooLargeText(breach),
    { type: 'tokens', code: 'rate_limit_exceeded' },
    {
      'retry-after': String(Math.ceil(breach.waitMs / 1000)),
      ...headers,
    },
  );
}
