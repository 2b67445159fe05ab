import type { Overview } from '../quota/reports.ts';

/** How a figure stands to that of the day before. Undefined: one of the two is missing. */
export type Change = {
  readonly direction: 'up' | 'down' | 'same';
  /** Percent for counts, points for the success rate, milliseconds for the time; never negative. */
  readonly by: number;
  /** Whether that is good news; undefined for what is neither. */
  readonly good?: boolean;
};

export type OverviewChange = {
  readonly requests: Change | undefined;
  readonly tokens: Change | undefined;
  readonly successRate: Change | undefined;
  readonly averageMs: Change | undefined;
};

/** The last 24 hours against those before. */
export function overviewChange(now: Overview, before: Overview): OverviewChange {
  return {
    requests: countChange(now.requests, before.requests),
    tokens: countChange(now.tokens, before.tokens),
    successRate: difference(now.successRate, before.successRate, 0.005, 'up'),
    averageMs: difference(now.averageMs, before.averageMs, 0.5, 'down'),
  };
}

function countChange(now: number, before: number): Change | undefined {
  if (before === 0) return undefined;
  const by = (Math.abs(now - before) / before) * 100;
  return { direction: by < 0.5 ? 'same' : now > before ? 'up' : 'down', by };
}

function difference(
  now: number | undefined,
  before: number | undefined,
  noise: number,
  wanted: 'up' | 'down',
): Change | undefined {
  if (now === undefined || before === undefined) return undefined;
  const by = Math.abs(now - before);
  if (by < noise) return { direction: 'same', by };
  const direction = now > before ? 'up' : 'down';
  return { direction, by, good: direction === wanted };
}
