import type { QuietHours } from './alertSettings.ts';

const minuteMs = 60_000;
const dayMinutes = 1_440;

/** When the quiet hours that `nowMs` falls in end (epoch ms); undefined outside of them. */
export function quietUntilMs(nowMs: number, hours: QuietHours, timeZone: string): number | undefined {
  const minute = minuteOfDay(nowMs, timeZone);
  if (!isQuiet(minute, hours)) return undefined;
  const guess = floorToMinute(nowMs) + minutesUntil(minute, hours.toMinute) * minuteMs;
  // Clocks may have changed on the way: then the guess is off by as much.
  const off = signedMinutes(hours.toMinute - minuteOfDay(guess, timeZone));
  return Math.max(floorToMinute(nowMs) + minuteMs, guess + off * minuteMs);
}

const isQuiet = (minute: number, { fromMinute, toMinute }: QuietHours): boolean =>
  fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;

const minutesUntil = (minute: number, target: number): number => (target - minute + dayMinutes) % dayMinutes;

/** −720 to 719. */
const signedMinutes = (minutes: number): number => ((minutes + 3 * (dayMinutes / 2)) % dayMinutes) - dayMinutes / 2;

const floorToMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(ms: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  let minutes = 0;
  for (const { type, value } of format.formatToParts(ms)) {
    if (type === 'hour') minutes += Number(value) * 60;
    else if (type === 'minute') minutes += Number(value);
  }
  return minutes;
}
