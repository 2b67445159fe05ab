import { hex } from '../demoKey.ts';
import type { Call, Reply } from '../vendor.ts';

/** What gateway and service put on every reply. */
export const ids = (call: Call): Record<string, string> => ({
  'mistral-correlation-id': hex(`${call.seed}/correlation`, 32),
  'x-kong-request-id': hex(`${call.seed}/kong`, 32),
});

/** The service's own envelope; there is no `error` around it. */
export const mistralError = (
  call: Call,
  status: number,
  message: unknown,
  type: string,
  code: string | number | null,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { ...ids(call), ...headers },
  body: { object: 'error', message, type, param: null, code, raw_status_code: status },
});

/** The gateway's envelope. */
const gateway = (call: Call, status: number, message: string): Reply => ({
  status,
  headers: ids(call),
  body: { message },
});

export function unauthorized(call: Call): Reply {
  const requestId = hex(call.seed, 32);
  const bodies = [{ detail: 'Unauthorized' }, { message: 'Unauthorized', request_id: requestId }, undefined];
  return { status: 401, headers: ids(call), body: bodies[call.sim.vary('401', bodies.length)] };
}

export const forbidden = (call: Call): Reply => gateway(call, 403, 'You cannot consume this service');
export const paymentRequired = (call: Call): Reply => gateway(call, 402, 'Payment required');
export const noRoute = (call: Call): Reply => gateway(call, 404, 'no Route matched with those values');
export const perSecond = (call: Call): Reply => gateway(call, 429, 'Requests rate limit exceeded');
export const bare429 = (call: Call): Reply => ({ status: 429, headers: ids(call), body: undefined });

/** Minute and month read the same; only the headers differ. */
export const rateLimited = (call: Call, headers: Readonly<Record<string, string>>): Reply =>
  mistralError(call, 429, 'Rate limit exceeded', 'rate_limited', '1300', headers);

export function tierCapacity(call: Call): Reply {
  const message = 'Service tier capacity exceeded for this model.';
  return call.sim.vary('capacity', 2) === 0
    ? mistralError(call, 429, message, 'service_tier_capacity_exceeded', '3505')
    : mistralError(call, 429, message, 'invalid_request_error', null);
}

export const overCapacity = (call: Call): Reply =>
  mistralError(
    call,
    503,
    'Not enough capacity available for this request, please retry later.',
    'backend_out_of_capacity',
    '3505',
  );

export const internalError = (call: Call): Reply => ({
  status: 500,
  headers: { ...ids(call), 'content-type': 'text/plain; charset=utf-8' },
  body: 'Internal Server Error',
});

export const invalidModel = (call: Call, model: string): Reply =>
  mistralError(call, 400, `Invalid model: ${model}`, 'invalid_model', '1500');

export const promptTooLong = (call: Call, tokens: number, most: number): Reply =>
  mistralError(
    call,
    400,
    `Prompt contains ${tokens} tokens and 0 draft tokens, too large for model with ${most} maximum context length`,
    'invalid_request_prompt',
    '3051',
  );

export type Detail = {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
};

export const extraField = (loc: readonly (string | number)[], input: unknown): Detail => ({
  type: 'extra_forbidden',
  loc: ['body', ...loc],
  msg: 'Extra inputs are not permitted',
  input,
});

/** Two shapes were captured, and both are in use. */
export function unprocessable(call: Call, details: readonly Detail[]): Reply {
  if (call.sim.vary('422', 2) === 0) return { status: 422, headers: ids(call), body: { detail: details } };
  return {
    status: 422,
    headers: ids(call),
    body: { object: 'error', message: { detail: details }, type: 'invalid_request_error', param: null, code: null },
  };
}
