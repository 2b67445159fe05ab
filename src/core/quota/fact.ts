import * as z from 'zod';
import type { Account } from '../keys/apiKey.ts';
import { modelList } from '../providers/modelLists.ts';

const amount = z.number().nonnegative();
const limits = z.object({
  requestsPerSecond: z.number().exactOptional(),
  tokensPerSecond: z.number().exactOptional(),
  requestsPerMinute: z.number().exactOptional(),
  tokensPerMinute: z.number().exactOptional(),
  requestsPerDay: z.number().exactOptional(),
  tokensPerDay: z.number().exactOptional(),
  requestsPerMonth: z.number().exactOptional(),
  tokensPerMonth: z.number().exactOptional(),
});

export const limitName = limits.keyof();

export const account = z.custom<Account>((value) => typeof value === 'string' && /^(pool|secret):/.test(value));
const subject = z.union([account, z.custom<`provider:${string}`>((value) => String(value).startsWith('provider:'))]);

const health = z.object({
  score: z.number().min(0).max(100),
  quarantine: z
    .object({
      untilMs: z.number(),
      cause: z.enum(['refused', 'outage']),
      times: z.number().int().positive(),
      mayTry: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  refusals: z.number().int().positive().exactOptional(),
  uncheckable: z.boolean().exactOptional(),
  lastError: z.object({ kind: z.string(), sentence: z.string(), atMs: z.number() }).exactOptional(),
  lastUsedAtMs: z.number().exactOptional(),
  checkedAtMs: z.number().exactOptional(),
  accepted: z.boolean().exactOptional(),
});

export const apiKey = z.object({
  id: z.string().min(1),
  provider: z.string().min(1),
  number: z.number().int().positive(),
  label: z.string(),
  priority: z.number(),
  limits,
  maxConcurrent: z.number().int().positive().exactOptional(),
  pool: z.string().exactOptional(),
  poolLimits: limits.exactOptional(),
  parted: z.literal(true).exactOptional(),
  enabled: z.boolean(),
  origins: z.array(z.string()),
  fingerprint: z.string(),
  addedAtMs: z.number(),
});

const block = z.object({
  kind: z.enum(['cooldown', 'exhausted', 'networkBlocked']),
  untilMs: z.number(),
  /** From the moment it was set. More than this can only be left after the clock was set back. */
  lengthMs: z.number(),
  endsWithTheDay: z.literal(true).exactOptional(),
});

const demotion = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('behind'),
    failures: z.number().int().nonnegative(),
    nextTryAtMs: z.number(),
    setAtMs: z.number(),
  }),
  z.object({ state: z.literal('restored') }),
]);

const outside = z.object({ amount, sinceMs: z.number(), untilMs: z.number() });

/** So many requests of an account are taken at once, as its provider said at that moment. */
const concurrency = z.object({ most: z.number().int().positive(), setAtMs: z.number() });

/** A bucket's level, and when it was that. */
const level = z.object({ level: amount, atMs: z.number(), shown: z.boolean().exactOptional() });

const modelOut = z.object({
  replacedBy: z.string().exactOptional(),
  baseUrl: z.string(),
  setAtMs: z.number(),
  untilMs: z.number(),
});

/**
 * Everything a ledger knows beside what was used: one small value under (kind, subject, scope,
 * name). A value of `null` takes what was there away.
 */
export const fact = z.discriminatedUnion('kind', [
  row('health', z.string(), z.literal(''), z.literal(''), health),
  /** By provider id. */
  row('demotion', z.string(), z.literal(''), z.literal(''), demotion),
  row('block', subject, z.string(), z.union([limitName, z.enum(['credit', 'network', 'unnamed'])]), block),
  /** With when the provider last said so; `null`: it let requests past all numbers that are known. */
  row(
    'learned',
    account,
    z.string(),
    z.literal(''),
    z.partialRecord(limitName, z.object({ value: z.number().nullable(), atMs: z.number() })),
  ),
  row('concurrency', account, z.literal(''), z.literal(''), concurrency),
  row('outside', account, z.string(), limitName, outside),
  /** The buckets of an account as a whole, or of one model of it (the scope). */
  row('levels', account, z.string(), z.literal(''), z.partialRecord(limitName, level)),
  row('modelOut', subject, z.string(), z.literal(''), modelOut),
  row('mark', z.string(), z.literal(''), z.literal(''), z.object({ untilMs: z.number(), setAtMs: z.number() })),
  /** The account that a provider (the scope) named for a fingerprint (Groq's `org_…`). */
  row('accountName', z.string(), z.string(), z.literal(''), z.string()),
  /** The account that a fingerprint draws on, since it changed. A copy of form 1 names its provider (the scope). */
  row('drawsOn', z.string(), z.string(), z.literal(''), account),
  /** Tokens counted for each estimated one, by provider and model (the scope). */
  row(
    'promptRatio',
    z.string(),
    z.string(),
    z.literal(''),
    z.object({ ratio: z.number().positive(), atMs: z.number() }),
  ),
  /** What a provider said of its models when somebody last asked. */
  row('modelList', z.string(), z.literal(''), z.literal(''), modelList),
  row('key', z.string(), z.literal(''), z.literal(''), apiKey),
  /** A secret, by key id, whose key was removed (then since 0) or is still to be added. */
  row('unownedSecret', z.string(), z.literal(''), z.literal(''), z.object({ sinceMs: z.number() })),
  /** The highest key number that a provider ever had. */
  row('lastNumber', z.string(), z.literal(''), z.literal(''), z.number().int().positive()),
]);

export type Fact = Readonly<z.infer<typeof fact>>;
export type FactKind = Fact['kind'];
export type FactValue<Kind extends FactKind> = NonNullable<Extract<Fact, { kind: Kind }>['value']>;

function row<
  Kind extends string,
  Subject extends z.ZodType,
  ScopeType extends z.ZodType,
  Name extends z.ZodType,
  Value extends z.ZodType,
>(kind: Kind, subjectType: Subject, scope: ScopeType, name: Name, value: Value) {
  return z.object({ kind: z.literal(kind), subject: subjectType, scope, name, value: value.nullable() });
}
