import type { L10n } from '../ports.ts';

/** "99.03%". With a failure among them never "100.00%". */
export function successWords(l10n: L10n, successRate: number): string {
  const rounded = successRate >= 100 ? 100 : Math.min(99.99, Math.round(successRate * 100) / 100);
  return l10n.t('{0}%', rounded.toFixed(2).replace(/\.?0+$/, ''));
}

/** "1.2 s", "340 ms", "2 min 5 s". */
export function durationWords(l10n: L10n, ms: number): string {
  if (ms < 999.5) return l10n.t('{0} ms', Math.round(ms));
  if (ms < 99_950) return l10n.t('{0} s', (Math.round(ms / 100) / 10).toString());
  const seconds = Math.round(ms / 1_000);
  return l10n.t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60);
}
