import { quotaDay, quotaMonth } from '../../../src/core/quota/quotaDay.ts';

/** Where the providers' days turn: two of them change their clocks on 1 November, at another hour each. */
const zones = ['UTC', 'America/Los_Angeles', 'America/St_Johns'] as const;

/** Of all zones, when the day and the month that run at this moment began. */
export const periodStarts = (nowMs: number): readonly number[] => [
  ...new Set(zones.flatMap((zone) => [quotaDay(nowMs, zone).startMs, quotaMonth(nowMs, zone).startMs])),
];

/** Another text after each midnight of a zone. */
export const daysOf = (nowMs: number): string => zones.map((zone) => quotaDay(nowMs, zone).startMs).join(' ');
