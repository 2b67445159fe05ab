import { areSameLimits, limitShapes, type Limits } from '../quota/limits.ts';
import type { ApiKey } from './apiKey.ts';

/**
 * A key with what differs between two others, and nothing else: what a change that was decided on one
 * state of the key makes of the state that another window has brought it to.
 */
export function withChange(now: ApiKey, before: ApiKey, after: ApiKey): ApiKey {
  const { pool: poolNow, parted: partedNow, maxConcurrent: mostNow, poolLimits: limitsNow, ...rest } = now;
  const pool = before.pool === after.pool ? poolNow : after.pool;
  const parted = before.parted === after.parted ? partedNow : after.parted;
  const maxConcurrent = before.maxConcurrent === after.maxConcurrent ? mostNow : after.maxConcurrent;
  const poolLimits = withChangedLimits(limitsNow, before.poolLimits, after.poolLimits);
  const field = <Name extends 'label' | 'priority' | 'enabled' | 'fingerprint'>(name: Name): ApiKey[Name] =>
    before[name] === after[name] ? now[name] : after[name];
  return {
    ...rest,
    label: field('label'),
    priority: field('priority'),
    enabled: field('enabled'),
    origins: isSame(before.origins, after.origins) ? now.origins : after.origins,
    fingerprint: field('fingerprint'),
    limits: withChangedLimits(now.limits, before.limits, after.limits),
    ...(pool === undefined ? {} : { pool }),
    ...(areSameLimits(poolLimits) ? {} : { poolLimits }),
    ...(parted === undefined ? {} : { parted }),
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
  };
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one, index) => one === others[index]);

function withChangedLimits(now: Limits = {}, before: Limits = {}, after: Limits = {}): Limits {
  const next: { -readonly [Name in keyof Limits]: Limits[Name] } = { ...now };
  for (const { name } of limitShapes) {
    const value = after[name];
    if (value === before[name]) continue;
    if (value === undefined) delete next[name];
    else next[name] = value;
  }
  return next;
}
