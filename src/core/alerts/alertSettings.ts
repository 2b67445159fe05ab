import * as z from 'zod';
import { alertChannels, alertEvents, type AlertChannel, type AlertEvent } from './alert.ts';

export type QuietHours = {
  /** Minutes since local midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
};

export type AlertSettings = {
  /** Ascending. */
  readonly thresholdsPercent: readonly number[];
  readonly channels: Readonly<Record<AlertEvent, readonly AlertChannel[]>>;
  readonly quietHours: QuietHours | undefined;
  /** IANA zone that quiet hours and "today" are meant in. */
  readonly timeZone: string;
};

/** The table of spec section 6. */
const defaultChannels: AlertSettings['channels'] = {
  quotaWarning: ['toast', 'statusBar', 'log', 'telegram'],
  quotaCritical: ['toast', 'statusBar', 'log', 'telegram', 'email'],
  exhausted: ['statusBar', 'log'],
  keyRefused: ['toast', 'statusBar', 'log', 'telegram', 'email'],
  noCredit: ['toast', 'statusBar', 'log', 'telegram', 'email'],
  allFailed: ['toast', 'statusBar', 'log', 'telegram', 'email'],
  recovered: ['toast', 'statusBar', 'log', 'telegram'],
  modelReplaced: ['statusBar', 'log'],
  limitLearned: ['statusBar', 'log'],
  offline: ['toast', 'statusBar', 'log'],
};

const defaultThresholdsPercent: readonly number[] = [75, 90];

export type RawAlertSettings = {
  readonly warnAtPercent: unknown;
  readonly channels: unknown;
  readonly quietHours: unknown;
};

const thresholds = z.array(z.number().gt(0).lt(100)).max(10);
const channelList = z.array(z.enum(alertChannels));
const clockTime = z.string().regex(/^([01]?\d|2[0-3]):[0-5]\d$/);
const quiet = z.object({ from: clockTime, to: clockTime });

/** A value that does not fit leaves its default in place; `problems` names each, for people to mend. */
export function readAlertSettings(
  raw: RawAlertSettings,
  timeZone: string,
): { readonly settings: AlertSettings; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const percents = thresholds.safeParse(raw.warnAtPercent ?? defaultThresholdsPercent);
  if (!percents.success) problems.push('aiKeys.quota.warnAtPercent');
  const settings: AlertSettings = {
    thresholdsPercent: [...new Set(percents.data ?? defaultThresholdsPercent)].toSorted((a, b) => a - b),
    channels: readChannels(raw.channels, problems),
    quietHours: readQuietHours(raw.quietHours, problems),
    timeZone,
  };
  return { settings, problems };
}

function readChannels(raw: unknown, problems: string[]): AlertSettings['channels'] {
  const channels: Record<AlertEvent, readonly AlertChannel[]> = { ...defaultChannels };
  const given = z.record(z.string(), z.unknown()).safeParse(raw ?? {});
  if (!given.success) problems.push('aiKeys.alerts.channels');
  for (const event of alertEvents) {
    const value = given.data?.[event];
    if (value === undefined) continue;
    const list = channelList.safeParse(value);
    if (list.success) channels[event] = event === 'offline' ? list.data.filter(isLocal) : list.data;
    else problems.push(`aiKeys.alerts.channels.${event}`);
  }
  return channels;
}

/** Without a connection nothing can be sent, and afterwards nobody wants to know. */
const isLocal = (channel: AlertChannel): boolean => channel !== 'telegram' && channel !== 'email';

function readQuietHours(raw: unknown, problems: string[]): QuietHours | undefined {
  if (raw === undefined || raw === null || raw === false || raw === 'off' || raw === '') return undefined;
  const given = quiet.safeParse(raw);
  if (!given.success) {
    problems.push('aiKeys.alerts.quietHours');
    return undefined;
  }
  const hours = { fromMinute: minuteOfDay(given.data.from), toMinute: minuteOfDay(given.data.to) };
  return hours.fromMinute === hours.toMinute ? undefined : hours;
}

function minuteOfDay(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
