import type { Health } from './health.ts';
import { quarantineMs } from './healthRules.ts';

/**
 * A change that was decided at `decidedAtMs` without sight of what other windows wrote since: the score
 * moves by it, and what was seen of the key later (an answer, a check, a refusal) stands.
 */
export function afterLate(health: Health, change: (health: Health) => Health, decidedAtMs: number): Health {
  const after = change(health);
  if (lastSeenMs(health) <= decidedAtMs) return after;
  return after.quarantine === health.quarantine ? { ...health, score: after.score } : health;
}

function lastSeenMs({ quarantine, lastUsedAtMs = 0, checkedAtMs = 0, lastError }: Health): number {
  const quarantinedAtMs = quarantine === undefined ? 0 : quarantine.untilMs - quarantineMs(quarantine);
  return Math.max(quarantinedAtMs, lastUsedAtMs, checkedAtMs, lastError?.atMs ?? 0);
}
