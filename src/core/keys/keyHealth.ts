import type { Health } from '../health/health.ts';
import type { Failure } from '../providers/failure.ts';

/** Where a key that comes back starts from. */
const comebackScore = 20;

/** A good zero-token check ends any quarantine at once. */
export function afterGoodCheck(health: Health): Health {
  const { quarantine, ...rest } = health;
  const score = quarantine === undefined ? health.score : Math.max(comebackScore, health.score);
  return { ...rest, score, accepted: true };
}

/** A changed secret starts afresh, even one that was refused here before. */
export const afterSecretChange = (health: Health): Health => ({
  score: 100,
  ...(health.lastUsedAtMs === undefined ? {} : { lastUsedAtMs: health.lastUsedAtMs }),
});

const quarantineMs = 5 * 60_000;
const longestQuarantineMs = 60 * 60_000;

/** Refused when checked: quarantined, each time twice as long as the last. */
export function afterRefusal(health: Health, failure: Failure, nowMs: number): Health {
  const times = (health.quarantine?.cause === 'refused' ? health.quarantine.times : 0) + 1;
  const lastsMs = Math.min(quarantineMs * 2 ** (times - 1), longestQuarantineMs);
  return {
    ...health,
    score: 0,
    accepted: false,
    quarantine: { untilMs: nowMs + lastsMs, cause: 'refused', times },
    lastError: { kind: failure.kind, sentence: failure.said, atMs: nowMs },
  };
}
