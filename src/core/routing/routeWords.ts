import { countdown } from '../guidance/countdown.ts';
import { keyName } from '../keys/keyName.ts';
import type { L10n } from '../ports.ts';
import { describeFailure } from '../providers/describeFailure.ts';
import type { Failure } from '../providers/failure.ts';
import type { TokenUse } from '../providers/message.ts';
import { amount } from '../report/amounts.ts';
import { isFull, type Concurrency } from '../quota/concurrency.ts';
import { forever, type Block } from '../quota/ledger.ts';
import type { LimitName } from '../quota/limits.ts';
import type { Candidate } from './candidate.ts';
import type { Obstacle } from './obstacle.ts';
import type { Why } from './rank.ts';

/** "Groq Key 1"; a provider that needs no key goes by its own name. */
export function nameOf(l10n: L10n, { key, provider }: Pick<Candidate, 'key' | 'provider'>): string {
  return provider.needsKey ? keyName(l10n, provider.displayName, key.number) : provider.displayName;
}

/** "Groq Key 1: 0 of 14,400 tokens left, resets in 4h 23m". */
export function passedSentence(l10n: L10n, candidate: Candidate, obstacle: Obstacle, nowMs: number): string {
  return `${nameOf(l10n, candidate)}: ${reasonWords(l10n, candidate, obstacle, nowMs)}`;
}

function reasonWords(l10n: L10n, { model, provider }: Candidate, obstacle: Obstacle, nowMs: number): string {
  const { reason, full, untilMs, tokens } = obstacle;
  const wait = untilMs === undefined || untilMs >= forever ? '' : countdown(l10n, Math.max(0, untilMs - nowMs));
  switch (reason) {
    case 'disabled':
      return l10n.t('disabled by you');
    case 'notWanted':
      return l10n.t('not what the request asked for ({0})', model.id);
    case 'secretMissing':
      return l10n.t(
        'VS Code’s secret storage has no secret for it or did not answer: enter it again, or unlock the keyring',
      );
    case 'originNotConfirmed':
      return l10n.t('held until you confirm its new address');
    case 'quarantined':
      return wait === '' || untilMs === nowMs
        ? l10n.t('in quarantine, about to be checked')
        : l10n.t('in quarantine, checked again in {0}', wait);
    case 'modelGone':
      return l10n.t('{0} is gone, looked at again in {1}', model.id, wait);
    case 'providerPassedOver':
      if (obstacle.unreachable === true) return l10n.t('{0} cannot be reached', provider.displayName);
      return wait === ''
        ? l10n.t('{0} refused this very request', provider.displayName)
        : l10n.t('{0} cannot be used from this network, tried again in {1}', provider.displayName, wait);
    case 'tooLarge':
      return l10n.t(
        '{0} takes {1} tokens, this request needs {2}',
        model.id,
        amount(tokens?.most ?? 0),
        amount(tokens?.needed ?? 0),
      );
    case 'alreadyTried':
      return l10n.t('already asked {0} in this request', model.id);
    case 'behind':
      return wait === '' || (untilMs ?? 0) <= nowMs
        ? l10n.t('{0} is behind since an outage, about to be checked', provider.displayName)
        : l10n.t('{0} is behind since an outage, next check in {1}', provider.displayName, wait);
    case 'notNeeded':
      return l10n.t('not needed, another key answered first');
    case 'busy':
      return busyWords(l10n, obstacle.concurrency);
    case 'cooling':
    case 'exhausted':
    case 'noRoom':
      return full === undefined ? blockedWords(l10n, reason, wait) : fullWords(l10n, full, obstacle.onlyHeld, wait);
    default:
      return reason satisfies never;
  }
}

function busyWords(l10n: L10n, concurrency: Concurrency | undefined): string {
  if (concurrency === undefined) return l10n.t('other requests are under way');
  const { underWay, most } = concurrency;
  if (!isFull(concurrency)) return l10n.t('other requests come first, at most {0} at once', amount(most));
  return underWay === 1
    ? l10n.t('1 request under way, at most {0} at once', amount(most))
    : l10n.t('{0} requests under way, at most {1} at once', amount(underWay), amount(most));
}

function blockedWords(l10n: L10n, reason: 'cooling' | 'exhausted' | 'noRoom', wait: string): string {
  if (reason !== 'exhausted') return l10n.t('rate limited, ready in {0}', wait);
  return wait === '' ? l10n.t('out of credit until you top up and check it') : l10n.t('used up, resets in {0}', wait);
}

function fullWords(
  l10n: L10n,
  { ceiling, used, held }: NonNullable<Obstacle['full']>,
  onlyHeld: boolean | undefined,
  wait: string,
): string {
  const left = amount(Math.max(0, ceiling.value - used - held));
  const of = amount(ceiling.value);
  if (onlyHeld === true) {
    return l10n.t('{0} of {1} {2} left while other requests are under way', left, of, unitWords(l10n, ceiling.limit));
  }
  const unit = unitWords(l10n, ceiling.limit);
  // A bucket has no moment at which all of it is back: it frees a little all the time.
  return ceiling.form === 'bucket'
    ? l10n.t('{0} of {1} {2} left, enough for this request in {3}', left, of, unit, wait)
    : l10n.t('{0} of {1} {2} left, resets in {3}', left, of, unit, wait);
}

