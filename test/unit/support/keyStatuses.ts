import { apiKeyOf } from './apiKeyOf.ts';
import type { KeyState, KeyStatus, LimitStatus } from '../../../src/core/quota/keyStatus.ts';

export const limitStatus = (change: Partial<LimitStatus> = {}): LimitStatus => ({
  limit: 'tokensPerDay',
  scope: '*',
  form: 'calendar',
  used: 12_000,
  value: 14_400,
  remaining: 2_400,
  percentage: 83.3,
  source: 'user',
  resetAtMs: Date.UTC(2026, 10, 23),
  ...change,
});

/** Groq Key 1 at 83 % of its day, unless the test says otherwise. */
export function keyStatus(
  change: Partial<Omit<KeyStatus, 'key'>> & { readonly key?: Partial<KeyStatus['key']> } = {},
): KeyStatus {
  const { key, ...rest } = change;
  const state: KeyState = 'ok';
  const headline = limitStatus();
  return {
    state,
    headline,
    limits: [headline],
    usedToday: 12_000,
    health: { score: 100 },
    ...rest,
    key: apiKeyOf({ id: 'k1', priority: 1, fingerprint: 'f1', ...key }),
  };
}
