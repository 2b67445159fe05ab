import { cutOffAttempt, type Attempt } from '../../core/quota/attempt.ts';
import { planRefund } from '../../core/quota/bucketRefund.ts';
import type { Fact } from '../../core/quota/fact.ts';
import type { Change } from './change.ts';
import type { StoredReservation } from './connection.ts';
import type { SqliteStore } from './sqliteStore.ts';

/** Signs of life come every 4 looks: so many without one, of a process that is gone, are proof. */
const looksAtGone = 5;
/** Of a process that still is (another one may have its number): a minute awake. */
const looksAtSilent = 120;

export type DeadWindowsPorts = {
  readonly store: SqliteStore;
  readonly now: () => number;
  /** Whether a process of this number runs. */
  readonly isAlive: (pid: number) => boolean;
};

/**
 * Finds windows that died while they held reservations. Looks are counted, not seconds, since a
 * machine that slept makes everyone's last sign of life old at once.
 */
export class DeadWindows {
  readonly #ports: DeadWindowsPorts;
  readonly #seen = new Map<number, { beat: number; looks: number }>();

  constructor(ports: DeadWindowsPorts) {
    this.#ports = ports;
  }

  /** Called twice a second. */
  async look(): Promise<void> {
    const { store } = this.#ports;
    const owners = new Set(store.mirror.held.map(({ owner }) => owner));
    for (const owner of this.#seen.keys()) if (!owners.has(owner)) this.#seen.delete(owner);
    for (const owner of owners) if (this.#isDead(owner)) await this.#resolve(owner);
  }

  #isDead(owner: number): boolean {
    const { store, isAlive } = this.#ports;
    const window = store.read(({ connection }) => connection.window(owner) ?? 'none');
    if (window === undefined) return false;
    const { beat, alive } =
      window === 'none' ? { beat: -1, alive: false } : { beat: window.beat, alive: isAlive(window.pid) };
    const before = this.#seen.get(owner);
    const looks = before?.beat === beat ? before.looks + 1 : 0;
    this.#seen.set(owner, { beat, looks });
    return looks >= (alive ? looksAtSilent : looksAtGone);
  }

  async #resolve(owner: number): Promise<void> {
    const { store } = this.#ports;
    const expected = this.#seen.get(owner)?.beat;
    this.#seen.delete(owner);
    await store.perform((): Change<void> => {
      const beat = store.read(({ connection }) => connection.window(owner)?.beat ?? -1);
      // It woke up while this one waited for the lock.
      if (beat !== expected) return { answer: undefined };
      const held = store.read(({ connection }) => connection.reservationsOf(owner)) ?? [];
      const resolve = held.map((each) => this.#resolved(each));
      return { answer: undefined, deadWindow: owner, resolve, facts: this.#refunds(held) };
    });
  }

  #resolved(held: StoredReservation): { held: StoredReservation; attempt: Attempt | undefined } {
    const subject = this.#ports.store.mirror.subject(held.subject);
    const attempt = held.sent && subject !== undefined ? cutOffAttempt(subject, held, this.#ports.now()) : undefined;
    return { held, attempt };
  }

  /** What was sent stays in the buckets as it was reserved. */
  #refunds(held: readonly StoredReservation[]): readonly Fact[] {
    const { mirror } = this.#ports.store;
    const unsent = Map.groupBy(
      held.filter(({ sent }) => !sent),
      ({ subject }) => subject,
    );
    return [...unsent].flatMap(([id, own]) => {
      const subject = mirror.subject(id);
      if (subject === undefined) return [];
      const { facts } = mirror.state;
      const charge = { requests: own.length, tokens: own.reduce((sum, { tokens }) => sum + tokens, 0) };
      return planRefund(facts, facts.accounts.of(subject), subject.model, charge);
    });
  }
}
