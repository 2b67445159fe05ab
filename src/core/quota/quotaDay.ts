/** From `startMs` on and before `endMs`, epoch milliseconds. */
export type Period = { readonly startMs: number; readonly endMs: number };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function isTimeZone(zone: string): boolean {
  try {
    void new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * The quota day that `nowMs` falls in: from one local midnight to the next, or from the first
 * moment of the date where a zone has no midnight that day. 23 or 25 hours when clocks change.
 * An unknown zone throws `RangeError`.
 */
export function quotaDay(nowMs: number, zone: string): Period {
  return periodOf(days, nowMs, zone);
}

/** The calendar month in the zone that `nowMs` falls in. */
export function quotaMonth(nowMs: number, zone: string): Period {
  return periodOf(months, nowMs, zone);
}

type Calendar = {
  /** The last period found for a zone: the same one is asked for all day long. */
  readonly last: Map<string, Period>;
  /** Grows from period to period: 20261122, 202611. */
  readonly label: (ms: number, zone: string) => number;
  readonly utc: (ms: number) => Period;
  /** Longer than any such period. */
  readonly reachMs: number;
};

const days: Calendar = {
  last: new Map(),
  label: (ms, zone) => dateIn(zone, ms),
  utc: (ms) => {
    const startMs = Math.floor(ms / dayMs) * dayMs;
    return { startMs, endMs: startMs + dayMs };
  },
  reachMs: 50 * hourMs,
};

const months: Calendar = {
  last: new Map(),
  label: (ms, zone) => Math.floor(dateIn(zone, ms) / 100),
  utc: (ms) => {
    const date = new Date(ms);
    const year = date.getUTCFullYear();
    const month = date.getUTCMonth();
    return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
  },
  reachMs: 33 * dayMs,
};

function periodOf(calendar: Calendar, nowMs: number, zone: string): Period {
  const known = calendar.last.get(zone);
  if (known !== undefined && nowMs >= known.startMs && nowMs < known.endMs) return known;
  const period = zone === 'UTC' ? calendar.utc(nowMs) : search(calendar, Math.floor(nowMs), zone);
  calendar.last.set(zone, period);
  return period;
}

function search({ label, reachMs }: Calendar, nowMs: number, zone: string): Period {
  const today = label(nowMs, zone);
  return {
    startMs: firstMoment(nowMs - reachMs, nowMs, (ms) => label(ms, zone) >= today),
    endMs: firstMoment(nowMs, nowMs + reachMs, (ms) => label(ms, zone) > today),
  };
}

/** The first millisecond in (low, high], two whole ones, for which `holds`, which stays true once it is. */
function firstMoment(low: number, high: number, holds: (ms: number) => boolean): number {
  let before = low;
  let after = high;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (holds(middle)) after = middle;
    else before = middle;
  }
  return after;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar date in a zone as one number: 20261122. */
function dateIn(zone: string, ms: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric' });
    formats.set(zone, format);
  }
  let date = 0;
  for (const { type, value } of format.formatToParts(ms)) {
    if (type === 'year') date += Number(value) * 10_000;
    else if (type === 'month') date += Number(value) * 100;
    else if (type === 'day') date += Number(value);
  }
  return date;
}
