import type { Alert, OutboxChannel } from '../core/alerts/alert.ts';
import type { AlertRecord, Cause, Claim, Outbox, Outcome, Raise } from '../core/alerts/outbox.ts';
import type { ClockStep } from '../core/clockWatch.ts';
import type { Cancel } from '../core/ports.ts';
import { MemoryOutbox } from './memoryOutbox.ts';
import { isOutboxProblem, type SqliteOutbox } from './sqliteLedger/sqliteOutbox.ts';

/**
 * The database's outbox, and this window's memory for as long as the ledger has no database: then an
 * alert may be said once a window, which is better than never. What was said then stands for all windows
 * as soon as the database is back: any of them may see its end.
 */
export class LedgerOutbox implements Outbox {
  readonly #shared: SqliteOutbox;
  readonly #memory = new MemoryOutbox();
  readonly #claimedHere = new WeakSet<Claim>();
  /** Steps of the clock that the database does not know of yet. */
  readonly #untold: ClockStep[] = [];
  /** One at a time: what was ended meanwhile would stand again. */
  #handingOver: Promise<boolean> | undefined;

  constructor(shared: SqliteOutbox) {
    this.#shared = shared;
  }

  raise(raise: Raise, nowMs: number): Promise<boolean> {
    return this.#write(nowMs, (outbox) => outbox.raise(raise, nowMs));
  }

  stand(causes: readonly Cause[], nowMs: number): Promise<void> {
    return this.#write(nowMs, (outbox) => outbox.stand(causes, nowMs));
  }

  forget(causes: readonly string[], nowMs: number): Promise<boolean> {
    return this.#write(nowMs, (outbox) => outbox.forget(causes, nowMs));
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
    if (here !== undefined || !this.#shared.isOpen) return here;
    // Nothing else need ever happen in this window.
    await this.#isHandedOver(nowMs);
    return this.#shared.claim(channel, nowMs, leaseUntilMs);
  }

  finish(claim: Claim, outcome: Outcome, nowMs: number): Promise<void> {
    const outbox = this.#claimedHere.has(claim) ? this.#memory : this.#shared;
    return outbox.finish(claim, outcome, nowMs);
  }

  async giveUp(channel: OutboxChannel, said: string, nowMs: number): Promise<void> {
    await this.#memory.giveUp(channel, said, nowMs);
    await this.#write(nowMs, (outbox) => outbox.giveUp(channel, said, nowMs));
  }

  lastFailure(channel: OutboxChannel): string {
    return this.#shared.lastFailure(channel) || this.#memory.lastFailure(channel);
  }

  nextDueMs(channels: readonly OutboxChannel[]): number | undefined {
    const times = [this.#memory.nextDueMs(channels), this.#shared.nextDueMs(channels)].filter((ms) => ms !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async clockWasStepped(step: ClockStep, nowMs: number): Promise<void> {
    await this.#memory.clockWasStepped(step, nowMs);
    this.#untold.push(step);
    await this.#isHandedOver(nowMs);
  }

  async history(sinceMs: number): Promise<readonly AlertRecord[]> {
    const here = await this.#memory.history(sinceMs);
    const all = [...here, ...others(await this.#shared.history(sinceMs), here)];
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

  async #write<Answer>(nowMs: number, work: (outbox: Outbox) => Promise<Answer>): Promise<Answer> {
    if (!this.#shared.isOpen || !(await this.#isHandedOver(nowMs))) return work(this.#memory);
    try {
      return await work(this.#shared);
    } catch (error) {
      if (!isOutboxProblem(error)) throw error;
      return work(this.#memory);
    }
  }

  /** False where the database takes no writes. */
  #isHandedOver(nowMs: number): boolean | Promise<boolean> {
    if (this.#untold.length === 0 && this.#memory.standing(nowMs).length === 0) return true;
    this.#handingOver ??= this.#handOver(nowMs).finally(() => {
      this.#handingOver = undefined;
    });
    return this.#handingOver;
  }

  async #handOver(nowMs: number): Promise<boolean> {
    try {
      for (let step = this.#untold[0]; step !== undefined; step = this.#untold[0]) {
        await this.#shared.clockWasStepped(step, nowMs);
        this.#untold.shift();
      }
      for (const { alert, causes } of this.#memory.standing(nowMs)) {
        const [cause, ...covers] = causes;
        if (cause === undefined) continue;
        // Its messages are this window's to send.
        const said = alert && { alert, cause, covers, ends: [], deliveries: [] };
        if (said === undefined || !(await this.#shared.raise(said, nowMs))) await this.#shared.stand(causes, nowMs);
        await this.#memory.forget(
          causes.map(({ name }) => name),
          nowMs,
        );
      }
      return true;
    } catch (error) {
      if (!isOutboxProblem(error)) throw error;
      return false;
    }
  }
}

/** The memory knows of its own messages. */
const others = (shared: readonly AlertRecord[], here: readonly AlertRecord[]): readonly AlertRecord[] =>
  shared.filter(({ alert }) => !here.some((own) => own.alert.id === alert.id));
