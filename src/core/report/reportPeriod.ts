import { quotaDay, type Period } from '../quota/quotaDay.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const quarterMs = hourMs / 4;

/** Reports count by quarter hours, so that every range begins on one. */
export const quarterStart = (ms: number): number => Math.floor(ms / quarterMs) * quarterMs;

/** The last 24 hours and the 24 before them, without a gap or an overlap. */
export function lastDays(nowMs: number): { readonly now: Period; readonly before: Period } {
  const startMs = quarterStart(nowMs) - 24 * hourMs;
  return {
    now: { startMs, endMs: quarterStart(nowMs) + quarterMs },
    before: { startMs: startMs - 24 * hourMs, endMs: startMs },
  };
}

/** The last `count` days of the zone, today last. Days have 23 to 25 hours where clocks change. */
export function daysUntil(nowMs: number, zone: string, count: number): readonly Period[] {
  const days: Period[] = [];
  let day = quotaDay(nowMs, zone);
  while (days.length < count) {
    days.unshift(day);
    day = quotaDay(day.startMs - 1, zone);
  }
  return days;
}

/** The hours of one day of the zone. */
export function hoursOf(day: Period): readonly Period[] {
  const hours: Period[] = [];
  // Where a zone is off by half an hour its days begin within an hour that the record knows.
  for (let at = Math.floor(day.startMs / hourMs) * hourMs; at < day.endMs; at += hourMs) {
    hours.push({ startMs: at, endMs: at + hourMs });
  }
  return hours;
}
