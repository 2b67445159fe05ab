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
 * While the book that others write too is away, every change is refused: made on what was last seen,
 * it would overwrite theirs.
 */
export interface KeyBook {
  /** Sorted by provider, priority, number. */
  all(): readonly ApiKey[];
  /** One change, all or nothing: first `change` as `update` does, then the drafts; one refused refuses all. */
  add(drafts: readonly KeyDraft[], change?: ChangeKeys): Promise<readonly AddOutcome[]>;
  /**
   * Decides by the keys as they stand inside the transaction, so that what another window changed
   * meanwhile stays. `decide` may be called more than once.
   */
  update(decide: ChangeKeys): Promise<BookUpdated>;
  /** Their secrets are unowned from then on. */
  remove(ids: readonly string[]): Promise<BookChanged>;
  /** Before the secrets of new keys are stored: if their keys are never added, they are known to be left over. */
  expectSecrets(ids: readonly string[], nowMs: number): Promise<BookChanged>;
  /** Secrets of keys that this book removed, or that it expects. */
  unownedSecrets(): readonly UnownedSecret[];
  /** They are deleted. */
  forgetSecrets(ids: readonly string[]): Promise<void>;
  onDidChange(listener: () => void): Cancel;
}

/** By key id; since 0 where its key was removed. */
export type UnownedSecret = { readonly id: string; readonly sinceMs: number };

/**
 * Answers those of the keys that change, as they become; undefined where nothing shall change, nor be
 * added. An unknown id is a bug and throws.
 */
export type ChangeKeys = (keys: readonly ApiKey[]) => readonly ApiKey[] | undefined;

export type AddOutcome =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly reason: 'numberTaken' | 'sameSecret'; readonly clash: ApiKey }
  | BookAway;

/** With those that change since another key of their pool does. */
export type BookUpdated = { readonly ok: true; readonly changed: readonly ApiKey[] } | BookAway;

export type BookChanged = { readonly ok: true } | BookAway;

export type BookAway = { readonly ok: false; readonly reason: 'away' };

export const bookAway: BookAway = { ok: false, reason: 'away' };
