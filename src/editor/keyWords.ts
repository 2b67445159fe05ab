import { countdown } from '../core/guidance/countdown.ts';
import type { Runbook } from '../core/alerts/alert.ts';
import type { L10n } from '../core/ports.ts';
import { freesAnHour } from '../core/quota/bucket.ts';
import type { KeyState, KeyStatus, LimitStatus } from '../core/quota/keyStatus.ts';
import { forever } from '../core/quota/ledger.ts';
import type { LimitName } from '../core/quota/limits.ts';
import { compactAmount } from '../core/report/amounts.ts';

/** Some of it shows as soon as anything is used, and it is full only when nothing is left. */
export function percentBar(percentage: number, cells = 6): string {
  const share = (Math.min(100, Math.max(0, percentage)) / 100) * cells;
  const filled = percentage >= 100 ? cells : Math.min(cells - 1, percentage > 0 ? Math.max(1, Math.round(share)) : 0);
  return '▰'.repeat(filled) + '▱'.repeat(cells - filled);
}

/** One word or two for a key's state. */
export function stateWord(l10n: L10n, state: KeyState): string {
  switch (state) {
    case 'ok':
      return l10n.t('ready');
    case 'warning':
      return l10n.t('running low');
    case 'cooling':
      return l10n.t('rate limited');
    case 'exhausted':
      return l10n.t('used up');
    case 'quarantined':
      return l10n.t('in quarantine');
    case 'refused':
      return l10n.t('refused');
    case 'disabled':
      return l10n.t('disabled');
    case 'secretMissing':
      return l10n.t('enter the key again');
    case 'originNotConfirmed':
      return l10n.t('address not confirmed');
    case 'providerUnknown':
      return l10n.t('provider unknown');
  }
}

/** The user alone can end these. */
export const needsUser = (state: KeyState): boolean =>
  state === 'refused' || state === 'secretMissing' || state === 'originNotConfirmed';

/** Worth a look, though some of it ends by itself. */
export const needsAttention = ({ state, untilMs }: KeyStatus): boolean =>
  needsUser(state) || state === 'quarantined' || (state === 'exhausted' && untilMs === forever);

export const attentionWords = (l10n: L10n, keys: number): string =>
  keys === 1 ? l10n.t('1 key needs attention') : l10n.t('{0} keys need attention', keys);

/** What to read where a key is in this state. */
export function runbookOfState(state: KeyState): Runbook | undefined {
  if (state === 'refused') return 'key-rotated';
  return state === 'warning' || state === 'exhausted' ? 'quota-exceeded' : undefined;
}

type WithEnd = { readonly untilMs?: number | undefined };

/** "12s", where a row has no room for more; undefined where the state does not end by itself. */
export function waitWords(l10n: L10n, { untilMs }: WithEnd, nowMs: number): string | undefined {
  if (untilMs === undefined || untilMs >= forever || untilMs <= nowMs) return undefined;
  return countdown(l10n, untilMs - nowMs);
}

/** "ready in 12s"; undefined where the state does not end by itself. */
export function untilWords(l10n: L10n, status: KeyStatus, nowMs: number): string | undefined {
  const { state } = status;
  const wait = waitWords(l10n, status, nowMs);
  if (wait === undefined) return undefined;
  if (state === 'exhausted')
    return endsInBucket(status) ? l10n.t('free again in {0}', wait) : l10n.t('resets in {0}', wait);
  if (state === 'refused' || state === 'quarantined') return l10n.t('checked again in {0}', wait);
  return l10n.t('ready in {0}', wait);
}

const endsInBucket = ({ limits, untilMs }: KeyStatus): boolean =>
  limits.some(({ form, resetAtMs }) => form === 'bucket' && resetAtMs === untilMs);

/** "frees 8.3K an hour", in place of a reset that does not come; undefined for what frees within the minute. */
export function freesWords(l10n: L10n, { limit, value, form }: LimitStatus): string | undefined {
  if (form !== 'bucket' || !isLong(limit)) return undefined;
  return l10n.t('frees {0} an hour', compactAmount(freesAnHour(limit, value)));
}

/** Worth a clock time: nobody waits for the end of a second or a minute with the watch in hand. */
export const isLong = (limit: LimitName): boolean => limit.endsWith('Day') || limit.endsWith('Month');

/** "17:00 (in 3h)" or, of a bucket, "frees 8.3K an hour"; both where it is used up. '–': nothing to wait for. */
export function resetWords(l10n: L10n, status: LimitStatus, nowMs: number, language?: string): string {
  const { limit, used, resetAtMs } = status;
  const wait = resetAtMs <= nowMs ? undefined : countdown(l10n, resetAtMs - nowMs);
  // A clock time says nothing of what comes back within the minute, and nothing used needs none.
  if (!isLong(limit)) return used === 0 || wait === undefined ? '–' : l10n.t('in {0}', wait);
  const frees = freesWords(l10n, status);
  const moment = wait === undefined ? undefined : l10n.t('{0} (in {1})', localMoment(resetAtMs, nowMs, language), wait);
  if (frees === undefined) return moment ?? '–';
  if (used === 0) return '–';
  return moment === undefined ? frees : `${moment}, ${frees}`;
}

export function limitWords(l10n: L10n, limit: LimitName): string {
  switch (limit) {
    case 'requestsPerSecond':
      return l10n.t('Requests per second');
    case 'tokensPerSecond':
      return l10n.t('Tokens per second');
    case 'requestsPerMinute':
      return l10n.t('Requests per minute');
    case 'tokensPerMinute':
      return l10n.t('Tokens per minute');
    case 'requestsPerDay':
      return l10n.t('Requests per day');
    case 'tokensPerDay':
      return l10n.t('Tokens per day');
    case 'requestsPerMonth':
      return l10n.t('Requests per month');
    case 'tokensPerMonth':
      return l10n.t('Tokens per month');
  }
}

/** "14:05", or with its day when that is not today, in the user's own time zone and manner. */
export function localMoment(atMs: number, nowMs: number, language?: string): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  // Within the week the day's name says it, and a table stays narrow.
  const near = Math.abs(atMs - nowMs) < 6 * 86_400_000;
  const day: Intl.DateTimeFormatOptions = near ? { weekday: 'short' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(language, sameDay ? time : { ...day, ...time }).format(atMs);
}
