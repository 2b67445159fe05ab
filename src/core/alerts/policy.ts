import { parseKeyRef, type KeyRef } from '../keys/keyRef.ts';
import { freesAnHour } from '../quota/bucket.ts';
import { quotaDay } from '../quota/quotaDay.ts';
import type { LimitStatus } from '../quota/keyStatus.ts';
import { forever } from '../quota/ledger.ts';
import type { RouterEvent } from '../routing/routerEvent.ts';
import type { Alert, AlertEvent, AlertLevel, OutboxChannel } from './alert.ts';
import { outboxChannels } from './alert.ts';
import type { AlertSettings } from './alertSettings.ts';
import { withTheDay, type Cause, type PlannedDelivery, type Raise } from './outbox.ts';
import { plainLine } from './plainLine.ts';
import { heldCauses, quotaOnce } from './quotaCauses.ts';
import { quietUntilMs } from './quietHours.ts';

/** What is not critical waits this long, so that equal events of several keys become one message. */
const gatherMs = 5_000;
/** "Every key failed" is said at most this often. */
const allFailedEveryMs = 15 * 60_000;
/** Messages held by quiet hours wait in one group, whatever they are about. */
export const quietGroup = 'quiet';

const dayMs = 86_400_000;

/** No key answers, from the last failure of all until one answers. */
export const downCause = 'down';
/** People were told so, and are owed the good news. */
const recoveryOwed = 'recoveryOwed';
const offlineCause = 'offline';
export const snoozeCause = withTheDay('snooze');

export type AlertNames = {
  /** "Groq Key 1". */
  key(ref: KeyRef): string;
  /** "Groq". */
  provider(id: string): string;
};

export type PolicyContext = {
  readonly settings: AlertSettings;
  readonly names: AlertNames;
  readonly nowMs: number;
  /** Quota toasts are not wanted before this; 0: they are. */
  readonly snoozedUntilMs: number;
  /** Id of the alert, if one comes of it. */
  readonly id: string;
};

/** What becomes of one event, in this order. What stands already is the outbox's to tell. */
export type Decision =
  | { readonly kind: 'raise'; readonly raise: Raise }
  | { readonly kind: 'stand'; readonly causes: readonly Cause[] }
  /** Those of them that stand do so longer. */
  | { readonly kind: 'extend'; readonly causes: readonly Cause[] }
  | { readonly kind: 'forget'; readonly causes: readonly string[] };

type AlertDraft = Alert extends infer One ? (One extends Alert ? Omit<One, 'id' | 'atMs' | 'level'> : never) : never;
type Once = Pick<Raise, 'cause'> & Partial<Pick<Raise, 'covers' | 'onlyIf' | 'unless' | 'ends'>>;

/** Which alert, to which channels, now or later (spec section 6). Pure. */
export function decide(event: RouterEvent, context: PolicyContext): readonly Decision[] {
  switch (event.kind) {
    case 'thresholdPassed':
      return thresholdPassed(event, context);
    case 'bucketHeld':
      return [{ kind: 'extend', causes: heldCauses(event, context.settings.thresholdsPercent, context.nowMs) }];
    case 'exhausted':
      return exhausted(event, context);
    case 'refused':
      return refused(event, 'keyRefused', context);
    case 'noCredit':
      return refused(event, 'noCredit', context);
    case 'allFailed':
      return allFailed(event, context);
    case 'answered':
      return answered(event, context);
    case 'modelReplaced':
      return modelReplaced(event, context);
    case 'limitLearned':
      return limitLearned(event, context);
    case 'offline': {
      // A window that dies offline never says "online": the spell then ends by itself.
      const once = { cause: { name: offlineCause, untilMs: context.nowMs + dayMs / 2 } };
      return [raise(event, { event: 'offline' }, 'warning', once, context)];
    }
    case 'online':
      return [{ kind: 'forget', causes: [offlineCause] }];
  }
}

/** What an answer of this key would end, if it stands. */
export const causesEndedByAnswer = (fingerprint: string): readonly string[] => [
  ...causesOfKey(fingerprint),
  downCause,
  recoveryOwed,
  offlineCause,
];

const causesOfKey = (fingerprint: string): readonly string[] => [
  causeOf('keyRefused', fingerprint),
  causeOf('noCredit', fingerprint),
  causeOf('exhausted', fingerprint),
];

