/** The windows that providers count in, shortest first. */
export const windows = ['second', 'minute', 'day', 'month'] as const;
export type Window = (typeof windows)[number];

/**
 * How a limit is counted. `calendar`: a day or month that turns at a moment. `sliding`: the last
 * second or minute. `bucket`: fills by use and drains evenly over its window, so nothing resets.
 */
export type LimitForm = 'calendar' | 'sliding' | 'bucket';

export const units = ['requests', 'tokens'] as const;
export type Unit = (typeof units)[number];

export type LimitName = `${Unit}Per${Capitalize<Window>}`;

/** Those that people are told of: a second or a minute is over before anyone has read of it. */
export const longLimits = ['requestsPerDay', 'tokensPerDay', 'requestsPerMonth', 'tokensPerMonth'] as const;
export type LongLimit = (typeof longLimits)[number];

export const isLong = <Of extends { readonly limit: LimitName }>(of: Of): of is Of & { readonly limit: LongLimit } =>
  longLimits.some((limit) => limit === of.limit);

/** Each limit may be absent: then it is not known, which is not the same as unlimited. */
export type Limits = { readonly [Name in LimitName]?: number };

/** What a bucket of each window takes to drain from full; milliseconds. */
export const drainMs: Readonly<Record<Window, number>> = {
  second: 1_000,
  minute: 60_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
};

/** Absent is as good as none at all. */
export const areSameLimits = (some: Limits = {}, others: Limits = {}): boolean =>
  limitShapes.every(({ name }) => some[name] === others[name]);

type LimitShape = { readonly name: LimitName; readonly unit: Unit; readonly window: Window };

/** All limits there are, shortest window first. */
export const limitShapes: readonly LimitShape[] = [
  { name: 'requestsPerSecond', unit: 'requests', window: 'second' },
  { name: 'tokensPerSecond', unit: 'tokens', window: 'second' },
  { name: 'requestsPerMinute', unit: 'requests', window: 'minute' },
  { name: 'tokensPerMinute', unit: 'tokens', window: 'minute' },
  { name: 'requestsPerDay', unit: 'requests', window: 'day' },
  { name: 'tokensPerDay', unit: 'tokens', window: 'day' },
  { name: 'requestsPerMonth', unit: 'requests', window: 'month' },
  { name: 'tokensPerMonth', unit: 'tokens', window: 'month' },
];
