import { quotaDay, type Period } from '../../core/quota/quotaDay.ts';

const pattern = /^\s*(\d{4}-\d{2}-\d{2})\s+(\d{4}-\d{2}-\d{2})\s*$/;

/** "2026-11-01 2026-11-22", both days included, in the zone. Undefined: not such a range. */
export function readDateRange(text: string, timeZone: string): Period | undefined {
  const [, first = '', last = ''] = pattern.exec(text) ?? [];
  const from = dayOf(first, timeZone);
  const to = dayOf(last, timeZone);
  if (from === undefined || to === undefined || to.startMs < from.startMs) return undefined;
  return { startMs: from.startMs, endMs: to.endMs };
}

function dayOf(text: string, timeZone: string): Period | undefined {
  const noonMs = Date.parse(`${text}T12:00:00Z`);
  if (Number.isNaN(noonMs) || new Date(noonMs).toISOString().slice(0, 10) !== text) return undefined;
  const named = new Intl.DateTimeFormat('en-CA', { timeZone });
  // Noon in UTC is another date only in zones that are 12 hours or more off.
  for (const shift of [0, -12, 12]) {
    const day = quotaDay(noonMs + shift * 3_600_000, timeZone);
    if (named.format(day.startMs) === text) return day;
  }
  return undefined;
}
