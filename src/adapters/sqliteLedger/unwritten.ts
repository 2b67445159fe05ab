import { restoredOwner } from '../../core/quota/accounts.ts';
import type { Attempt } from '../../core/quota/attempt.ts';
import { SlotSums } from '../../core/quota/slotSums.ts';
import type { SpentRow } from '../../core/quota/snapshot.ts';
import type { Route } from '../../core/routing/route.ts';
import type { Change } from './change.ts';

/** A disk that stays away for so long has lost more than that. */
const changesKept = 100_000;

/** What happened while there is no database: the sums so far, and what is to be written later. */
export class Unwritten {
  #sums = new SlotSums();
  #changes: Change<unknown>[] = [];

  get sums(): SlotSums {
    return this.#sums;
  }

  countFrom(rows: readonly SpentRow[]): void {
    this.#sums = new SlotSums();
    for (const row of rows) this.#sums.add(restoredOwner(row), row.model, row.atMs, row);
  }

  /** Reservations are not written later: those still open then are written as they stand then. */
  add({ facts, routes, settle, isLate }: Change<unknown>): void {
    if (settle !== undefined && isLate !== true) {
      const { subject, atMs, requests, total } = settle.attempt;
      this.#sums.add(subject, subject.model, atMs, { requests, tokens: total });
    }
    if (this.#changes.length >= changesKept) return;
    this.#changes.push({
      answer: undefined,
      isLate: true,
      ...(facts === undefined ? {} : { facts }),
      ...(routes === undefined ? {} : { routes }),
      ...(settle === undefined ? {} : { settle: { attempt: settle.attempt } }),
    });
  }

  /** `areCounted`: the database was filled from sums that have these attempts in them. */
  takeAll(areCounted: boolean): readonly Change<unknown>[] {
    const all = this.#changes.splice(0);
    return areCounted ? all.map(({ settle: _, ...rest }) => rest) : all;
  }

  attempts(): readonly Attempt[] {
    return this.#changes.flatMap(({ settle }) => settle?.attempt ?? []);
  }

  /** Oldest first. */
  routes(): readonly Route[] {
    return this.#changes.flatMap(({ routes }) => routes ?? []);
  }
}
