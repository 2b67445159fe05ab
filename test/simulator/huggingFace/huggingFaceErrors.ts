import { hex } from '../demoKey.ts';
import type { Call, Reply } from '../vendor.ts';

export const requestId = (call: Call): Record<string, string> => ({ 'x-request-id': hex(`${call.seed}/request`, 32) });

export const hfError = (call: Call, status: number, error: unknown): Reply => ({
  status,
  headers: requestId(call),
  body: { error },
});

export const userOf = (call: Call): string => `user-${hex(call.sim.meters.account(call.request.key), 8)}`;

/** The router's words for a bad token, and for none at all. */
export function unauthorized(call: Call): Reply {
  const texts = ['Invalid username or password.', 'Invalid credentials in Authorization header'];
  return hfError(call, 401, texts[call.sim.vary('401', texts.length)]);
}

export const noScope = (call: Call): Reply =>
  hfError(
    call,
    403,
    `This authentication method does not have sufficient permissions to call Inference Providers on behalf of user ${userOf(call)}`,
  );

const depleted =
  'You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included usage.';
const exceeded =
  'You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.';

export const noCredit = (call: Call): Reply => hfError(call, 402, depleted);

const invalid = { type: 'invalid_request_error', param: 'model' };

export const notSupported = (call: Call, model: string): Reply =>
  hfError(call, 400, {
    message: `The requested model '${model}' is not supported by any provider you have enabled.`,
    ...invalid,
    code: 'model_not_supported',
  });

export const noSuchModel = (call: Call, model: string): Reply =>
  hfError(call, 400, {
    message: `The requested model '${model}' does not exist.`,
    ...invalid,
    code: 'model_not_found',
  });

export const unsupportedField = (call: Call, field: string): Reply =>
  hfError(call, 422, {
    message: `Unsupported parameter(s): \`${field}\``,
    type: 'invalid_request_error',
    code: 'UNSUPPORTED_OPENAI_PARAMS',
  });

export const contextTooLong = (call: Call, tokens: number, most: number): Reply =>
  hfError(call, 400, {
    message: `This model's maximum context length is ${most} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
  });

/** Errors of the upstream, each in its own shape. */
export function misbehaves(call: Call, model: string): Reply | undefined {
  switch (call.behaviour) {
    case 'noCredit':
      return noCredit(call);
    case 'noCreditOld':
      return hfError(call, 402, exceeded);
    case 'rateMinute':
      return hfError(call, 429, {
        message: 'Too many requests, please slow down.',
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
      });
    case 'rateEmpty':
      return { status: 429, headers: requestId(call), body: undefined };
    case 'modelGone':
      return noSuchModel(call, model);
    case 'modelRetired':
      return call.sim.vary('retired', 2) === 0
        ? notSupported(call, model)
        : hfError(call, 400, 'Model not supported by provider hf-inference');
    case 'contextTooLong':
      return contextTooLong(call, 140_000, 131_072);
    case 'badField':
      return unsupportedField(call, 'tools');
    case 'errorObject':
      return { status: 400, headers: requestId(call), body: { detail: 'upstream: bad request' } };
    case 'overloaded':
    case 'serverError':
      return outage(call);
    default:
      return undefined;
  }
}

export function outage(call: Call): Reply | undefined {
  if (call.behaviour === 'overloaded') {
    return call.sim.vary('503', 2) === 0
      ? hfError(call, 503, 'Service Unavailable')
      : {
          status: 503,
          headers: requestId(call),
          body: { message: 'The upstream is overloaded', type: 'overloaded_error' },
        };
  }
  return call.behaviour === 'serverError' ? hfError(call, 500, 'Internal Server Error') : undefined;
}
