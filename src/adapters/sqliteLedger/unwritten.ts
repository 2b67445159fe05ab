import { restoredOwner } from '../../core/quota/accounts.ts';
import type { Attempt } from '../../core/quota/attempt.ts';
import { SlotSums } from '../../core/quota/slotSums.ts';
import { noSnapshot, type Snapshot } from '../../core/quota/snapshot.ts';
import type { Route } from '../../core/routing/route.ts';
import type { Change, Decide, Late, OwnReservation } from './change.ts';

/** A disk that stays away for so long has lost more than that. */
const changesKept = 100_000;

/** What is to be decided again, and what is written as it was. */
export type Kept = Pick<Change<unknown>, 'settle' | 'routes'> & {
  readonly decide: Decide<unknown>;
  readonly late: Late;
};

/** What happened while there is no database: the sums so far, and how to decide it again later. */
export class Unwritten {
  #sums = new SlotSums();
  #kept: Kept[] = [];
  #from = noSnapshot;
  readonly #reserved = new Set<number>();

  get sums(): SlotSums {
    return this.#sums;
  }

  /** What was known when it began. */
  get from(): Snapshot {
    return this.#from;
  }

  get kept(): readonly Kept[] {
    return this.#kept;
  }

  countFrom(known: Snapshot): void {
    this.#from = known;
    this.#sums = new SlotSums();
    for (const row of known.sums) this.#sums.add(restoredOwner(row), row.model, row.atMs, row);
  }

  add(decide: Decide<unknown>, { facts = [], routes, reserve, settle }: Change<unknown>, nowMs: number): void {
    if (settle !== undefined) {
      const { subject, atMs, requests, total } = settle.attempt;
      this.#sums.add(subject, subject.model, atMs, { requests, tokens: total });
    }
    if (reserve !== undefined) this.#reserved.add(reserve.number);
    if (this.#kept.length >= changesKept) return;
    const number = settle?.reservation?.number;
    const late = { atMs: nowMs, charged: number !== undefined && !this.#reserved.has(number) };
    // A reservation is not made again: one that is still open then is written as it stands then.
    if (reserve === undefined && facts.length > 0 && settle === undefined) this.#kept.push({ decide, late });
    if (settle !== undefined) this.#kept.push({ decide, late, settle });
    if (routes !== undefined) this.#kept.push({ decide: () => ({ answer: undefined, routes }), late, routes });
  }

  /** Of a reservation of this window: made while there was no database. */
  isReservedHere({ number }: OwnReservation): boolean {
    return this.#reserved.has(number);
  }

  /** Written and charged before, and ended since. */
  ended(): readonly OwnReservation[] {
    return this.#kept.flatMap(({ settle, late }) => (late.charged ? (settle?.reservation ?? []) : []));
  }

  clear(): void {
    this.#kept = [];
    this.#reserved.clear();
    this.#from = noSnapshot;
  }

  attempts(): readonly Attempt[] {
    return this.#kept.flatMap(({ settle }) => settle?.attempt ?? []);
  }

  /** Oldest first. */
  routes(): readonly Route[] {
    return this.#kept.flatMap(({ routes }) => routes ?? []);
  }
}
