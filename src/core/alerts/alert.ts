import * as z from 'zod';
import { parseKeyRef, type KeyRef } from '../keys/keyRef.ts';
import { longLimits } from '../quota/limits.ts';

/** What people are told of, one row each of spec section 6. `offline` never leaves the machine. */
export const alertEvents = [
  'quotaWarning',
  'quotaCritical',
  'exhausted',
  'keyRefused',
  'noCredit',
  'allFailed',
  'recovered',
  'modelReplaced',
  'limitLearned',
  'offline',
] as const;
export type AlertEvent = (typeof alertEvents)[number];

export type AlertLevel = 'info' | 'warning' | 'error' | 'critical';

/** `statusBar` stands for everything that shows state: status bar, tree and dashboard. */
export const alertChannels = ['toast', 'statusBar', 'log', 'telegram', 'email'] as const;
export type AlertChannel = (typeof alertChannels)[number];

/** Channels that go through the outbox: each message must arrive in one place, once. */
export const outboxChannels = ['toast', 'telegram', 'email'] as const;
export type OutboxChannel = (typeof outboxChannels)[number];

export type Runbook = 'key-rotated' | 'quota-exceeded' | 'all-keys-failed';

const keyRefSchema = z.custom<KeyRef>((value) => typeof value === 'string' && parseKeyRef(value) !== undefined);
const level = z.enum(['info', 'warning', 'error', 'critical']);
const common = { id: z.string(), atMs: z.number(), level };
/** The name is kept as it was: a key may be gone when its history is read. */
const ofKey = { ...common, key: keyRefSchema, keyName: z.string(), fingerprint: z.string() };

/** Also reads alerts back from storage: an older version's record that no longer fits is left out. */
export const alertSchema = z.discriminatedUnion('event', [
  z.object({
    ...ofKey,
    event: z.enum(['quotaWarning', 'quotaCritical']),
    providerName: z.string(),
    /** Nearest whole number; 100 only when the limit is reached. */
    percent: z.number(),
    /** Named where it is not the daily one. */
    limit: z.enum(longLimits).exactOptional(),
    /** Of a limit that turns; a bucket has none. */
    resetAtMs: z.number().exactOptional(),
    /** Of a bucket, in its limit's unit. */
    freesAnHour: z.number().exactOptional(),
  }),
  z.object({ ...ofKey, event: z.literal('exhausted'), untilMs: z.number(), nextName: z.string().optional() }),
  z.object({ ...ofKey, event: z.enum(['keyRefused', 'noCredit']), sentence: z.string() }),
  z.object({
    ...common,
    event: z.literal('allFailed'),
    route: z.string(),
    reasons: z.array(z.object({ provider: z.string(), sentence: z.string() })),
    /** Nothing is down: every key is well and has no quota left. */
    usedUp: z.object({ firstBackAtMs: z.number().exactOptional() }).exactOptional(),
  }),
  z.object({ ...common, event: z.enum(['recovered', 'offline']) }),
  z.object({
    ...common,
    event: z.literal('modelReplaced'),
    providerName: z.string(),
    model: z.string(),
    replacement: z.string().optional(),
  }),
  z.object({
    ...ofKey,
    event: z.literal('limitLearned'),
    scope: z.string(),
    limit: z.string(),
    value: z.number(),
    userValue: z.number().optional(),
  }),
]);
export type Alert = z.infer<typeof alertSchema>;

const runbooks: Partial<Record<AlertEvent, Runbook>> = {
  keyRefused: 'key-rotated',
  quotaWarning: 'quota-exceeded',
  quotaCritical: 'quota-exceeded',
  exhausted: 'quota-exceeded',
  noCredit: 'quota-exceeded',
  allFailed: 'all-keys-failed',
};

export const runbookOf = (event: AlertEvent): Runbook | undefined => runbooks[event];
