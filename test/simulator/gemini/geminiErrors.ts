import type { Call, Reply } from '../vendor.ts';

/** No rate header is ever sent; these are. */
export const geminiHeaders = { server: 'scaffolding on HTTPServer2', 'server-timing': 'gfet4t7; dur=42' };

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

export type GeminiError = {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly details?: readonly unknown[];
};

export const geminiError = (
  code: number,
  message: string,
  details?: readonly unknown[],
  status = statusNames[code] ?? 'UNKNOWN',
): GeminiError => ({
  code,
  message,
  status,
  ...(details === undefined ? {} : { details }),
});

/** The compat chat wraps its errors in an array of one; everything else sends the object. */
export const geminiReply = (error: GeminiError, wrapped: boolean): Reply => ({
  status: error.code,
  headers: { ...geminiHeaders, 'content-type': 'application/json; charset=UTF-8' },
  body: wrapped ? [{ error }] : { error },
});

const errorInfo = (reason: string): unknown => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
  metadata: { service: 'generativelanguage.googleapis.com' },
});

const localized = (message: string): unknown => ({
  '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
  locale: 'en-US',
  message,
});

function invalidKey(call: Call): GeminiError {
  const missing = call.request.key === '';
  const message = `API ${missing ? 'Key not found' : 'key not valid'}. Please pass a valid API key.`;
  return geminiError(400, message, [errorInfo('API_KEY_INVALID'), localized(message)]);
}

export const notFound = (model: string): GeminiError =>
  geminiError(
    404,
    `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to see the list of available models and their supported methods.`,
  );

export const closedModel = (model: string): GeminiError =>
  geminiError(
    404,
    `This model models/${model} is no longer available to new users. Please update your code to use a newer model for the latest features and improvements.`,
  );

export const unknownField = (field: string, at = ''): GeminiError => {
  const description = `Invalid JSON payload received. Unknown name "${field}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`;
  return geminiError(400, description, [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ ...(at === '' ? {} : { field: at }), description }],
    },
  ]);
};

export const inputTooLong = (tokens: number, most: number): GeminiError =>
  geminiError(400, `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${most}).`);

export const invalidArgument = geminiError(400, 'Request contains an invalid argument.');

export const twoCredentials = geminiError(400, 'Multiple authentication credentials received. Please pass only one.');

const prepaid =
  'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing. Learn more at https://ai.google.dev/gemini-api/docs/billing#prepay.';

const highDemand = [
  'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
  'The model is overloaded. Please try again later.',
];

/** Refusals of the key. The compat model list has a shorter text for a bad one. */
export function keyError(call: Call, compatModels: boolean): GeminiError | undefined {
  switch (call.behaviour) {
    case 'refused':
    case 'oldKey':
      return compatModels ? geminiError(400, 'Please pass a valid API key') : invalidKey(call);
    case 'unsupportedToken':
      return geminiError(
        401,
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
        [errorInfo('ACCESS_TOKEN_TYPE_UNSUPPORTED')],
      );
    case 'leaked':
      return geminiError(403, 'Your API key was reported as leaked. Please use another API key.');
    case 'suspended':
      return geminiError(403, "Permission denied: Consumer 'api_key:redacted' has been suspended.", [
        errorInfo('CONSUMER_SUSPENDED'),
      ]);
    case 'projectDenied':
      return geminiError(403, 'Your project has been denied access. Please contact support.');
    case 'noPermission':
      return geminiError(403, 'The caller does not have permission');
    case 'overloaded':
    case 'serverError':
      return serviceError(call);
    default:
      return undefined;
  }
}

function serviceError(call: Call): GeminiError {
  if (call.behaviour === 'overloaded')
    return geminiError(503, highDemand[call.sim.vary('503', highDemand.length)] ?? '');
  return geminiError(
    500,
    'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  );
}

/** Refusals of one request that are no matter of quota. */
export function requestError(call: Call, model: string): GeminiError | undefined {
  switch (call.behaviour) {
    case 'regionBlocked':
      return geminiError(400, 'User location is not supported for the API use.', undefined, 'FAILED_PRECONDITION');
    case 'modelGone':
      return notFound(model);
    case 'modelRetired':
      return closedModel(model);
    case 'contextTooLong':
      return inputTooLong(1_200_293, 1_048_576);
    case 'badField':
      return unknownField('max_output');
    case 'noCredit':
      return geminiError(402, prepaid);
    case 'noCredit429':
      return geminiError(429, prepaid);
    case 'bareQuota':
      return geminiError(429, 'Resource has been exhausted (e.g. check quota).');
    default:
      return undefined;
  }
}
