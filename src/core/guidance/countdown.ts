import type { L10n } from '../ports.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * "4h 23m", "12m", "35s", "2d 4h". Rounded up, since it says how long to wait: whoever comes back
 * after this long is not too early.
 */
export function countdown(l10n: L10n, ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / second));
  if (seconds < 60) return l10n.t('{0}s', seconds);
  const minutes = Math.ceil((seconds * second) / minute);
  if (minutes < 60) return l10n.t('{0}m', minutes);
  if (minutes < 24 * 60)
    return pair(l10n.t('{0}h', Math.floor(minutes / 60)), minutes % 60, l10n.t('{0}m', minutes % 60));
  const hours = Math.ceil((minutes * minute) / hour);
  return pair(l10n.t('{0}d', Math.floor((hours * hour) / day)), hours % 24, l10n.t('{0}h', hours % 24));
}

const pair = (large: string, small: number, smallText: string): string =>
  small === 0 ? large : `${large} ${smallText}`;
