import { accountOf, ownAccountOf, type Account, type ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import type { LimitStatus } from './keyStatus.ts';
import type { Ceiling, Ledger, Scope } from './ledger.ts';
import { limitShapes, type LimitForm, type LimitName, type Unit, type Window } from './limits.ts';
import { quotaDay, quotaMonth } from './quotaDay.ts';
import { saneLimit } from './saneLimits.ts';

export type KnownLimit = {
  readonly limit: LimitName;
  readonly unit: Unit;
  readonly window: Window;
  readonly scope: Scope;
  readonly form: LimitForm;
  readonly value: number;
  readonly source: LimitStatus['source'];
  /** Of a key in a pool: the limit is the key's own and counts what the key uses by itself. */
  readonly ofKey?: Account;
  /** When the provider last said so, where it is its word. */
  readonly learnedAtMs?: number;
  /** Of a bucket: no moment changes it. */
  readonly ceiling?: Ceiling;
};

const secondMs = 1_000;
const minuteMs = 60_000;

/**
 * The limits that a request with this key and model must keep. The user's own number holds for the
 * key's sum over all models and takes the place of every other of its name, but a day or month of the
 * user's turns with the calendar and stands beside a provider's bucket. In a pool that is the number
 * for the pool; the key's own holds for what that key uses, beside all that holds for the pool. What the
 * provider said comes before the catalog, per scope.
 */
export function knownLimits(
  key: ApiKey,
  provider: Provider,
  model: string,
  ledger: Pick<Ledger, 'learned' | 'learnedAtMs'>,
): readonly KnownLimit[] {
  const account = accountOf(key);
  const isPooled = key.pool !== undefined;
  const perModel = provider.limitScope === 'model';
  const hasBuckets = provider.limitForm === 'bucket';
  const ofModel = provider.models.find(({ id }) => id === model)?.limits ?? {};
  const learnedOfKey = ledger.learned(account, '*');
  const learnedOfModel = ledger.learned(account, model);
  const known: KnownLimit[] = [];
  for (const { name: limit, unit, window } of limitShapes) {
    const standard: LimitForm = window === 'day' || window === 'month' ? 'calendar' : 'sliding';
    const add = (scope: Scope, value: number | undefined, source: LimitStatus['source'], isOwn = false): boolean => {
      const sane = saneLimit(value);
      const isBucket = hasBuckets && !isOwn && (source !== 'user' || standard === 'sliding');
      const form: LimitForm = isBucket ? 'bucket' : standard;
      const ofKey = isOwn ? { ofKey: ownAccountOf(key.fingerprint) } : {};
      const learnedAtMs = source === 'learned' ? ledger.learnedAtMs(account, scope, limit) : undefined;
      const age = learnedAtMs === undefined ? {} : { learnedAtMs };
      if (sane === undefined) return false;
      const counted = { limit, scope, form, value: sane, ...ofKey, ...age };
      const always = isBucket ? { ceiling: { ...counted, sinceMs: 0 } } : {};
      known.push({ ...counted, unit, window, source, ...always });
      return true;
    };
    if (isPooled) add('*', key.limits[limit], 'user', true);
    const isBeside = hasBuckets && standard === 'calendar';
    if (add('*', (isPooled ? key.poolLimits : key.limits)?.[limit], 'user') && !isBeside) continue;
    const ofKey = perModel ? provider.limits[limit] : (ofModel[limit] ?? provider.limits[limit]);
    const isNone = (scope: Scope): boolean => ledger.learnedAtMs(account, scope, limit) !== undefined;
    const isLearned = add(model, learnedOfModel[limit], 'learned') || isNone(model);
    if (!isLearned && perModel) add(model, ofModel[limit], 'catalog');
    // What the provider shows of one model takes the place of the catalog's number, which is as one for all.
    if (!add('*', learnedOfKey[limit], 'learned') && !isNone('*') && !(isLearned && !perModel)) {
      add('*', ofKey, 'catalog');
    }
  }
  return known;
}

/** Start of the window that counts now. */
export function windowStartMs(window: Window, zone: string, nowMs: number): number {
  switch (window) {
    case 'second':
      return nowMs - secondMs;
    case 'minute':
      return nowMs - minuteMs;
    case 'day':
      return quotaDay(nowMs, zone).startMs;
    case 'month':
      return quotaMonth(nowMs, zone).startMs;
    default:
      return window satisfies never;
  }
}

/** When a calendar limit turns; undefined for the other forms, which have no such moment. */
export function turnsAtMs({ form, window }: KnownLimit, zone: string, nowMs: number): number | undefined {
  if (form !== 'calendar') return undefined;
  return window === 'month' ? quotaMonth(nowMs, zone).endMs : quotaDay(nowMs, zone).endMs;
}

export function ceilingOf(known: KnownLimit, zone: string, nowMs: number): Ceiling {
  if (known.ceiling !== undefined) return known.ceiling;
  const { limit, scope, form, value, window, ofKey, learnedAtMs } = known;
  return {
    limit,
    scope,
    form,
    value,
    sinceMs: windowStartMs(window, zone, nowMs),
    ...(ofKey === undefined ? {} : { ofKey }),
    ...(learnedAtMs === undefined ? {} : { learnedAtMs }),
  };
}

/** With less left a key is passed over (spec section 5). */
export const leastLeft: Readonly<Record<Unit, number>> = { tokens: 100, requests: 1 };

/** One decimal, and never 100 before the limit is reached. */
export function percentageOf(used: number, value: number): number {
  if (used >= value) return 100;
  return Math.min(99.9, Math.round((used / value) * 1_000) / 10);
}
