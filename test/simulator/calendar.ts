const days = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-22`, as the calendar of a time zone has it. */
export function dayOf(ms: number, timeZone: string): string {
  const known = days.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  days.set(timeZone, known);
  return known.format(ms);
}

export const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
export const minuteOf = (ms: number): string => String(Math.floor(ms / 60_000));

/** Milliseconds until the calendar of a time zone turns to its next day, DST or not. */
export function untilNextDayMs(nowMs: number, timeZone: string): number {
  const today = dayOf(nowMs, timeZone);
  let low = nowMs;
  let high = nowMs + 26 * 3_600_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(middle, timeZone) === today) low = middle;
    else high = middle;
  }
  return high - nowMs;
}
