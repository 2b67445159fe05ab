import type { L10n } from '../ports.ts';
import { countdown } from './countdown.ts';

/** "2h 5m ago"; "just now" also for what a clock that was set back makes later. Both epoch milliseconds. */
export const ago = (l10n: L10n, atMs: number, nowMs: number): string =>
  nowMs - atMs < 1_000 ? l10n.t('just now') : l10n.t('{0} ago', countdown(l10n, nowMs - atMs));
