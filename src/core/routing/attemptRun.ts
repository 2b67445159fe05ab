import { inTime } from '../inTime.ts';
import { afterRefusal, afterSuccess, withError } from '../health/healthRules.ts';
import type { Health } from '../health/health.ts';
import type { Secret } from '../keys/secret.ts';
import { holdsImage } from '../providers/chatBody.ts';
import type { AttemptPart, AttemptResult } from '../providers/chatCall.ts';
import { isRefusal, type Failure } from '../providers/failure.ts';
import type { TokenUse, ToolCallPart } from '../providers/message.ts';
import { maxConcurrentOf, type ConcurrencyLesson } from '../quota/concurrency.ts';
import type { Block, Ceiling, Settlement, ShownLevel } from '../quota/ledger.ts';
import type { LimitName } from '../quota/limits.ts';
import { chargeOf, estimateOf } from './attemptCharge.ts';
import type { Candidate } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import { countedPrompt } from './countedPrompt.ts';
import type { Size } from './obstacle.ts';
import type { RouterPorts } from './routerPorts.ts';
import { failedSentence } from './routeWords.ts';
import { shownLevels } from './shownLevels.ts';

/** Between two pieces of an answer that has begun (spec section 4). */
const idleTimeoutMs = 30_000;

export type AttemptAsk = {
  readonly route: string;
  readonly request: ChatRequest;
  readonly candidate: Candidate;
  readonly size: Size;
  readonly cap: number;
  /** It finds out whether old learned limits still hold. */
  readonly passesLimits: boolean;
  readonly signal: AbortSignal;
  readonly firstEventTimeoutMs: number;
  /** Of the request, on the monotonic clock: reading a secret takes from it too. */
  readonly deadlineMs: number;
  /** From here on the ledger counts it among those under way. */
  readonly onReserved: () => void;
  readonly onPart: (part: AttemptPart) => void;
  readonly blockFor: (failure: Failure, sent: Sent) => Block | undefined;
};

/** What was known when a request went out, and what its reply shows. */
export type Sent = {
  readonly startedAtMs: number;
  /** Requests of its account, this one included. */
  readonly underWay: number;
  readonly shown: readonly ShownLevel[];
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
  /** What the answer could have. */
  readonly cap: number;
  /** The prompt's tokens as the provider counted them; undefined: it did not say. */
  readonly countedPrompt: number | undefined;
  /** What happened, in words; '' when it went well. */
  readonly sentence: string;
  /** What the failure keeps from being asked, not written yet. */
  readonly block: Block | undefined;
};

export type AttemptOutcome =
  | AttemptDone
  /** Another request or window was quicker: the ledger had no room after all. */
  | { readonly kind: 'raced' }
  /** It is gone, or the storage did not give it in time. */
  | { readonly kind: 'secretMissing' };

/** Reserve, ask, settle: one HTTP call with one key, counted whatever comes of it. */
export async function runAttempt(ports: RouterPorts, ask: AttemptAsk): Promise<AttemptOutcome> {
  const { ledger, clock, tracker, keys } = ports;
  const { candidate, size, cap } = ask;
  const { key, provider, model } = candidate;
  const found = provider.needsKey ? keys.secretOf(key) : undefined;
  const secret = found instanceof Promise ? await inTime(clock, found, ask.firstEventTimeoutMs, ask.signal) : found;
  if (secret === 'late' || (provider.needsKey && secret === undefined)) return { kind: 'secretMissing' };
  const startedAtMs = clock.now();
  const passed = ask.passesLimits ? tracker.passable(key, provider, model.id, size.prompt + cap, startedAtMs) : [];
  const ceilings = withPassed(tracker.ceilings(key, provider, model.id, startedAtMs), passed);
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
    ceilings,
    maxConcurrent: maxConcurrentOf(key, provider),
    sent: true,
  });
  if (!reserved.ok) return { kind: 'raced' };
  ask.onReserved();
  const { reservation, underWay } = reserved;
  const received: Received = { text: '', chars: 0, toolCalls: [] };
  const startedMs = clock.monotonic();
  let result: AttemptResult;
  try {
    result = await send(ports, ask, secret, received);
  } catch (error) {
    await settleBroken(ports, ask, reservation, received);
    throw error;
  }
  const ms = Math.max(0, clock.monotonic() - startedMs);
  const { tokens, countsRequest } = chargeOf(result, size.prompt);
  const nowMs = clock.now();
  const shown = shownLevels(candidate, result, ceilings, { tokens: size.prompt + cap, charged: countsRequest });
  const block = result.ok ? undefined : ask.blockFor(result.failure, { startedAtMs, underWay, shown });
  const sentence = result.ok ? '' : failedSentence(ports.l10n, candidate, result.failure, block, nowMs);
  await ledger.settle({
    reservation,
    nowMs,
    outcome: result.ok ? 'ok' : result.failure.kind,
    tokens,
    countsRequest,
    latencyMs: ms,
    shown,
    ...lessonOf(result, { underWay, nowMs }),
    health: (health) => healthAfter(health, result, sentence, nowMs),
  });
  if (passed.length > 0) await learnFromPassing(ports, candidate, passed, result);
  const counted = countedPrompt(result, cap);
  if (counted !== undefined) await learnPromptRatio(ports, ask, counted, isTooLarge(result));
  const { text, toolCalls } = received;
  return {
    kind: 'done',
    result,
    tokens,
    text,
    toolCalls,
    ms,
    startedAtMs,
    cap,
    countedPrompt: counted,
    sentence,
    block,
  };
}