function unitWords(l10n: L10n, limit: LimitName): string {
  switch (limit) {
    case 'requestsPerDay':
      return l10n.t('requests');
    case 'tokensPerDay':
      return l10n.t('tokens');
    case 'requestsPerSecond':
      return l10n.t('requests a second');
    case 'tokensPerSecond':
      return l10n.t('tokens a second');
    case 'requestsPerMinute':
      return l10n.t('requests a minute');
    case 'tokensPerMinute':
      return l10n.t('tokens a minute');
    case 'requestsPerMonth':
      return l10n.t('requests a month');
    case 'tokensPerMonth':
      return l10n.t('tokens a month');
    default:
      return limit satisfies never;
  }
}

/** From here on a moment says more than a length of time. */
const longWaitMs = 60_000;

/** What went wrong with one attempt, and until when its key is left alone. */
export function failedSentence(
  l10n: L10n,
  candidate: Candidate,
  failure: Failure,
  block: Block | undefined,
  nowMs: number,
): string {
  const { provider, model } = candidate;
  const who = { name: nameOf(l10n, candidate), model: model.id, provider };
  if (block !== undefined && block.untilMs >= forever) return describeFailure(l10n, failure, who);
  const isLimit = failure.kind === 'rateMinute' || failure.kind === 'quotaDay';
  const waitMs = block === undefined ? (isLimit ? failure.waitMs : undefined) : block.untilMs - nowMs;
  if (waitMs === undefined) return describeFailure(l10n, failure, who);
  if (waitMs >= longWaitMs)
    return describeFailure(l10n, failure, { ...who, until: momentWords(nowMs + waitMs, nowMs) });
  return describeFailure(l10n, isLimit ? { ...failure, waitMs } : failure, who);
}

/** "14:30", with its day when that is not today, in the user's own time zone and manner. */
function momentWords(atMs: number, nowMs: number): string {
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  const format = isToday
    ? time
    : { weekday: 'short' as const, day: 'numeric' as const, month: 'short' as const, ...time };
  return new Intl.DateTimeFormat(undefined, format).format(atMs);
}

/** Why the one that was asked was asked. */
export function takenSentence(l10n: L10n, candidate: Candidate, why: Why): string {
  const name = nameOf(l10n, candidate);
  const model = candidate.model.id;
  switch (why) {
    case 'first':
      return l10n.t('{0} ({1}): first in your order that can answer', name, model);
    case 'lostFirst':
      return l10n.t('{0} ({1}): quota is short, and what would be lost first goes first', name, model);
    case 'sameKey':
      return l10n.t('{0} ({1}): the same key goes on', name, model);
    case 'sameConversation':
      return l10n.t('{0} ({1}): it served this conversation before', name, model);
    case 'probe':
      return l10n.t('{0} ({1}): its health is low, tried to see whether it has recovered', name, model);
    case 'keyTrial':
      return l10n.t('{0} ({1}): in quarantine until now, this request finds out whether it is well again', name, model);
    case 'providerTrial':
      return l10n.t(
        '{0} ({1}): {2} is behind since an outage, this request finds out whether it answers again',
        name,
        model,
        candidate.provider.displayName,
      );
    case 'mostLeft':
      return l10n.t('{0} ({1}): the largest share of its quota is left', name, model);
    case 'fastest':
      return l10n.t('{0} ({1}): the fastest of late', name, model);
    case 'lastResort':
      return l10n.t('{0} ({1}): its health is low, but no other key can answer', name, model);
    case 'afterTimeout':
      return l10n.t('{0} ({1}): it did not answer in time a moment ago, but no other key can answer', name, model);
    case 'secondChance':
      return l10n.t('{0} ({1}): once more, since no other key can answer', name, model);
    case 'smallerCap':
      return l10n.t('{0} ({1}): with a shorter answer, since no key has room for a full one', name, model);
    default:
      return why satisfies never;
  }
}

/** The log's line of an attempt that went well: "Groq Key 2 answered (openai/gpt-oss-120b): 1,010 tokens, 3.0 s". */
export function attemptLine(
  l10n: L10n,
  route: string,
  { name, model }: { readonly name: string; readonly model: string },
  { tokens, ms }: { readonly tokens: TokenUse | undefined; readonly ms: number },
): string {
  const seconds = (ms / 1_000).toFixed(1);
  const used = amount(tokens?.total ?? 0);
  return l10n.t('{0} answered ({1}): {2} tokens, {3} s [route {4}]', name, model, used, seconds, route);
}
