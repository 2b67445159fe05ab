import type { L10n } from '../ports.ts';
import { forever } from '../quota/ledger.ts';
import type { LongLimit } from '../quota/limits.ts';
import type { UsedUp } from '../routing/routerEvent.ts';
import { compactAmount } from '../report/amounts.ts';
import type { Alert, OutboxChannel } from './alert.ts';
import type { OutgoingMessage } from './channel.ts';
import { plainLine } from './plainLine.ts';

export type TextContext = {
  readonly l10n: L10n;
  /** IANA zone of the reader. */
  readonly timeZone: string;
  /** BCP 47; absent: the host's. */
  readonly language?: string;
};

const dayMs = 86_400_000;

const signs: Readonly<Record<Alert['event'], string>> = {
  quotaWarning: '⚠️',
  quotaCritical: '🚨',
  exhausted: 'ℹ️',
  keyRefused: '❌',
  noCredit: '❌',
  allFailed: '🚨',
  recovered: '✅',
  modelReplaced: 'ℹ️',
  limitLearned: 'ℹ️',
  offline: '⚠️',
};

/** What happened, in one line: "Groq Key 1: 83% quota used". */
export function alertWords(alert: Alert, { l10n, ...where }: TextContext): string {
  switch (alert.event) {
    case 'quotaWarning':
      return alert.limit === undefined
        ? l10n.t('{0}: {1}% quota used', alert.keyName, alert.percent)
        : l10n.t('{0}: {1}% of its {2} used', alert.keyName, alert.percent, quotaName(alert.limit, l10n));
    case 'quotaCritical':
      return alert.limit === undefined
        ? l10n.t('{0}: {1}% used!', alert.keyName, alert.percent)
        : l10n.t('{0}: {1}% of its {2} used!', alert.keyName, alert.percent, quotaName(alert.limit, l10n));
    case 'exhausted':
      return exhaustedWords(alert, { l10n, ...where });
    case 'keyRefused':
      return l10n.t('{0} invalid - check API key', alert.keyName);
    case 'noCredit':
      return l10n.t('{0}: out of credit', alert.keyName);
    case 'allFailed':
      return alert.usedUp === undefined
        ? l10n.t('All AI providers down!')
        : usedUpWords(alert.usedUp, alert.atMs, { l10n, ...where });
    case 'recovered':
      return l10n.t('AI keys answer again');
    case 'modelReplaced':
      return alert.replacement === undefined
        ? l10n.t('{0}: the model {1} is gone', alert.providerName, alert.model)
        : l10n.t('{0}: the model {1} is gone, {2} takes its place', alert.providerName, alert.model, alert.replacement);
    case 'limitLearned':
      return limitWords(alert, l10n);
    case 'offline':
      return l10n.t('No connection: no AI provider can be reached');
  }
}

function quotaName(limit: LongLimit, l10n: L10n): string {
  switch (limit) {
    case 'requestsPerDay':
      return l10n.t('daily requests');
    case 'tokensPerDay':
      return l10n.t('daily tokens');
    case 'requestsPerMonth':
      return l10n.t('monthly requests');
    case 'tokensPerMonth':
      return l10n.t('monthly tokens');
  }
}

function usedUpWords({ firstBackAtMs }: UsedUp, atMs: number, { l10n, timeZone, language }: TextContext): string {
  if (firstBackAtMs === undefined) return l10n.t('No AI key has quota left');
  const day: Intl.DateTimeFormatOptions = firstBackAtMs - atMs > dayMs ? { day: 'numeric', month: 'short' } : {};
  const format = new Intl.DateTimeFormat(language, { timeZone, ...day, hour: 'numeric', minute: '2-digit' });
  return l10n.t('No AI key has quota left. First one back: {0}', plainLine(format.format(firstBackAtMs)));
}

function exhaustedWords(alert: Extract<Alert, { event: 'exhausted' }>, context: TextContext): string {
  const { l10n } = context;
  if (alert.nextName !== undefined) return l10n.t('{0} is used up, {1} takes over', alert.keyName, alert.nextName);
  return alert.untilMs >= forever
    ? l10n.t('{0} is used up', alert.keyName)
    : l10n.t('{0} is used up until {1}', alert.keyName, momentWords(alert.untilMs, context));
}

function limitWords(alert: Extract<Alert, { event: 'limitLearned' }>, l10n: L10n): string {
  const { keyName, limit, value, userValue } = alert;
  return userValue === undefined
    ? l10n.t('{0}: the provider named its limit, {1} = {2}', keyName, limit, value)
    : l10n.t(
        '{0}: the provider named its limit, {1} = {2}; your own {3} is far below it',
        keyName,
        limit,
        value,
        userValue,
      );
}

/** As Telegram, a toast's list and the log show it: with its sign. */
export const alertLine = (alert: Alert, context: TextContext): string =>
  `${signs[alert.event]} ${alertWords(alert, context)}`;

