import type { Failure } from '../providers/failure.ts';
import { forever } from '../quota/ledger.ts';
import { isLong } from '../quota/limits.ts';
import type { CachedAnswer } from './answerCache.ts';
import type { Candidate, Lane } from './candidate.ts';
import type { ChatRequest } from './chat.ts';
import type { ChatError } from './chatError.ts';
import { callersFault, degradedText } from './nothingLeft.ts';
import { alreadyTried, isOnlyFull, type Obstacle } from './obstacle.ts';
import type { Snapshot } from './obstacleOf.ts';
import { choose, type Choice } from './rank.ts';
import type { PassReason } from './route.ts';
import type { RouteRun } from './routeRun.ts';
import type { UsedUp } from './routerEvent.ts';
import type { RouterPorts } from './routerPorts.ts';
import type { RunAnswer, RunResult } from './runResult.ts';
import { passedSentence } from './routeWords.ts';

export type DegradedAsk = {
  readonly request: ChatRequest;
  /** What its provider and model let in. */
  readonly wanted: (candidate: Candidate) => boolean;
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
      readonly usedUp: UsedUp | undefined;
    };

/** What only the user can put right: no provider is to blame, and each has a message of its own. */
const ofTheUser: ReadonlySet<PassReason> = new Set(['disabled', 'secretMissing', 'originNotConfirmed']);
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
  if (!isAlarming(ask)) return { answer, reasons: [], usedUp: undefined };
  return { answer, reasons: reasonsByProvider(ports, ask), usedUp: usedUpOf(ask) };
}

/** Not alarming: only keys that wait for the user, offline, mere cooldowns, or a request that shut out a usable key itself. */
function isAlarming({ lanes, run, result, isOffline, wanted }: DegradedAsk): boolean {
  if (isOffline || run.attempted.some(({ failure }) => isOfTheRequest(failure))) return false;
  if (result.deadlinePassed) {
    // Somebody could still have been asked, but whoever was asked did not answer.
    const shutOut = { ...run.snapshot(), wanted: (candidate: Candidate) => !wanted(candidate) };
    return run.attempted.length > 0 && lookAt(lanes, shutOut).taken === undefined;
  }
  const inUse = obstaclesInUse(lanes, run);
  if (inUse.length === 0 || inUse.some(({ reason }) => reason === 'tooLarge')) return false;
  const standing = inUse.filter(isOfAModelThere);
  return standing.length === 0 || !standing.every(isOnlyFull);
}

const lookAt = (lanes: readonly Lane[], snapshot: Snapshot): Choice =>
  choose(lanes, snapshot, { strategy: 'priority', probe: true, shareLeft: () => 0 });

/** What stands in the way of the keys that do not wait for the user; none where somebody can be asked. */
function obstaclesInUse(lanes: readonly Lane[], run: RouteRun): readonly Obstacle[] {
  const { taken, passedBy } = lookAt(lanes, run.snapshot(true));
  if (taken !== undefined) return [];
  return passedBy.flatMap(({ candidate, obstacle }) => {
    if (ofTheUser.has(obstacle.reason)) return [];
    // Whoever failed in this request and is cooling besides would not be asked after that either.
    return [isOnlyFull(obstacle) && run.isDoneWith(candidate) ? alreadyTried : obstacle];
  });
}

/** A model that is gone says nothing of the key's others. */
const isOfAModelThere = ({ reason }: Obstacle): boolean => reason !== 'modelGone';

/** Whoever failed otherwise in this request stands as tried, and is not used up. */
function usedUpOf({ lanes, run }: DegradedAsk): UsedUp | undefined {
  const standing = obstaclesInUse(lanes, run).filter(isOfAModelThere);
  if (standing.length === 0 || !standing.every(isUsedUp)) return undefined;
  const ends = standing.flatMap(({ untilMs = forever }) => (untilMs < forever ? [untilMs] : []));
  return ends.length === 0 ? {} : { firstBackAtMs: Math.min(...ends) };
}

const isUsedUp = ({ reason, full }: Obstacle): boolean =>
  reason === 'exhausted' || (reason === 'noRoom' && full !== undefined && isLong(full.ceiling));

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
    const row = result.passedBy.find(
      ({ candidate: { provider: of, key }, obstacle }) =>
        of.id === provider.id && key.enabled && !ofTheUser.has(obstacle.reason),
    );
    if (row === undefined) return [];
    return [
      { provider: provider.displayName, sentence: passedSentence(l10n, row.candidate, row.obstacle, clock.now()) },
    ];
  });
}
