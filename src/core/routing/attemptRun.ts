import { afterGoodCheck, afterRefusal, afterSuccess, withError } from '../health/healthRules.ts';
import type { Health } from '../health/health.ts';
import type { AttemptPart, AttemptResult } from '../providers/chatCall.ts';
import { describeFailure } from '../providers/describeFailure.ts';
import type { Failure } from '../providers/failure.ts';
import type { TokenUse, ToolCallPart } from '../providers/message.ts';
import { chargeOf } from './attemptCharge.ts';
import type { Candidate } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import type { Size } from './obstacle.ts';
import type { RouterPorts } from './routerPorts.ts';
import { nameOf } from './routeWords.ts';

/** Between two pieces of an answer that has begun (spec section 4). */
const idleTimeoutMs = 30_000;

export type AttemptAsk = {
  readonly route: string;
  readonly request: ChatRequest;
  readonly candidate: Candidate;
  readonly size: Size;
  readonly cap: number;
  readonly signal: AbortSignal;
  readonly firstEventTimeoutMs: number;
  readonly onPart: (part: AttemptPart) => void;
};

export type AttemptDone = {
  readonly kind: 'done';
  readonly result: AttemptResult;
  /** What was counted; undefined: nothing was charged. */
  readonly tokens: TokenUse | undefined;
  readonly text: string;
  readonly toolCalls: readonly ToolCallPart[];
  readonly ms: number;
  readonly startedAtMs: number;
  /** What happened, in words; '' when it went well. */
  readonly sentence: string;
};

export type AttemptOutcome =
  | AttemptDone
  /** Another request or window was quicker: the ledger had no room after all. */
  | { readonly kind: 'raced' }
  | { readonly kind: 'secretMissing' };

/** Reserve, ask, settle: one HTTP call with one key, counted whatever comes of it. */
export async function runAttempt(ports: RouterPorts, ask: AttemptAsk): Promise<AttemptOutcome> {
  const { ledger, clock, tracker, keys, client } = ports;
  const { candidate, size, cap, request } = ask;
  const { key, provider, model } = candidate;
  const secret = provider.needsKey ? await keys.secretOf(key) : undefined;
  if (provider.needsKey && secret === undefined) return { kind: 'secretMissing' };
  const startedAtMs = clock.now();
  const reserved = await ledger.reserve({
    route: ask.route,
    key: candidate.ref,
    keyId: key.id,
    fingerprint: key.fingerprint,
    account: candidate.account,
    provider: provider.id,
    model: model.id,
    tokens: size.prompt + cap,
    promptTokens: size.prompt,
    nowMs: startedAtMs,
    ceilings: tracker.ceilings(key, provider, model.id, startedAtMs),
  });
  if (!reserved.ok) return { kind: 'raced' };

  let text = '';
  let receivedChars = 0;
  const toolCalls: ToolCallPart[] = [];
  const startedMs = clock.monotonic();
  await ledger.markSent(reserved.reservation);
  const result = await client.attempt(
    {
      provider,
      model: model.id,
      messages: request.messages,
      tools: request.tools,
      temperature: request.temperature,
      maxTokens: cap,
      stream: request.stream ?? true,
      secret,
      signal: ask.signal,
      firstEventTimeoutMs: ask.firstEventTimeoutMs,
      idleTimeoutMs,
    },
    (part) => {
      if (part.type === 'text') text += part.text;
      else toolCalls.push(part.call);
      receivedChars += part.type === 'text' ? part.text.length : part.call.arguments.length;
      ask.onPart(part);
    },
  );
  const ms = Math.max(0, clock.monotonic() - startedMs);
  const { tokens, countsRequest } = chargeOf(result, size.prompt, receivedChars);
  const sentence = result.ok ? '' : sentenceOf(ports, candidate, result.failure);
  const nowMs = clock.now();
  await ledger.settle({
    reservation: reserved.reservation,
    nowMs,
    outcome: result.ok ? 'ok' : result.failure.kind,
    tokens,
    countsRequest,
    latencyMs: ms,
    health: (health) => healthAfter(health, result, sentence, nowMs),
  });
  return { kind: 'done', result, tokens, text, toolCalls, ms, startedAtMs, sentence };
}

function sentenceOf({ l10n }: RouterPorts, candidate: Candidate, failure: Failure): string {
  const { provider, model } = candidate;
  return describeFailure(l10n, failure, { name: nameOf(l10n, candidate), model: model.id, provider });
}

/** Blame for outages is not taken here: the route decides at its end whose fault it was. */
function healthAfter(health: Health, result: AttemptResult, sentence: string, nowMs: number): Health {
  if (result.ok) return health.quarantine === undefined ? afterSuccess(health, nowMs) : afterGoodCheck(health, nowMs);
  const { kind } = result.failure;
  if (kind === 'cancelled') return health;
  const noted = withError(health, { kind, sentence, atMs: nowMs });
  return kind === 'authInvalid' || kind === 'authBlocked' ? afterRefusal(noted, nowMs) : noted;
}