/** Why it happened, as far as more is known than `alertWords` says: one line each. */
export function causeLines(alert: Alert, context: TextContext): readonly string[] {
  switch (alert.event) {
    case 'keyRefused':
    case 'noCredit':
      return alert.sentence === '' ? [] : [withName(alert.keyName, alert.sentence)];
    case 'allFailed':
      return alert.reasons.map(({ provider, sentence }) => withName(provider, sentence));
    case 'quotaWarning':
    case 'quotaCritical':
      return quotaEnd(alert, context);
    default:
      return [];
  }
}

function quotaEnd(
  { keyName, limit, resetAtMs, freesAnHour }: Extract<Alert, { event: 'quotaWarning' | 'quotaCritical' }>,
  context: TextContext,
): readonly string[] {
  const { l10n } = context;
  const name = limit === undefined ? keyName : l10n.t('{0}, {1}', keyName, quotaName(limit, l10n));
  if (freesAnHour !== undefined) return [l10n.t('{0}: frees {1} an hour', name, compactAmount(freesAnHour))];
  return resetAtMs === undefined ? [] : [l10n.t('{0}: resets {1}', name, momentWords(resetAtMs, context))];
}

const withName = (name: string, sentence: string): string =>
  sentence.startsWith(name) ? sentence : `${name}: ${sentence}`;

/** One message for alerts of one event, a line each. */
export function messageOf(channel: OutboxChannel, alerts: readonly Alert[], context: TextContext): OutgoingMessage {
  if (channel === 'email') return emailOf(alerts, context);
  const words = channel === 'toast' ? alertWords : alertLine;
  return { subject: '', text: alerts.map((alert) => words(alert, context)).join('\n') };
}

/** What quiet hours held back: a heading, and a line with its time for each. */
export function summaryOf(channel: OutboxChannel, alerts: readonly Alert[], context: TextContext): OutgoingMessage {
  const heading =
    alerts.length === 1
      ? context.l10n.t('1 alert from the quiet hours')
      : context.l10n.t('{0} alerts from the quiet hours', alerts.length);
  const lines = alerts.map((alert) => `${momentWords(alert.atMs, context)} ${alertLine(alert, context)}`);
  if (channel === 'email')
    return { subject: `AI Keys: ${heading}`, text: [...lines, ...allCauses(alerts, context)].join('\n') };
  return { subject: '', text: [`🌙 ${heading}`, ...lines].join('\n') };
}

function emailOf(alerts: readonly Alert[], context: TextContext): OutgoingMessage {
  const first = alerts.find(({ level }) => level === 'critical') ?? alerts[0];
  if (first === undefined) throw new Error('a message needs an alert');
  return { subject: plainLine(subjectOf(first, alerts, context), 200), text: bodyOf(first, alerts, context) };
}

function subjectOf(first: Alert, alerts: readonly Alert[], context: TextContext): string {
  const { l10n } = context;
  switch (first.event) {
    case 'quotaWarning':
      return l10n.t('Warning: {0} quota', namesOf(alerts));
    case 'quotaCritical':
      return l10n.t('Critical: {0} quota', namesOf(alerts));
    case 'keyRefused':
      return `❌ ${l10n.t('{0} Auth Failed', namesOf(alerts))}`;
    case 'noCredit':
      return `❌ ${l10n.t('{0}: out of credit', namesOf(alerts))}`;
    case 'allFailed':
      return first.usedUp === undefined ? `🚨 ${l10n.t('CRITICAL: All AI Keys Failed!')}` : alertLine(first, context);
    default:
      return alertLine(first, context);
  }
}

/** Quota is named by its provider, the rest by its key. */
function namesOf(alerts: readonly Alert[]): string {
  const names = alerts.flatMap((alert) =>
    'percent' in alert ? [alert.providerName] : 'keyName' in alert ? [alert.keyName] : [],
  );
  return [...new Set(names)].join(', ');
}

function bodyOf(first: Alert, alerts: readonly Alert[], context: TextContext): string {
  const causes = allCauses(alerts, context);
  const heading = headingOf(first, context.l10n);
  const lines = heading === undefined ? alerts.map((alert) => alertLine(alert, context)) : [heading];
  return [...lines, '', ...causes].join('\n').trim();
}

/** What stands above the causes in place of the alerts' own lines. */
function headingOf(first: Alert, l10n: L10n): string | undefined {
  if (first.event === 'keyRefused') return l10n.t('Please check and update the API key');
  if (first.event === 'allFailed' && first.usedUp === undefined) return l10n.t('Immediate action required:');
  return undefined;
}

const allCauses = (alerts: readonly Alert[], context: TextContext): readonly string[] =>
  alerts.flatMap((alert) => causeLines(alert, context));

/** "22 Nov, 14:05" in the reader's zone. */
export function momentWords(atMs: number, { timeZone, language }: Omit<TextContext, 'l10n'>): string {
  return new Intl.DateTimeFormat(language, {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(atMs);
}
