import type { Cancel } from '../core/ports.ts';
import type { Attempt } from '../core/quota/attempt.ts';
import { LedgerState } from '../core/quota/ledgerState.ts';
import { SlotSums } from '../core/quota/slotSums.ts';
import type { Route } from '../core/routing/route.ts';
import { ChangeListeners } from './changeListeners.ts';

const attemptsKept = 100_000;

/** What one or more in-memory ledgers and key books share, as windows share a database. */
export class MemoryStore {
  readonly sums = new SlotSums();
  readonly state: LedgerState = new LedgerState((account, scope, sinceMs) =>
    this.sums.since(this.state.facts.accounts, account, scope, sinceMs),
  );
  readonly attempts: Attempt[] = [];
  /** Oldest first. */
  readonly routes: Route[] = [];
  readonly #listeners = new ChangeListeners();
  #windows = 0;

  record(attempt: Attempt): void {
    const { subject, atMs, requests, total } = attempt;
    this.sums.add(subject, subject.model, atMs, { requests, tokens: total });
    this.state.record(attempt);
    this.attempts.push(attempt);
    // In one go, since moving a long list for each attempt would cost more than the attempt.
    if (this.attempts.length > attemptsKept * 1.1) this.attempts.splice(0, this.attempts.length - attemptsKept);
  }

  nextWindow(): string {
    this.#windows += 1;
    return `window-${this.#windows}`;
  }

  changed(): void {
    this.#listeners.changed();
  }

  onDidChange(listener: () => void): Cancel {
    return this.#listeners.add(listener);
  }
}
