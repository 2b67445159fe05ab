import type { ApiKey } from '../keys/apiKey.ts';
import type { Demotion } from './demotion.ts';
import type { Health } from './health.ts';
import { isQuarantined } from './healthRules.ts';
import { providerHealth } from './providerHealth.ts';

/** A provider this far below the next one in health falls behind it. */
const healthGap = 30;

/** What decides over a provider's place among the others. */
export type Footing = {
  readonly health: number;
  /** No key of it is active: there is nobody to ask. */
  readonly isIdle: boolean;
  /** Does not fall behind, whatever its health. */
  readonly keepsPlace: boolean;
};

type Known = {
  readonly health: (fingerprint: string) => Health;
  readonly demotion: (provider: string) => Demotion | undefined;
};

export function footingOf(provider: string, keys: readonly ApiKey[], known: Known, nowMs: number): Footing {
  const healthOf = (key: ApiKey): Health => known.health(key.fingerprint);
  const health = providerHealth(keys, healthOf, nowMs);
  // Health 0 is also that of keys which are half-open: those stand in the order like others.
  const isIdle = health === 0 && !keys.some((key) => key.enabled && !isQuarantined(healthOf(key), nowMs));
  return { health, isIdle, keepsPlace: known.demotion(provider)?.state === 'restored' };
}

/** The same rows, each behind those after it that stand well above it; `behind` are the ones that moved. */
export function fallBehind<Row extends Footing>(
  rows: readonly Row[],
): { readonly ordered: readonly Row[]; readonly behind: ReadonlySet<Row> } {
  const ordered = [...rows];
  const behind = new Set<Row>();
  for (let moved = true; moved;) {
    moved = false;
    for (let place = 0; place + 1 < ordered.length; place += 1) {
      const [row, next] = [ordered[place], ordered[place + 1]];
      if (row === undefined || next === undefined) continue;
      if (row.keepsPlace || row.health + healthGap > next.health) continue;
      ordered[place] = next;
      ordered[place + 1] = row;
      behind.add(row);
      moved = true;
    }
  }
  return { ordered, behind };
}