const causeOf = (event: AlertEvent, ...subject: readonly (string | number)[]): string => [event, ...subject].join(':');

function thresholdPassed(
  event: Extract<RouterEvent, { kind: 'thresholdPassed' }>,
  context: PolicyContext,
): readonly Decision[] {
  const { status, thresholdPercent, isDaily } = event;
  if (status.used * 100 <= thresholdPercent * status.value) return [];
  const critical = isCritical(thresholdPercent, context.settings.thresholdsPercent);
  const isBucket = status.form === 'bucket';
  return [
    raise(
      event,
      {
        event: critical ? 'quotaCritical' : 'quotaWarning',
        ...keyOf(event, context),
        providerName: providerName(providerOf(event.key), context),
        percent: wholePercent(status),
        ...(isDaily ? {} : { limit: status.limit }),
        ...(isBucket ? { freesAnHour: freesAnHour(status.limit, status.value) } : { resetAtMs: status.resetAtMs }),
      },
      critical ? 'critical' : 'warning',
      quotaOnce(event, context.settings.thresholdsPercent, context.nowMs),
      context,
    ),
  ];
}

/** The last threshold is the critical one; a single one only where it is as high as the default's. */
const isCritical = (percent: number, thresholds: readonly number[]): boolean =>
  percent >= 90 || (thresholds.length > 1 && percent >= Math.max(...thresholds));

/** The nearest integer, and never 100 before the limit is reached. */
const wholePercent = ({ used, value }: LimitStatus): number =>
  used >= value ? 100 : Math.min(99, Math.round((used / value) * 100));

function exhausted(event: Extract<RouterEvent, { kind: 'exhausted' }>, context: PolicyContext): readonly Decision[] {
  const once = { cause: { name: causeOf('exhausted', event.fingerprint), untilMs: event.untilMs } };
  const next = event.next === undefined ? {} : { nextName: plainLine(context.names.key(event.next)) };
  const draft: AlertDraft = { event: 'exhausted', ...keyOf(event, context), untilMs: event.untilMs, ...next };
  return [raise(event, draft, 'info', once, context)];
}

/** Once per secret until it answers a chat again. */
function refused(
  event: Extract<RouterEvent, { kind: 'refused' | 'noCredit' }>,
  as: 'keyRefused' | 'noCredit',
  context: PolicyContext,
): readonly Decision[] {
  const once = { cause: { name: causeOf(as, event.fingerprint), untilMs: forever } };
  const draft: AlertDraft = { event: as, ...keyOf(event, context), sentence: plainLine(event.sentence) };
  return [raise(event, draft, 'error', once, context)];
}

function allFailed(event: Extract<RouterEvent, { kind: 'allFailed' }>, context: PolicyContext): readonly Decision[] {
  const { route, usedUp } = event;
  const reasons = event.reasons.map(({ provider, sentence }) => ({
    provider: providerName(provider, context),
    sentence: plainLine(sentence),
  }));
  const down = { name: downCause, untilMs: forever };
  const once = {
    cause: { name: 'allFailed', untilMs: context.nowMs + allFailedEveryMs },
    covers: [down, { name: recoveryOwed, untilMs: forever }],
  };
  return [
    raise(
      event,
      { event: 'allFailed', route, reasons, ...(usedUp === undefined ? {} : { usedUp }) },
      'critical',
      once,
      context,
    ),
    // True as well where the message was held back because one went out minutes ago.
    { kind: 'stand', causes: [down] },
  ];
}

function answered(event: Extract<RouterEvent, { kind: 'answered' }>, context: PolicyContext): readonly Decision[] {
  const once = {
    cause: { name: causeOf('recovered', context.id), untilMs: context.nowMs },
    onlyIf: recoveryOwed,
    ends: [recoveryOwed, downCause],
  };
  return [
    raise(event, { event: 'recovered' }, 'info', once, context),
    { kind: 'forget', causes: [...causesOfKey(event.fingerprint), downCause, offlineCause] },
  ];
}

