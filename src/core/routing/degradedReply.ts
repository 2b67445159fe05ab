import type { Failure } from '../providers/failure.ts';
import type { CachedAnswer } from './answerCache.ts';
import type { Lane } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import type { ChatError } from './chatError.ts';
import { callersFault, degradedText } from './nothingLeft.ts';
import { isOnlyFull } from './obstacle.ts';
import { choose } from './rank.ts';
import type { PassReason } from './route.ts';
import type { RouteRun } from './routeRun.ts';
import type { RouterPorts } from './routerPorts.ts';
import type { RunAnswer, RunResult } from './runResult.ts';
import { passedSentence } from './routeWords.ts';

export type DegradedAsk = {
  readonly request: ChatRequest;
  readonly lanes: readonly Lane[];
  readonly run: RouteRun;
  readonly result: RunResult & { readonly kind: 'nothingLeft' };
  readonly stale: CachedAnswer | undefined;
  readonly isOffline: boolean;
};

export type DegradedReply =
  | { readonly error: ChatError }
  | {
      readonly error?: never;
      readonly answer: RunAnswer;
      /** Per provider, for the critical alert; empty where there is nothing to alarm anyone about. */
      readonly reasons: readonly { readonly provider: string; readonly sentence: string }[];
    };

/** No key can be asked with these whatever happens to the providers. */
const outOfUse: ReadonlySet<PassReason> = new Set(['disabled', 'secretMissing', 'originNotConfirmed', 'modelGone']);
const noAnswerUsed = { prompt: 0, completion: 0, total: 0, estimated: false } as const;

/** What the caller gets when nothing is left to ask (spec section 4, step 6). */
export function degradedReply(ports: RouterPorts, ask: DegradedAsk): DegradedReply {
  const { l10n, clock } = ports;
  const { request, run, result, stale, isOffline, lanes } = ask;
  const error = isOffline || result.deadlinePassed ? undefined : callersFault(l10n, result.passedBy, run.attempted);
  if (error !== undefined) return { error };
  const content = degradedText({
    l10n,
    messages: request.messages,
    passedBy: result.passedBy,
    attempted: run.attempted,
    isOffline,
    deadlinePassed: result.deadlinePassed,
    noKeys: lanes.length === 0,
    stale,
    nowMs: clock.now(),
  });
  const answer: RunAnswer = {
    content,
    toolCalls: [],
    provider: stale?.answer.provider,
    model: stale?.answer.model,
    key: stale?.answer.key,
    tokensUsed: noAnswerUsed,
    cached: stale !== undefined,
    degraded: true,
    cutOff: false,
    ...(stale === undefined ? {} : { ageMs: stale.ageMs }),
  };
  return { answer, reasons: isAlarming(ask) ? reasonsByProvider(ports, ask) : [] };
}

/** Not alarming: no enabled key, offline, mere cooldowns, or a request that shut out a usable key itself. */
function isAlarming({ lanes, run, result, isOffline }: DegradedAsk): boolean {
  if (isOffline || result.deadlinePassed) return false;
  if (!lanes.some(({ keys }) => keys.some((key) => key.enabled))) return false;
  if (run.failures.some(isOfTheRequest)) return false;
  const anyone = choose(lanes, run.snapshot(true), { strategy: 'priority', probe: true, shareLeft: () => 0 });
  if (anyone.taken !== undefined) return false;
  const standing = anyone.passedBy.filter(({ obstacle }) => !outOfUse.has(obstacle.reason));
  if (standing.some(({ obstacle }) => obstacle.reason === 'tooLarge')) return false;
  return standing.length === 0 || !standing.every(({ obstacle }) => isOnlyFull(obstacle));
}

/** The key is well: it was this very request that it did not take. */
const isOfTheRequest = (failure: Failure): boolean =>
  failure.kind === 'badRequest' ||
  failure.kind === 'tooLarge' ||
  (failure.kind === 'noContent' && failure.reason === 'filter');

function reasonsByProvider(
  { l10n, clock }: RouterPorts,
  { lanes, run, result }: DegradedAsk,
): readonly { provider: string; sentence: string }[] {
  return lanes.flatMap(({ provider }) => {
    const failed = run.attempted.findLast(({ candidate }) => candidate.provider.id === provider.id);
    if (failed !== undefined) return [{ provider: provider.displayName, sentence: failed.sentence }];
    const row = result.passedBy.find(({ candidate }) => candidate.provider.id === provider.id && candidate.key.enabled);
    if (row === undefined) return [];
    return [
      { provider: provider.displayName, sentence: passedSentence(l10n, row.candidate, row.obstacle, clock.now()) },
    ];
  });
}
