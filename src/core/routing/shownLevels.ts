import type { AttemptResult } from '../providers/chatCall.ts';
import type { Failure } from '../providers/failure.ts';
import { arrivalMs, drainPerMs } from '../quota/bucket.ts';
import type { Ceiling, ShownLevel } from '../quota/ledger.ts';
import { shapeOf } from '../quota/saneLimits.ts';
import type { Candidate } from './candidate.ts';

/** A refusal that names no wait, or none to speak of, is not asked again at once. */
const leastWaitMs = 1_000;

/**
 * What a reply shows of the provider's buckets: headers and "Used N" name a level. A refusal says
 * that a request of this size does not fit before the wait that it names is over.
 */
export function shownLevels(
  { provider, model }: Candidate,
  result: AttemptResult,
  ceilings: readonly Ceiling[],
  reserved: { readonly tokens: number; readonly charged: boolean },
): readonly ShownLevel[] {
  if (provider.limitForm !== 'bucket') return [];
  const shown: ShownLevel[] = [];
  for (const { limit, scope: counted, limitValue: value, remaining } of result.readings.readings) {
    if (value === undefined || value <= 0 || remaining === undefined || remaining > value) continue;
    const scope = counted === 'model' ? model.id : '*';
    shown.push({ limit, scope, value, level: value - remaining, withRequest: reserved.charged });
  }
  const refused = result.ok ? undefined : refusedLevel(result.failure, model.id, shown, ceilings, reserved.tokens);
  if (refused === undefined) return shown;
  return [...shown.filter(({ limit, scope }) => limit !== refused.limit || scope !== refused.scope), refused];
}

/** Whether the bucket that refused is known, so that its level says when it can be asked again. */
export function refusedLevel(
  failure: Failure,
  model: string,
  shown: readonly ShownLevel[],
  ceilings: readonly Ceiling[],
  tokens: number,
): ShownLevel | undefined {
  if ((failure.kind !== 'rateMinute' && failure.kind !== 'quotaDay') || failure.limit === undefined) return undefined;
  const { limit } = failure;
  const scope = failure.scope === 'model' ? model : '*';
  const named = shown.find((each) => each.limit === limit && each.scope === scope);
  const known = ceilings.find((each) => each.form === 'bucket' && each.limit === limit && each.scope === scope);
  const value = named?.value ?? known?.value;
  if (value === undefined) return undefined;
  const need = shapeOf[limit].unit === 'tokens' ? tokens : 1;
  const drain = drainPerMs(limit, value);
  const full = value - need + Math.max(leastWaitMs, failure.waitMs ?? 0) * drain;
  // The wait counts from when the request came in: that is no longer on its way.
  const level = Math.max(full, named?.level ?? 0) - arrivalMs * drain;
  return { limit, scope, value, level, withRequest: false };
}
