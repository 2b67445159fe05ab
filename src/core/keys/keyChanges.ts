import type { ApiKey } from './apiKey.ts';
import type { KeyBook } from './keyBook.ts';
import { reasonOf } from './keyringProblem.ts';
import { failed, type Failed } from './keyringResult.ts';
import { parseKeyRef, type KeyRef } from './keyRef.ts';

export type KeysChanged = { readonly ok: true; readonly changed: readonly ApiKey[] } | Failed;

/** Changes keys as they stand inside the book's transaction, or says why none of them changes. */
export async function changeKeys(
  keyBook: Pick<KeyBook, 'update'>,
  decide: (keys: readonly ApiKey[]) => readonly ApiKey[] | Failed,
): Promise<KeysChanged> {
  // Decided anew where the transaction is tried again: the last word counts.
  let outcome: readonly ApiKey[] | Failed = [];
  const decided = (): typeof outcome => outcome;
  try {
    const updated = await keyBook.update((keys) => {
      outcome = decide(keys);
      return 'problem' in outcome ? undefined : outcome;
    });
    const last = decided();
    if ('problem' in last) return last;
    return updated.ok ? updated : failed({ kind: 'bookAway' });
  } catch (error) {
    return failed({ kind: 'bookFailed', reason: reasonOf(error, []) });
  }
}

/** These keys, each changed; all of them or none. */
export function eachOf(
  keys: readonly ApiKey[],
  refs: readonly KeyRef[],
  change: (key: ApiKey) => ApiKey,
): readonly ApiKey[] | Failed {
  const changed: ApiKey[] = [];
  for (const ref of refs) {
    const key = findKey(keys, ref);
    if (key === undefined) return failed({ kind: 'unknownKey', key: ref });
    changed.push(change(key));
  }
  return changed;
}

export function findKey(keys: readonly ApiKey[], ref: KeyRef): ApiKey | undefined {
  const wanted = parseKeyRef(ref);
  return keys.find((key) => key.provider === wanted?.provider && key.number === wanted.number);
}
