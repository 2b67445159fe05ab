import type { Clock, KeyVault } from '../ports.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { KeyBook } from './keyBook.ts';

const dayMs = 86_400_000;
/** A secret may stand alone this long: another window may be about to add its key. */
const graceMs = 10 * 60_000;
const rememberedMs = 400 * dayMs;

type SweepPorts = {
  readonly keyBook: KeyBook;
  readonly vault: KeyVault;
  readonly ledger: Ledger;
  readonly clock: Clock;
};

/**
 * Deletes secrets that no key owns (a window died between storing one and adding its key) once they
 * were seen alone twice, at least 10 minutes apart. With no key in the book nothing is deleted: then
 * rather the book was lost. Answers how many went.
 */
export async function sweepOrphans({ keyBook, vault, ledger, clock }: SweepPorts): Promise<number> {
  const owned = new Set(keyBook.all().map((key) => key.id));
  if (owned.size === 0) return 0;
  const nowMs = clock.now();
  let gone = 0;
  for (const id of await vault.ids()) {
    if (owned.has(id)) continue;
    const rested = await ledger.mark(`orphanRest:${id}`, nowMs + graceMs, nowMs);
    const firstSight = await ledger.mark(`orphan:${id}`, nowMs + rememberedMs, nowMs);
    if (firstSight || !rested) continue;
    await vault.delete(id);
    gone += 1;
  }
  return gone;
}