function modelReplaced(
  event: Extract<RouterEvent, { kind: 'modelReplaced' }>,
  context: PolicyContext,
): readonly Decision[] {
  const once = { cause: { name: causeOf('modelReplaced', event.provider, event.model), untilMs: forever } };
  const draft: AlertDraft = {
    event: 'modelReplaced',
    providerName: providerName(event.provider, context),
    model: plainLine(event.model),
    ...(event.replacement === undefined ? {} : { replacement: plainLine(event.replacement) }),
  };
  return [raise(event, draft, 'info', once, context)];
}

function limitLearned(
  event: Extract<RouterEvent, { kind: 'limitLearned' }>,
  context: PolicyContext,
): readonly Decision[] {
  const { scope, limit, value, userValue } = event;
  const once = {
    cause: {
      name: causeOf('limitLearned', event.fingerprint, scope, limit, value),
      untilMs: context.nowMs + 30 * dayMs,
    },
  };
  const draft: AlertDraft = {
    event: 'limitLearned',
    ...keyOf(event, context),
    scope: plainLine(scope),
    limit,
    value,
    ...(userValue === undefined ? {} : { userValue }),
  };
  return [raise(event, draft, 'info', once, context)];
}

function raise(
  event: { readonly atMs: number },
  draft: AlertDraft,
  level: AlertLevel,
  once: Once,
  context: PolicyContext,
): Decision {
  const alert: Alert = { ...draft, id: context.id, atMs: event.atMs, level };
  return { kind: 'raise', raise: { alert, covers: [], ends: [], ...once, deliveries: deliveriesOf(alert, context) } };
}

function deliveriesOf(alert: Alert, context: PolicyContext): readonly PlannedDelivery[] {
  const wanted = context.settings.channels[alert.event];
  const timing = timingOf(alert, context);
  return outboxChannels
    .filter((channel) => wanted.includes(channel) && !isSnoozed(alert, channel, context))
    .map((channel) =>
      channel === 'toast'
        ? { channel, ...timing, expiresAtMs: toastExpiry(alert, timing.dueAtMs) }
        : { channel, ...timing },
    );
}

type Timing = Pick<PlannedDelivery, 'group' | 'dueAtMs' | 'subject'>;

function timingOf(alert: Alert, { settings, nowMs }: PolicyContext): Timing {
  // The limits of one key are one message.
  const subject = 'percent' in alert ? { subject: `quota:${alert.fingerprint}` } : {};
  if (alert.level === 'critical') return { group: `now:${alert.id}`, dueAtMs: nowMs, ...subject };
  const { quietHours, timeZone } = settings;
  const quietEndMs = quietHours === undefined ? undefined : quietUntilMs(nowMs, quietHours, timeZone);
  if (quietEndMs !== undefined) return { group: quietGroup, dueAtMs: quietEndMs };
  return { group: alert.event, dueAtMs: nowMs + gatherMs, ...subject };
}

const isSnoozed = (alert: Alert, channel: OutboxChannel, { nowMs, snoozedUntilMs }: PolicyContext): boolean =>
  channel === 'toast' && isQuota(alert) && nowMs < snoozedUntilMs;

/** Whose toasts "Snooze today" holds back. */
export const isQuota = ({ event }: Pick<Alert, 'event'>): boolean =>
  event === 'quotaWarning' || event === 'quotaCritical' || event === 'exhausted';

/** A toast waits for someone to look; yesterday's quota is news to nobody. */
function toastExpiry(alert: Alert, dueAtMs: number): number {
  const latest = dueAtMs + dayMs;
  const resetAtMs = 'resetAtMs' in alert ? alert.resetAtMs : undefined;
  return resetAtMs === undefined ? latest : Math.max(dueAtMs + gatherMs, Math.min(latest, resetAtMs));
}

/** The end of today in the user's own zone. */
export const snoozeUntilMs = (nowMs: number, timeZone: string): number => quotaDay(nowMs, timeZone).endMs;

function keyOf(
  event: { readonly key: KeyRef; readonly fingerprint: string },
  { names }: PolicyContext,
): { key: KeyRef; keyName: string; fingerprint: string } {
  return { key: event.key, keyName: plainLine(names.key(event.key)), fingerprint: event.fingerprint };
}

const providerOf = (key: KeyRef): string => parseKeyRef(key)?.provider ?? key;

const providerName = (id: string, { names }: PolicyContext): string => plainLine(names.provider(id));
