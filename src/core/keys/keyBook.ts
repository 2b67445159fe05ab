import type { Cancel } from '../ports.ts';
import type { ApiKey } from './apiKey.ts';

/** A key that is not yet in the book: its number is given inside the transaction that adds it. */
export type KeyDraft = Omit<ApiKey, 'number'> & {
  /** Wanted number (`.env` names one). Absent: the next that was never used. */
  readonly number?: number;
};

/**
 * Keys' metadata, shared by all windows. Never a secret. A draft whose wanted number is taken, or
 * whose fingerprint is already in the book for this provider, is refused with the key it clashes with.
 */
export interface KeyBook {
  /** Sorted by provider, priority, number. */
  all(): readonly ApiKey[];
  add(drafts: readonly KeyDraft[]): Promise<readonly AddOutcome[]>;
  /** Replaces by `id`. An unknown id throws: it is a bug. */
  update(keys: readonly ApiKey[]): Promise<void>;
  /** Their secrets are unowned from then on. */
  remove(ids: readonly string[]): Promise<void>;
  /** Before the secrets of new keys are stored: if their keys are never added, they are known to be left over. */
  expectSecrets(ids: readonly string[], nowMs: number): Promise<void>;
  /** Secrets of keys that this book removed, or that it expects. */
  unownedSecrets(): readonly UnownedSecret[];
  /** They are deleted. */
  forgetSecrets(ids: readonly string[]): Promise<void>;
  onDidChange(listener: () => void): Cancel;
}

/** By key id; since 0 where its key was removed. */
export type UnownedSecret = { readonly id: string; readonly sinceMs: number };

export type AddOutcome =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly reason: 'numberTaken' | 'sameSecret'; readonly clash: ApiKey };
