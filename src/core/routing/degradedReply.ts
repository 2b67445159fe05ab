import { choose } from './rank.ts';
import type { CachedAnswer } from './answerCache.ts';
import type { Lane } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import type { ChatError } from './chatError.ts';
import { callersFault, degradedText } from './nothingLeft.ts';
import type { PassReason } from './route.ts';
import type { RouteRun, RunAnswer, RunResult } from './routeRun.ts';
import type { RouterPorts } from './routerPorts.ts';
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

const waiting: ReadonlySet<PassReason> = new Set(['cooling', 'noRoom']);
const noAnswerUsed = { prompt: 0, completion: 0, total: 0, estimated: false } as const;

/** What the caller gets when nothing is left to ask (spec section 4, step 6). */
export function degradedReply(ports: RouterPorts, ask: DegradedAsk): DegradedReply {
  const { l10n, clock } = ports;
  const { request, run, result, stale, isOffline, lanes } = ask;
  const error = isOffline ? undefined : callersFault(l10n, result.passedBy, run.failures);
  if (error !== undefined) return { error };
  const noKeys = lanes.length === 0;
  const content = degradedText({
    l10n,
    messages: request.messages,
    passedBy: result.passedBy,
    attempted: run.attempted,
    isOffline,
    noKeys,
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
  const enabled = lanes.flatMap(({ candidates }) => candidates).filter(({ key }) => key.enabled);
  if (enabled.length === 0 || isOffline || result.deadlinePassed) return false;
  const standing = result.passedBy.filter(({ obstacle }) => obstacle.reason !== 'disabled');
  if (
    run.failures.every(({ kind }) => kind === 'rateMinute') &&
    standing.every(({ obstacle }) => waiting.has(obstacle.reason))
  ) {
    return false;
  }
  const shutOut = choose(lanes, run.snapshot(true), { strategy: 'priority', probe: true, shareLeft: () => 0 });
  return shutOut.taken === undefined;
}

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
