import type { Clock, KeyVault } from '../ports.ts';
import type { KeyBook } from './keyBook.ts';

/** A secret may wait this long for its key: another window may be about to add it. */
const graceMs = 10 * 60_000;

type SweepPorts = { readonly keyBook: KeyBook; readonly vault: KeyVault; readonly clock: Clock };

/**
 * Deletes the secrets that the book knows to be left over: of keys that it removed while the storage
 * did not delete, and of keys that a window that died was about to add. No others: they may be those
 * of another ledger over the same storage. Rejects as the storage does; the rest goes the next time.
 */
export async function sweepOrphans({ keyBook, vault, clock }: SweepPorts): Promise<void> {
  const owned = new Set(keyBook.all().map((key) => key.id));
  const nowMs = clock.now();
  const due = keyBook
    .unownedSecrets()
    // The clock may have been set back meanwhile.
    .filter(({ id, sinceMs }) => !owned.has(id) && Math.abs(nowMs - sinceMs) >= graceMs);
  for (const { id } of due) {
    await vault.delete(id);
    await keyBook.forgetSecrets([id]);
  }
}
