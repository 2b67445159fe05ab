import type { Failure } from '../providers/failure.ts';
import type { Provider } from '../providers/provider.ts';
import type { Block, Scope } from '../quota/ledger.ts';
import { forever } from '../quota/ledger.ts';
import { quotaDay, quotaMonth } from '../quota/quotaDay.ts';

const minuteMs = 60_000;
/** An unnamed limit: 2 s, doubling to 60 s (spec section 4). Also the least after a wait that proved too short. */
const firstUnnamedMs = 2_000;

/** How long a provider that this network cannot use is passed over (spec section 4). */
export const networkBlockMs = 5 * minuteMs;
/** After this a model that was gone is looked at again (spec section 2). */
export const modelOutMs = 24 * 60 * minuteMs;

/** What a refusal keeps from being asked, and until when; undefined where its kind blocks nothing. */
export function blockOf(
  failure: Failure,
  provider: Provider,
  model: string,
  nowMs: number,
  refusedInARow: number,
): Block | undefined {
  const { resetTimeZone } = provider;
  switch (failure.kind) {
    case 'noCredit':
      return {
        kind: 'exhausted',
        scope: '*',
        limit: 'credit',
        ...(provider.creditReset === 'month'
          ? { untilMs: quotaMonth(nowMs, resetTimeZone).endMs, endsWithTheDay: true }
          : { untilMs: forever }),
      };
    case 'quotaDay': {
      const limit = failure.limit ?? 'unnamed';
      const turn = failure.limit?.endsWith('Month') === true ? quotaMonth : quotaDay;
      // The failure reader has left out the waits that are known to mislead (Gemini's).
      const until =
        failure.waitMs === undefined
          ? ({ untilMs: turn(nowMs, resetTimeZone).endMs, endsWithTheDay: true } as const)
          : { untilMs: nowMs + Math.max(firstUnnamedMs, failure.waitMs) };
      return { kind: 'exhausted', scope: scopeOf(failure.scope, model), limit, ...until };
    }
    case 'rateMinute': {
      const unnamedMs = Math.min(minuteMs, firstUnnamedMs * 2 ** refusedInARow);
      const leastMs = refusedInARow === 0 ? 1 : firstUnnamedMs;
      const waitMs =
        failure.waitMs === undefined
          ? failure.limit?.endsWith('Minute') === true
            ? minuteMs
            : unnamedMs
          : Math.max(leastMs, failure.waitMs);
      const limit = failure.limit ?? 'unnamed';
      return { kind: 'cooldown', scope: scopeOf(failure.scope, model), limit, untilMs: nowMs + waitMs };
    }
    default:
      return undefined;
  }
}

/** What one refusal is counted for: the whole account, or the model that was asked. */
export const scopeOf = (scope: 'key' | 'model', model: string): Scope => (scope === 'model' ? model : '*');
