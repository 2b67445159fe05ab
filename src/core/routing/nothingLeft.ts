import { degradedAnswer } from '../guidance/degradedAnswer.ts';
import { guidance } from '../guidance/guidance.ts';
import type { L10n } from '../ports.ts';
import type { Failure, FailureKind } from '../providers/failure.ts';
import type { Message } from '../providers/message.ts';
import { amount } from '../report/amounts.ts';
import type { CachedAnswer } from './answerCache.ts';
import { pairOf } from './candidate.ts';
import { ChatError } from './chatError.ts';
import { isOnlyFull, type Obstacle } from './obstacle.ts';
import type { PassedBy } from './rank.ts';
import type { FailedAttempt } from './routeRun.ts';
import { nameOf, passedSentence } from './routeWords.ts';

/** The rows of one key, as the guidance tells them. */
type Reason = { readonly name: string; readonly sentence: string };

/**
 * The request itself is at fault: its size shut out a key that could have answered, or every provider
 * refused it. Undefined: it is not.
 */
export function callersFault(
  l10n: L10n,
  passedBy: readonly PassedBy[],
  attempted: readonly FailedAttempt[],
): ChatError | undefined {
  return tooLarge(l10n, passedBy, attempted) ?? refusedByAll(l10n, passedBy, attempted);
}

function tooLarge(
  l10n: L10n,
  passedBy: readonly PassedBy[],
  attempted: readonly FailedAttempt[],
): ChatError | undefined {
  const rows = passedBy.flatMap(({ obstacle }) => obstacle.tokens ?? []);
  const failures = attempted.flatMap(({ failure }) => (failure.kind === 'tooLarge' ? [failure] : []));
  if (rows.length === 0 && failures.length === 0) return undefined;
  // Among those that are only full none is too small: it can answer when it has room again.
  if (passedBy.some(({ obstacle }) => isOnlyFull(obstacle))) return undefined;
  const needed = [...rows.map((row) => row.needed), ...failures.flatMap((failure) => failure.requestedTokens ?? [])];
  const most = [...rows.map((row) => row.most), ...failures.flatMap((failure) => failure.limitTokens ?? [])];
  const words =
    needed.length === 0 || most.length === 0
      ? l10n.t('The request is too large for every model that could answer. Send less text.')
      : l10n.t(
          'The request needs about {0} tokens, the largest model that could answer takes {1}. Send less text.',
          amount(Math.min(...needed)),
          amount(Math.max(...most)),
        );
  return new ChatError('tooLarge', words);
}

/** A provider that is only out of reach for now might still take it: then waiting helps, and this is no error. */
function refusedByAll(
  l10n: L10n,
  passedBy: readonly PassedBy[],
  attempted: readonly FailedAttempt[],
): ChatError | undefined {
  const refusals = attempted.flatMap(({ failure }) => (failure.kind === 'badRequest' ? [failure] : []));
  if (refusals.length === 0 || refusals.length < attempted.length) return undefined;
  const refusing = new Set(attempted.map(({ candidate }) => candidate.provider.id));
  const mayCome = ({ candidate, obstacle }: PassedBy): boolean =>
    !refusing.has(candidate.provider.id) && comesBack(obstacle);
  if (passedBy.some(mayCome)) return undefined;
  const field = refusals.find((failure) => failure.field !== undefined)?.field;
  const said = refusals.at(-1)?.said ?? '';
  return new ChatError(
    'badRequest',
    field === undefined
      ? l10n.t('Every provider refused this request: {0}', said)
      : l10n.t('Every provider refused this request because of "{0}": {1}', field, said),
  );
}

export type DegradedText = {
  readonly l10n: L10n;
  readonly messages: readonly Message[];
  readonly passedBy: readonly PassedBy[];
  readonly attempted: readonly FailedAttempt[];
  readonly isOffline: boolean;
  /** Somebody could still have been asked, but the time was over. */
  readonly deadlinePassed: boolean;
  readonly noKeys: boolean;
  readonly stale: CachedAnswer | undefined;
  readonly nowMs: number;
};

/** What the user reads when no key could answer. */
export function degradedText(ask: DegradedText): string {
  const { l10n, messages, nowMs, noKeys, stale } = ask;
  const back = firstBack(ask);
  return degradedAnswer({
    l10n,
    guidance: guidance({ l10n, text: lastUserText(messages) }),
    reasons: reasonsOf(ask),
    nowMs,
    noKeys,
    ...(back === undefined ? {} : { firstBackAtMs: back }),
    ...(stale === undefined ? {} : { stale: { content: stale.answer.content, ageMs: stale.ageMs } }),
  });
}

function reasonsOf({ l10n, passedBy, attempted, isOffline, deadlinePassed, nowMs }: DegradedText): readonly Reason[] {
  if (isOffline) {
    const sentence = attempted.find(({ failure }) => isProxysAnswer(failure))?.sentence;
    return [
      { name: '', sentence: sentence ?? l10n.t('This machine seems to be offline: no provider could be reached.') },
    ];
  }
  const byKey = new Map<string, Reason>();
  for (const { candidate, sentence } of attempted)
    byKey.set(candidate.ref, { name: nameOf(l10n, candidate), sentence });
  for (const { candidate, obstacle } of passedBy) {
    // What the key itself just said is worth more than that it was asked already.
    if (obstacle.reason === 'notWanted' || byKey.has(candidate.ref)) continue;
    const name = nameOf(l10n, candidate);
    byKey.set(candidate.ref, { name, sentence: passedSentence(l10n, candidate, obstacle, nowMs) });
  }
  const reasons = [...byKey.values()];
  if (deadlinePassed) {
    return [
      { name: '', sentence: l10n.t('The time for this request was over before a key had answered.') },
      ...reasons,
    ];
  }
  if (reasons.length > 0 || passedBy.length === 0) return reasons;
  return [{ name: '', sentence: l10n.t('There is no key for the provider or model that the request asked for.') }];
}

/** A proxy that answers is something that the user can put right. */
const isProxysAnswer = (failure: Failure): boolean =>
  failure.kind === 'network' && failure.cause === 'proxy' && failure.status !== undefined;

const comesBack = ({ reason, untilMs }: Obstacle): boolean =>
  untilMs !== undefined && untilMs < Number.MAX_SAFE_INTEGER && reason !== 'modelGone';

/** What passes by itself: the same key may well answer the next request. */
const passing: ReadonlySet<FailureKind> = new Set([
  'overloaded',
  'timeout',
  'network',
  'badReply',
  'cutOff',
  'noContent',
]);

function firstBack({ passedBy, attempted, deadlinePassed, nowMs }: DegradedText): number | undefined {
  if (deadlinePassed) return nowMs;
  const failed = new Set(
    attempted.filter(({ failure }) => passing.has(failure.kind)).map(({ candidate }) => pairOf(candidate)),
  );
  const ends = passedBy.flatMap(({ candidate, obstacle }) => {
    if (obstacle.reason === 'alreadyTried' && failed.has(pairOf(candidate))) return [nowMs];
    return comesBack(obstacle) ? [obstacle.untilMs ?? nowMs] : [];
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function lastUserText(messages: readonly Message[]): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
