import type { Account } from '../keys/apiKey.ts';
import type { KeyRef } from '../keys/keyRef.ts';
import type { FailureKind } from '../providers/failure.ts';
import type { TokenUse } from '../providers/message.ts';
import type { ReserveAsk, Settlement } from './ledger.ts';

export type Outcome = 'ok' | FailureKind;

const outcomes: Readonly<Record<Outcome, true>> = {
  ok: true,
  authInvalid: true,
  authBlocked: true,
  networkBlocked: true,
  noCredit: true,
  quotaDay: true,
  rateMinute: true,
  tooLarge: true,
  modelGone: true,
  badRequest: true,
  overloaded: true,
  timeout: true,
  network: true,
  badReply: true,
  noContent: true,
  cutOff: true,
  cancelled: true,
};

export const isOutcome = (text: string): text is Outcome => Object.hasOwn(outcomes, text);

/** Who asked whom: what many attempts have in common. */
export type AttemptSubject = {
  readonly provider: string;
  readonly key: KeyRef;
  readonly keyId: string;
  readonly fingerprint: string;
  readonly account: Account;
  readonly model: string;
};

/** One attempt as it is recorded. */
export type Attempt = {
  readonly subject: AttemptSubject;
  /** When it was settled; epoch ms. Calendar limits count it then. */
  readonly atMs: number;
  /** When it was sent; epoch ms. Seconds and minutes count it from then. */
  readonly startedAtMs: number;
  readonly outcome: Outcome;
  readonly prompt: number;
  readonly completion: number;
  /** What counts against token limits; 0 where nothing was charged. */
  readonly total: number;
  readonly estimated: boolean;
  /** 1 where it counts against request limits, else 0. */
  readonly requests: 0 | 1;
  readonly latencyMs: number;
};

export const subjectOf = ({ provider, key, keyId, fingerprint, account, model }: ReserveAsk): AttemptSubject => ({
  provider,
  key,
  keyId,
  fingerprint,
  account,
  model,
});

/** A count that no reply can mean (negative, not a number) is replaced by the reservation's estimate. */
export function attemptOf(ask: ReserveAsk, settlement: Settlement): Attempt {
  const { nowMs, outcome, countsRequest, latencyMs } = settlement;
  const { prompt, completion, total, estimated } = usable(settlement.tokens, ask);
  return {
    subject: subjectOf(ask),
    atMs: nowMs,
    startedAtMs: ask.nowMs,
    outcome,
    prompt,
    completion,
    total,
    estimated,
    requests: countsRequest ? 1 : 0,
    latencyMs: Number.isFinite(latencyMs) ? Math.max(0, Math.round(latencyMs)) : 0,
  };
}

/** What is recorded of a request that was sent by a window that died: it may have used all it held. */
export const cutOffAttempt = (
  subject: AttemptSubject,
  { tokens, promptTokens, startedAtMs }: { tokens: number; promptTokens: number; startedAtMs: number },
  atMs: number,
): Attempt => ({
  subject,
  atMs,
  startedAtMs,
  outcome: 'cutOff',
  prompt: promptTokens,
  completion: Math.max(0, tokens - promptTokens),
  total: tokens,
  estimated: true,
  requests: 1,
  latencyMs: 0,
});

const nothing: TokenUse = { prompt: 0, completion: 0, total: 0, estimated: false };

function usable(tokens: TokenUse | undefined, ask: ReserveAsk): TokenUse {
  if (tokens === undefined) return nothing;
  if (isCount(tokens.prompt) && isCount(tokens.completion) && isCount(tokens.total)) return tokens;
  const completion = Math.max(0, ask.tokens - ask.promptTokens);
  return { prompt: ask.promptTokens, completion, total: ask.tokens, estimated: true };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** A reservation that could never be counted is a bug of the caller. */
export function assertCountable({ tokens, promptTokens }: ReserveAsk): void {
  if (!isCount(tokens) || !isCount(promptTokens)) {
    throw new RangeError(`A reservation needs whole token counts, not ${tokens} with ${promptTokens}`);
  }
}
