import type { ClockStep } from '../clockWatch.ts';
import type { Lasting } from '../lasting.ts';
import type { Cancel } from '../ports.ts';
import { forever } from '../quota/ledger.ts';
import type { Alert, OutboxChannel } from './alert.ts';

/**
 * Something that has been said and is not said again before `untilMs` (epoch ms), nor after the clock
 * was set back: nobody can tell then how long ago it was said.
 */
export type Cause = { readonly name: string; readonly untilMs: number };

/** What a store keeps of one. No clock ends what stands until something else ends it. */
export const standingFrom = ({ untilMs }: Cause, nowMs: number): Lasting => ({
  setAtMs: untilMs === forever ? 0 : nowMs,
  untilMs,
});

/** The name of a cause that ends with a day and not after a while: a clock that was set back changes nothing of it. */
export const withTheDay = <Name extends string>(name: Name): `day:${Name}` => `day:${name}`;
export const endsWithTheDay = (name: string): boolean => name.startsWith('day:');

/** One message to one channel. Those of one group or about one subject that wait together go out as one. */
export type PlannedDelivery = {
  readonly channel: OutboxChannel;
  readonly group: string;
  readonly subject?: string;
  readonly dueAtMs: number;
  /** Afterwards nobody wants to read it any more. Absent: it is never given up for its age. */
  readonly expiresAtMs?: number;
};

/** An alert with all that must become true together with it, or not at all. */
export type Raise = {
  readonly alert: Alert;
  /** Raised only if this does not stand yet. */
  readonly cause: Cause;
  /** Stand from now on as well, without a word of their own. */
  readonly covers: readonly Cause[];
  /** Raised only if this stands. */
  readonly onlyIf?: string;
  /** Nor if this does. */
  readonly unless?: string;
  readonly ends: readonly string[];
  readonly deliveries: readonly PlannedDelivery[];
};

/** What one window holds, to send as one message. */
export type Claim = {
  readonly token: string;
  readonly channel: OutboxChannel;
  readonly group: string;
  readonly alerts: readonly Alert[];
  /** Tries that failed before this one. */
  readonly failedTries: number;
};

export const deliveryStates = ['waiting', 'sending', 'sent', 'failed', 'notSetUp', 'expired'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type DeliveryRecord = {
  readonly channel: OutboxChannel;
  readonly state: DeliveryState;
  readonly failedTries: number;
  /** When it was sent, or given up, or is due. */
  readonly atMs: number;
  /** The far end's own words, secrets masked; '' when it said nothing. */
  readonly said: string;
};

export type AlertRecord = {
  readonly alert: Alert;
  readonly deliveries: readonly DeliveryRecord[];
};

export type Outcome =
  | { readonly kind: 'sent'; readonly said: string }
  | { readonly kind: 'failed'; readonly said: string }
  /** Nobody asked for this channel: no failure. */
  | { readonly kind: 'notSetUp'; readonly said: string }
  | { readonly kind: 'again'; readonly said: string; readonly atMs: number };

/** History is kept for 30 days, at most `maxAlerts` of it. */
export const historyMs = 30 * 86_400_000;
export const maxAlerts = 1_000;

/**
 * Alerts on their way, shared by all windows and kept over restarts. A claim is a lease: when its
 * window dies, another one may claim the same messages after the lease, so that after a crash
 * between sending and `finish` a message may come twice, and none is lost. After the clock was set
 * back, waits and leases have their whole length left from the next `claim` or `giveUp` on.
 */
export interface Outbox {
  /** One transaction. False when its cause or `unless` stands already, or `onlyIf` does not. */
  raise(raise: Raise, nowMs: number): Promise<boolean>;
  /** One that stands longer already is left as it is. */
  stand(causes: readonly Cause[], nowMs: number): Promise<void>;
  /** True when one of them stood. */
  forget(causes: readonly string[], nowMs: number): Promise<boolean>;
  /** From what was last seen of other windows. */
  stands(cause: string, nowMs: number): boolean;
  standsAny(causes: readonly string[], nowMs: number): boolean;

  /** The longest-due message of a channel, with what else waits of its group and about its subject. */
  claim(channel: OutboxChannel, nowMs: number, leaseUntilMs: number): Promise<Claim | undefined>;
  /** A claim whose lease went to another window is left alone. */
  finish(claim: Claim, outcome: Outcome, nowMs: number): Promise<void>;
  /** Gives up all that waits for a channel or was left by a window that died, for the reason said. */
  giveUp(channel: OutboxChannel, said: string, nowMs: number): Promise<void>;
  /** What was said when a message of this channel was last given up; '' when none was. */
  lastFailure(channel: OutboxChannel): string;
  /** When the next message of these channels is due or its lease ends; undefined: none waits. */
  nextDueMs(channels: readonly OutboxChannel[]): number | undefined;

  /**
   * Once over all windows that notice it: causes, waits and leases go on for what was left of them when
   * the clock was set back. What ends with a day or with quiet hours goes on ending with them.
   */
  clockWasStepped(step: ClockStep, nowMs: number): Promise<void>;

  /** Newest first. */
  history(sinceMs: number): Promise<readonly AlertRecord[]>;
  /** Alerts whose cause stands, newest first. */
  current(nowMs: number): readonly Alert[];
  /** Called after a change here or in another window, at most a second later. */
  onDidChange(listener: () => void): Cancel;
}
