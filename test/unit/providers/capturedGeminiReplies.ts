import type { CapturedReply } from './capturedReply.ts';
import { google, info } from './googleError.ts';

const prepay =
  'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.';
const badKey = 'API key not valid. Please pass a valid API key.';
const blocked = { failure: { kind: 'authBlocked' as const }, of: 'gemini' as const, status: 403 };
export const geminiReplies: readonly CapturedReply[] = [
  {
    what: 'a bad key at chat',
    of: 'gemini',
    status: 400,
    body: [google(400, 'INVALID_ARGUMENT', badKey, info('API_KEY_INVALID'))],
    failure: { kind: 'authInvalid' },
    sentence: /was refused: check or replace the key at https:\/\/aistudio\.google\.com\/api-keys$/,
  },
  {
    what: 'a bad key at models',
    of: 'gemini',
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'Please pass a valid API key'),
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'a key not found',
    of: 'gemini',
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'API Key not found. Please pass a valid API key.'),
    failure: { kind: 'authInvalid' },
    sentence: /was refused/,
  },
  {
    what: 'a key of the old kind',
    of: 'gemini',
    status: 401,
    body: google(
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      info('ACCESS_TOKEN_TYPE_UNSUPPORTED'),
    ),
    failure: { kind: 'authInvalid' },
    sentence: /no longer takes keys of the old kind, make a new one at https:\/\/aistudio/,
  },
  {
    what: 'a context too long',
    of: 'gemini',
    status: 400,
    body: [
      google(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).',
      ),
    ],
    failure: { kind: 'tooLarge', requestedTokens: 1_200_293, limitTokens: 1_048_576 },
    sentence: /1,200,293 tokens, 1,048,576 are taken/,
  },
  {
    what: 'an unknown field',
    of: 'gemini',
    status: 400,
    body: google(
      400,
      'INVALID_ARGUMENT',
      'Invalid JSON payload received. Unknown name "seed" at \'generation_config\': Cannot find field.',
      [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolations: [{ field: 'generation_config', description: 'Unknown name "seed"' }],
        },
      ],
    ),
    failure: { kind: 'badRequest', field: 'generation_config' },
    sentence: /field generation_config/,
  },
  {
    what: 'an invalid argument',
    of: 'gemini',
    status: 400,
    body: google(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'),
    failure: { kind: 'badRequest' },
    sentence: /Request contains an invalid argument/,
  },
  {
    what: 'a region',
    of: 'gemini',
    status: 400,
    body: google(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    failure: { kind: 'networkBlocked' },
    sentence: /cannot be reached from this network or country/,
  },
  {
    what: 'no prepaid credit',
    of: 'gemini',
    status: 402,
    body: [google(402, 'RESOURCE_EXHAUSTED', prepay)],
    failure: { kind: 'noCredit' },
    sentence: /no credit left: top it up at Gemini/,
  },
  {
    what: 'no prepaid credit, as a 429',
    of: 'gemini',
    status: 429,
    body: [google(429, 'RESOURCE_EXHAUSTED', prepay)],
    failure: { kind: 'noCredit' },
    sentence: /no credit/,
  },
  {
    what: 'a leaked key',
    ...blocked,
    body: google(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'),
    sentence: /reported as leaked/,
  },
  {
    what: 'a suspended consumer',
    ...blocked,
    body: google(403, 'PERMISSION_DENIED', "Permission denied: Consumer 'api_key:TESTKEY123456' has been suspended."),
    sentence: /has been suspended/,
  },
  {
    what: 'a denied project',
    ...blocked,
    body: google(403, 'PERMISSION_DENIED', 'Your project has been denied access. Please contact support.'),
    sentence: /denied access/,
  },
  {
    what: 'a missing permission',
    ...blocked,
    body: google(403, 'PERMISSION_DENIED', 'The caller does not have permission'),
    sentence: /does not have permission/,
  },
  {
    what: 'a retired model',
    of: 'gemini',
    status: 404,
    body: [
      google(
        404,
        'NOT_FOUND',
        'models/gemini-1.5-flash is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
      ),
    ],
    failure: { kind: 'modelGone', goneFor: 'provider' },
    sentence: /no longer has m1/,
  },
  {
    what: 'a model closed to new users',
    of: 'gemini',
    status: 404,
    body: google(
      404,
      'NOT_FOUND',
      'This model models/gemini-2.5-flash is no longer available to new users. Please update your code to use a newer model',
    ),
    failure: { kind: 'modelGone', goneFor: 'account' },
    sentence: /no access to m1/,
  },
  {
    what: 'an internal error',
    of: 'gemini',
    status: 500,
    body: google(500, 'INTERNAL', 'An internal error has occurred.'),
    failure: { kind: 'overloaded' },
    sentence: /overloaded or down/,
  },
  {
    what: 'high demand',
    of: 'gemini',
    status: 503,
    body: google(
      503,
      'UNAVAILABLE',
      'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
    ),
    failure: { kind: 'overloaded' },
    sentence: /high demand/,
  },
  {
    what: 'a deadline',
    of: 'gemini',
    status: 504,
    body: google(504, 'DEADLINE_EXCEEDED', ''),
    failure: { kind: 'overloaded' },
    sentence: /overloaded/,
  },
];
