import type { KeyVault, L10n, Log } from '../ports.ts';
import type { ApiKey } from './apiKey.ts';
import type { KeyBook } from './keyBook.ts';
import { reasonOf } from './keyringProblem.ts';
import { failed, type KeysRemoved } from './keyringResult.ts';

type RemovePorts = {
  readonly keyBook: KeyBook;
  readonly vault: KeyVault;
  readonly forget: (keyId: string) => void;
  readonly nameOf: (key: ApiKey) => string;
  readonly l10n: L10n;
  readonly log: Log;
};

/** Metadata first: a crash in between leaves a secret without a key, never a key without its secret. */
export async function removeKeys(
  removed: readonly ApiKey[],
  { keyBook, vault, forget, nameOf, l10n, log }: RemovePorts,
): Promise<KeysRemoved> {
  try {
    const done = await keyBook.remove(removed.map((key) => key.id));
    if (!done.ok) return failed({ kind: 'bookAway' });
  } catch (error) {
    return failed({ kind: 'bookFailed', reason: reasonOf(error, []) });
  }
  const deleted = await Promise.allSettled(removed.map((key) => vault.delete(key.id)));
  const gone = removed.filter((_, index) => deleted[index]?.status === 'fulfilled');
  // Where this fails, the sweep deletes once more what is not there.
  await keyBook.forgetSecrets(gone.map((key) => key.id)).catch(() => undefined);
  removed.forEach((key, index) => {
    forget(key.id);
    log.info(l10n.t('{0} removed', nameOf(key)));
    // The sweep takes it the next time.
    if (deleted[index]?.status === 'rejected') log.warn(l10n.t('The secret of {0} is not deleted yet', nameOf(key)));
  });
  return { ok: true, removed };
}
