import type { ApiKey } from '../keys/apiKey.ts';
import type { Provider } from '../providers/provider.ts';
import type { Demotion } from './demotion.ts';
import type { Health } from './health.ts';
import { mayFindOut } from './healthRules.ts';
import { providerHealth } from './providerHealth.ts';

/** A provider this far below the next one in health falls behind it. */
const healthGap = 30;

/** What decides over a provider's place among the others. */
export type Footing = {
  readonly health: number;
  /** All its keys are in quarantine: there is nobody to ask. */
  readonly isIdle: boolean;
  /** Does not fall behind, whatever its health. */
  readonly keepsPlace: boolean;
};

type Known = {
  readonly health: (fingerprint: string) => Health;
  readonly demotion: (provider: string) => Demotion | undefined;
};

export function footingOf(provider: Provider, keys: readonly ApiKey[], known: Known, nowMs: number): Footing {
  const healthOf = (key: ApiKey): Health => known.health(key.fingerprint);
  const health = providerHealth(keys, healthOf, nowMs);
  const enabled = (): readonly ApiKey[] => keys.filter((key) => key.enabled);
  if (health > 0 || enabled().some((key) => healthOf(key).quarantine === undefined)) {
    return { health, isIdle: false, keepsPlace: known.demotion(provider.id)?.state === 'restored' };
  }
  // Where one request may find out, it does so at the usual place.
  const keepsPlace = enabled().some((key) => mayFindOut(healthOf(key), isChecked(provider), nowMs));
  return { health, isIdle: !keepsPlace, keepsPlace };
}

/** There is a zero-token check of its keys. */
export const isChecked = ({ checkUrl, needsKey }: Provider): boolean => checkUrl !== undefined && needsKey;

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
