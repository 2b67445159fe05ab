import type { Alert, OutboxChannel } from '../core/alerts/alert.ts';
import type { AlertRecord, Cause, Claim, Outbox, Outcome, Raise } from '../core/alerts/outbox.ts';
import type { Cancel } from '../core/ports.ts';
import { MemoryOutbox } from './memoryOutbox.ts';
import { isOutboxProblem, type SqliteOutbox } from './sqliteLedger/sqliteOutbox.ts';

/**
 * The database's outbox, and this window's memory for as long as the ledger has no database: then an
 * alert may be said once a window, which is better than never.
 */
export class LedgerOutbox implements Outbox {
  readonly #shared: SqliteOutbox;
  readonly #memory = new MemoryOutbox();
  readonly #claimedHere = new WeakSet<Claim>();

  constructor(shared: SqliteOutbox) {
    this.#shared = shared;
  }

  async raise(raise: Raise, nowMs: number): Promise<boolean> {
    const { cause, onlyIf, ends } = raise;
    if (this.#memory.stands(cause.name, nowMs)) return false;
    const isOwedHere = onlyIf !== undefined && this.#memory.stands(onlyIf, nowMs);
    // What was owed before the database came back is owed from here.
    if (isOwedHere && !this.#shared.stands(onlyIf, nowMs)) return this.#memory.raise(raise, nowMs);
    const raised = await this.#write((outbox) => outbox.raise(raise, nowMs));
    // What both owed is said once.
    if (isOwedHere) await this.#memory.forget(ends, nowMs);
    return raised;
  }

  stand(causes: readonly Cause[], nowMs: number): Promise<void> {
    return this.#write((outbox) => outbox.stand(causes, nowMs));
  }

  async forget(causes: readonly string[], nowMs: number): Promise<boolean> {
    const here = await this.#memory.forget(causes, nowMs);
    const there = await this.#write((outbox) => outbox.forget(causes, nowMs));
    return here || there;
  }

  stands(cause: string, nowMs: number): boolean {
    return this.#memory.stands(cause, nowMs) || this.#shared.stands(cause, nowMs);
  }

  standsAny(causes: readonly string[], nowMs: number): boolean {
    return this.#memory.standsAny(causes, nowMs) || this.#shared.standsAny(causes, nowMs);
  }

  async claim(channel: OutboxChannel, nowMs: number, leaseUntilMs: number): Promise<Claim | undefined> {
    const here = await this.#memory.claim(channel, nowMs, leaseUntilMs);
    if (here !== undefined) this.#claimedHere.add(here);
    return here ?? (this.#shared.isOpen ? this.#shared.claim(channel, nowMs, leaseUntilMs) : undefined);
  }

  finish(claim: Claim, outcome: Outcome, nowMs: number): Promise<void> {
    const outbox = this.#claimedHere.has(claim) ? this.#memory : this.#shared;
    return outbox.finish(claim, outcome, nowMs);
  }

  async giveUp(channel: OutboxChannel, said: string, nowMs: number): Promise<void> {
    await this.#memory.giveUp(channel, said, nowMs);
    await this.#write((outbox) => outbox.giveUp(channel, said, nowMs));
  }

  lastFailure(channel: OutboxChannel): string {
    return this.#shared.lastFailure(channel) || this.#memory.lastFailure(channel);
  }

  nextDueMs(channels: readonly OutboxChannel[]): number | undefined {
    const times = [this.#memory.nextDueMs(channels), this.#shared.nextDueMs(channels)].filter((ms) => ms !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async history(sinceMs: number): Promise<readonly AlertRecord[]> {
    const all = [...(await this.#memory.history(sinceMs)), ...(await this.#shared.history(sinceMs))];
    return all.toSorted((a, b) => b.alert.atMs - a.alert.atMs);
  }

  current(nowMs: number): readonly Alert[] {
    return [...this.#memory.current(nowMs), ...this.#shared.current(nowMs)].toSorted((a, b) => b.atMs - a.atMs);
  }

  onDidChange(listener: () => void): Cancel {
    const cancels = [this.#memory.onDidChange(listener), this.#shared.onDidChange(listener)];
    return () => {
      for (const cancel of cancels) cancel();
    };
  }

  dispose(): void {
    this.#shared.dispose();
  }

  async #write<Answer>(work: (outbox: Outbox) => Promise<Answer>): Promise<Answer> {
    if (!this.#shared.isOpen) return work(this.#memory);
    try {
      return await work(this.#shared);
    } catch (error) {
      if (!isOutboxProblem(error)) throw error;
      return work(this.#memory);
    }
  }
}