function withPassed(ceilings: readonly Ceiling[], passed: readonly Ceiling[]): readonly Ceiling[] {
  if (passed.length === 0) return ceilings;
  const isPassed = ({ limit, scope }: Ceiling): boolean =>
    passed.some((each) => each.limit === limit && each.scope === scope);
  return ceilings.map((ceiling) => (isPassed(ceiling) ? { ...ceiling, passed: true as const } : ceiling));
}

/** A limit that a request was let past is none, nor is a lower one of the catalog; one that refused it holds for as long again. */
async function learnFromPassing(
  { ledger, clock }: RouterPorts,
  { account, provider, model }: Candidate,
  passed: readonly Ceiling[],
  result: AttemptResult,
): Promise<void> {
  for (const ceiling of passed) {
    const { limit, scope, value } = ceiling;
    if (result.ok) {
      const isCatalogLower = [model, provider].some(({ limits }) => (limits[limit] ?? Infinity) <= value);
      await ledger.unlearn(account, ceiling, isCatalogLower);
    } else if (isAbout(result.failure, limit)) await ledger.learn(account, scope, { [limit]: value }, clock.now());
  }
}

const isAbout = (failure: Failure, limit: LimitName): boolean =>
  (failure.kind === 'quotaDay' || failure.kind === 'rateMinute') && (failure.limit ?? limit) === limit;

const isTooLarge = (result: AttemptResult): boolean => !result.ok && result.failure.kind === 'tooLarge';

/** An answer too: it may have come past what was learned. */
function lessonOf(result: AttemptResult, lesson: ConcurrencyLesson): Pick<Settlement, 'concurrency'> {
  if (result.ok) return { concurrency: lesson };
  const refused = result.failure.kind === 'rateMinute' ? result.failure.concurrency : undefined;
  return refused === undefined ? {} : { concurrency: { ...lesson, refused } };
}

function learnPromptRatio(
  { ledger, clock }: RouterPorts,
  { candidate, size, request }: AttemptAsk,
  counted: number,
  refused: boolean,
): Promise<void> {
  // An image's tokens follow from its size, which nobody has looked at.
  if (request.messages.some(holdsImage)) return Promise.resolve();
  const { provider, model } = candidate;
  const { estimate } = size;
  return ledger.learnPromptRatio({
    provider: provider.id,
    model: model.id,
    counted,
    estimate,
    refused,
    nowMs: clock.now(),
  });
}

type Received = { text: string; chars: number; readonly toolCalls: ToolCallPart[] };

function send(
  { client, clock }: RouterPorts,
  { candidate, request, cap, signal, firstEventTimeoutMs, deadlineMs, onPart }: AttemptAsk,
  secret: Secret | undefined,
  received: Received,
): Promise<AttemptResult> {
  const leftMs = Math.max(1, deadlineMs - clock.monotonic());
  const call = {
    provider: candidate.provider,
    model: candidate.model.id,
    messages: request.messages,
    tools: request.tools,
    temperature: request.temperature,
    maxTokens: cap,
    stream: request.stream ?? true,
    secret,
    signal,
    firstEventTimeoutMs: Math.min(firstEventTimeoutMs, leftMs),
    firstContentTimeoutMs: leftMs,
    idleTimeoutMs,
  };
  return client.attempt(call, (part) => {
    if (part.type === 'text') {
      received.text += part.text;
      received.chars += part.text.length;
    } else {
      received.toolCalls.push(part.call);
      received.chars += part.call.arguments.length;
    }
    onPart(part);
  });
}

/** A bug threw in the middle: what may have been used is counted all the same, and nothing stays held. */
function settleBroken(
  { ledger, clock }: RouterPorts,
  { size }: AttemptAsk,
  reservation: string,
  { chars }: Received,
): Promise<void> {
  const tokens = estimateOf(size.prompt, chars);
  return ledger.settle({
    reservation,
    nowMs: clock.now(),
    outcome: 'cancelled',
    tokens,
    countsRequest: true,
    latencyMs: 0,
  });
}

/** Blame for outages is not taken here: the route decides at its end whose fault it was. */
function healthAfter(health: Health, result: AttemptResult, sentence: string, nowMs: number): Health {
  if (result.ok) return afterSuccess(health, nowMs);
  const { failure } = result;
  if (failure.kind === 'cancelled' || failure.kind === 'network') return health;
  const noted = withError(health, { kind: failure.kind, sentence, atMs: nowMs });
  return isRefusal(failure) ? afterRefusal(noted, nowMs) : noted;
}
