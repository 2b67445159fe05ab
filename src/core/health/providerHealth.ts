import type { Health } from './health.ts';
import { isQuarantined } from './healthRules.ts';

/** The mean score of the active keys, rounded; 0 with none active. */
export function providerHealth<Key extends { readonly enabled: boolean }>(
  keys: readonly Key[],
  healthOf: (key: Key) => Health,
  nowMs: number,
): number {
  let sum = 0;
  let active = 0;
  for (const key of keys) {
    if (!key.enabled) continue;
    const health = healthOf(key);
    if (isQuarantined(health, nowMs)) continue;
    sum += health.score;
    active += 1;
  }
  return active === 0 ? 0 : Math.round(sum / active);
}
