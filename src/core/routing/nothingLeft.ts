import { degradedAnswer } from '../guidance/degradedAnswer.ts';
import { guidance } from '../guidance/guidance.ts';
import type { L10n } from '../ports.ts';
import type { Failure } from '../providers/failure.ts';
import type { Message } from '../providers/message.ts';
import { amount } from '../report/amounts.ts';
import type { CachedAnswer } from './answerCache.ts';
import { ChatError } from './chatError.ts';
import type { Obstacle } from './obstacle.ts';
import type { PassedBy } from './rank.ts';
import type { FailedAttempt } from './routeRun.ts';
import { nameOf, passedSentence } from './routeWords.ts';

/** The rows of one key, as the guidance tells them. */
type Reason = { readonly name: string; readonly sentence: string };

/**
 * The request itself is at fault: it is too large for every model that could answer, or every
 * provider that was asked refused it. Undefined: it is not.
 */
export function callersFault(
  l10n: L10n,
  passedBy: readonly PassedBy[],
  failures: readonly Failure[],
): ChatError | undefined {
  const sizes = passedBy.map(({ obstacle }) => obstacle.tokens).filter((tokens) => tokens !== undefined);
  if (sizes.length > 0) {
    const needed = Math.min(...sizes.map((tokens) => tokens.needed));
    const most = Math.max(...sizes.map((tokens) => tokens.most));
    return new ChatError(
      'tooLarge',
      l10n.t(
        'The request needs about {0} tokens, the largest model that could answer takes {1}. Send less text.',
        amount(needed),
        amount(most),
      ),
    );
  }
  const tooLarge = failures.at(-1);
  if (tooLarge?.kind === 'tooLarge') return new ChatError('tooLarge', tooLargeWords(l10n, tooLarge));
  const refusals = failures.filter((failure) => failure.kind === 'badRequest');
  if (refusals.length === 0 || refusals.length < failures.length) return undefined;
  const field = refusals.find((failure) => failure.field !== undefined)?.field;
  const said = refusals.at(-1)?.said ?? '';
  return new ChatError(
    'badRequest',
    field === undefined
      ? l10n.t('Every provider refused this request: {0}', said)
      : l10n.t('Every provider refused this request because of "{0}": {1}', field, said),
  );
}

function tooLargeWords(l10n: L10n, { requestedTokens, limitTokens }: Failure & { kind: 'tooLarge' }): string {
  if (requestedTokens === undefined || limitTokens === undefined) {
    return l10n.t('The request is too large for every model that could answer. Send less text.');
  }
  return l10n.t(
    'The request needs about {0} tokens, the largest model that could answer takes {1}. Send less text.',
    amount(requestedTokens),
    amount(limitTokens),
  );
}

export type DegradedText = {
  readonly l10n: L10n;
  readonly messages: readonly Message[];
  readonly passedBy: readonly PassedBy[];
  readonly attempted: readonly FailedAttempt[];
  readonly isOffline: boolean;
  readonly noKeys: boolean;
  readonly stale: CachedAnswer | undefined;
  readonly nowMs: number;
};

/** What the user reads when no key could answer. */
export function degradedText(ask: DegradedText): string {
  const { l10n, messages, nowMs, noKeys, stale } = ask;
  const back = firstBack(ask.passedBy);
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

function reasonsOf({ l10n, passedBy, attempted, isOffline, nowMs }: DegradedText): readonly Reason[] {
  if (isOffline) {
    return [{ name: '', sentence: l10n.t('This machine seems to be offline: no provider could be reached.') }];
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
  return [...byKey.values()];
}

const comesBack = ({ reason, untilMs }: Obstacle): boolean =>
  untilMs !== undefined && untilMs < Number.MAX_SAFE_INTEGER && reason !== 'modelGone';

function firstBack(passedBy: readonly PassedBy[]): number | undefined {
  const ends = passedBy.filter(({ obstacle }) => comesBack(obstacle)).map(({ obstacle }) => obstacle.untilMs ?? 0);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function lastUserText(messages: readonly Message[]): string {
  const content = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
