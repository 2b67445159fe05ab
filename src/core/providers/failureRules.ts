import type { FailureDialect } from './provider.ts';

/** What a reply comes to. `limited` needs a closer look at which limit it was, and until when. */
export type Verdict =
  | 'authInvalid'
  | 'authBlocked'
  | 'networkBlocked'
  | 'noCredit'
  | 'limited'
  | 'tooLarge'
  | 'modelGoneForAll'
  | 'modelGoneForAccount'
  | 'badRequest'
  | 'badReply'
  | 'overloaded';

/** A rule applies when all that it names is true. `says` looks at the message, `code` at codes and types. */
export type FailureRule = {
  readonly status?: readonly number[];
  readonly says?: RegExp;
  readonly code?: RegExp;
  readonly verdict: Verdict;
};

// In order; the first that applies decides. Texts are those of captured replies.
const ownRules: Readonly<Record<FailureDialect, readonly FailureRule[]>> = {
  groq: [
    { status: [413], verdict: 'tooLarge' },
    { status: [498], verdict: 'overloaded' },
    { status: [400, 403], code: /model_terms_required|model_permission_blocked/, verdict: 'modelGoneForAccount' },
  ],
  gemini: [
    { says: /prepayment credits are depleted/i, verdict: 'noCredit' },
    { says: /valid API key|API key (?:not (?:valid|found)|expired)/i, verdict: 'authInvalid' },
    { code: /api_key_invalid|access_token_type_unsupported/, verdict: 'authInvalid' },
    { says: /no longer available to new users/i, verdict: 'modelGoneForAccount' },
    { says: /location is not supported/i, verdict: 'networkBlocked' },
  ],
  mistral: [
    { code: /\b3505\b|service_tier_capacity_exceeded|backend_out_of_capacity/, verdict: 'overloaded' },
    { says: /not enough capacity|capacity exceeded/i, verdict: 'overloaded' },
    { code: /\b1500\b|invalid_model/, verdict: 'modelGoneForAll' },
    { code: /\b3051\b|invalid_request_prompt/, verdict: 'tooLarge' },
    { status: [403], says: /model/i, verdict: 'modelGoneForAccount' },
  ],
  huggingface: [
    { says: /not supported by any provider you have enabled/i, verdict: 'modelGoneForAccount' },
    { says: /model not supported by provider/i, verdict: 'modelGoneForAll' },
    { says: /(?:depleted|exceeded) your monthly (?:included )?credits|monthly included credits/i, verdict: 'noCredit' },
  ],
  openai: [
    // FastAPI's words for a path that is not there.
    { status: [404], says: /^not found$/i, verdict: 'badReply' },
    { says: /insufficient balance|payment required/i, verdict: 'noCredit' },
    { code: /insufficient_quota|billing_hard_limit/, verdict: 'noCredit' },
  ],
};

const commonRules: readonly FailureRule[] = [
  // A wrong address is no news of the model.
  {
    status: [404],
    says: /^(?:cannot post|404 page not found|unknown request url|no route matched)/i,
    verdict: 'badReply',
  },
  { code: /context_length_exceeded|request_too_large/, verdict: 'tooLarge' },
  {
    status: [400, 413, 422, 500],
    says: /input token count|too large for model|maximum context length|exceed(?:s|ed|ing)? (?:the )?(?:available |max |maximum )?context|prompt (?:is )?too long|context overflows|reduce the length of the messages|request too large/i,
    verdict: 'tooLarge',
  },
  { code: /model_not_found|model_decommissioned|model_not_supported/, verdict: 'modelGoneForAll' },
  {
    status: [400, 404, 410],
    says: /model\b.{0,120}(?:does not exist|decommissioned|no longer (?:available|supported))|model \S{1,120} not found|invalid model/i,
    verdict: 'modelGoneForAll',
  },
  { status: [404, 410], says: /\bmodels?\b/i, verdict: 'modelGoneForAll' },
  { code: /invalid_api_key|authentication_error/, verdict: 'authInvalid' },
  { code: /unsupported_country/, verdict: 'networkBlocked' },
  // Cloudflare's plain-text refusals.
  {
    status: [403],
    says: /^error code: 1\d{3}$|attention required! \| cloudflare|you have been blocked/i,
    verdict: 'networkBlocked',
  },
  { status: [403, 400], says: /(?:country|region|location).{0,40}not supported/i, verdict: 'networkBlocked' },
];

export const rulesOf = (dialect: FailureDialect): readonly FailureRule[] => [...ownRules[dialect], ...commonRules];

/** What a status means where the body says nothing that a rule knows. */
export function verdictOf(status: number): Verdict | undefined {
  const known = byStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'overloaded';
  return status >= 400 ? 'badRequest' : undefined;
}

const byStatus: Readonly<Record<number, Verdict>> = {
  401: 'authInvalid',
  402: 'noCredit',
  403: 'authBlocked',
  404: 'badReply',
  409: 'overloaded',
  410: 'badReply',
  413: 'tooLarge',
  425: 'overloaded',
  429: 'limited',
  451: 'networkBlocked',
  498: 'overloaded',
  499: 'overloaded',
};

/** Of an error that came without a status, in a stream: the one its codes come closest to. */
export function statusOfCodes(codes: string): number {
  if (/rate_limit|resource_exhausted|too_many/.test(codes)) return 429;
  if (/invalid_api_key|authentication|unauthenticated/.test(codes)) return 401;
  if (/permission/.test(codes)) return 403;
  if (/insufficient|billing|payment/.test(codes)) return 402;
  if (/not_found/.test(codes)) return 404;
  return /invalid_request|invalid_argument/.test(codes) ? 400 : 500;
}
