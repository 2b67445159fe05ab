import { areSameLimits, type LimitName, type Limits } from '../quota/limits.ts';
import type { ApiKey } from './apiKey.ts';

/**
 * What Edit may change. `pool: null` takes the key out of its pool, so that it joins none by itself; a `null`
 * limit goes back to the catalog's, a `null` `maxConcurrent` to the provider's. `poolLimits` go to all keys of
 * the pool that the key is in when it is written; one in no pool has none.
 */
export type KeyEdit = {
  readonly label?: string;
  readonly priority?: number;
  readonly limits?: LimitsEdit;
  readonly poolLimits?: LimitsEdit;
  readonly maxConcurrent?: number | null;
  readonly pool?: string | null;
  readonly enabled?: boolean;
};

type LimitsEdit = { readonly [Name in LimitName]?: number | null };

export function edited(key: ApiKey, edit: KeyEdit): ApiKey {
  const { pool: oldPool, parted: wasParted, maxConcurrent: oldMost, poolLimits: oldLimits, ...rest } = key;
  const pool = edit.pool === undefined ? oldPool : (edit.pool ?? undefined);
  const maxConcurrent = edit.maxConcurrent === undefined ? oldMost : (edit.maxConcurrent ?? undefined);
  const poolLimits = editedLimits(oldLimits, edit.poolLimits);
  const leaves = oldPool !== undefined && pool === undefined;
  const parted = pool === undefined && (leaves || wasParted === true);
  return {
    ...rest,
    label: edit.label ?? key.label,
    priority: edit.priority ?? key.priority,
    limits: editedLimits(key.limits, edit.limits),
    enabled: edit.enabled ?? key.enabled,
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    ...(pool === undefined ? {} : { pool }),
    ...(areSameLimits(poolLimits) ? {} : { poolLimits }),
    ...(parted ? { parted } : {}),
  };
}

function editedLimits(limits: Limits = {}, edit: LimitsEdit = {}): Limits {
  const next = new Map(Object.entries(limits));
  for (const [name, value] of Object.entries(edit)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return Object.fromEntries(next);
}
