import type { Alert, OutboxChannel } from '../core/alerts/alert.ts';
import {
  endsWithTheDay,
  maxAlerts,
  type AlertRecord,
  type Cause,
  type Claim,
  type DeliveryRecord,
  type DeliveryState,
  type Outbox,
  type Outcome,
  type Raise,
  standingFrom,
} from '../core/alerts/outbox.ts';
import { quietGroup } from '../core/alerts/policy.ts';
import { isSameStep, wasSetBefore, type ClockStep } from '../core/clockWatch.ts';
import { isFromLater, lasts, type Lasting } from '../core/lasting.ts';
import type { Cancel } from '../core/ports.ts';
import { forever } from '../core/quota/ledger.ts';

type Delivery = {
  readonly alert: Alert;
  readonly channel: OutboxChannel;
  readonly group: string;
  readonly subject: string | undefined;
  expiresAtMs: number | undefined;
  state: DeliveryState;
  /** When it is due, its lease ends, or it was sent or given up. */
  atMs: number;
  /** When that was set. */
  setAtMs: number;
  failedTries: number;
  said: string;
  token: string;
};

type Standing = Lasting & { readonly alertId: string | undefined };

/** The outbox of a host without a database: one window's, gone with it. */
export class MemoryOutbox implements Outbox {
  readonly #alerts: Alert[] = [];
  #deliveries: Delivery[] = [];
  /** Those of them that are waiting, or held by a window that may have died. */
  readonly #open = new Set<Delivery>();
  readonly #causes = new Map<string, Standing>();
  readonly #listeners = new Set<() => void>();
  #claims = 0;
  /** When the last step of the clock was carried out here. */
  #steppedAtMs: number | undefined;

  raise(raise: Raise, nowMs: number): Promise<boolean> {
    if (this.stands(raise.cause.name, nowMs)) return Promise.resolve(false);
    if (raise.onlyIf !== undefined && !this.stands(raise.onlyIf, nowMs)) return Promise.resolve(false);
    if (raise.unless !== undefined && this.stands(raise.unless, nowMs)) return Promise.resolve(false);
    for (const name of raise.ends) this.#causes.delete(name);
    for (const [name, cause] of this.#causes) if (!lasts(cause, nowMs)) this.#causes.delete(name);
    for (const cause of [raise.cause, ...raise.covers]) {
      this.#causes.set(cause.name, { ...standingFrom(cause, nowMs), alertId: raise.alert.id });
    }
    this.#alerts.push(raise.alert);
    for (const { dueAtMs, subject, expiresAtMs, ...to } of raise.deliveries) {
      const fresh = { state: 'waiting', failedTries: 0, said: '', token: '' } as const;
      const when = { expiresAtMs, atMs: dueAtMs, setAtMs: nowMs };
      const delivery: Delivery = { alert: raise.alert, ...to, subject, ...when, ...fresh };
      this.#deliveries.push(delivery);
      this.#open.add(delivery);
    }
    this.#trim();
    this.#changed();
    return Promise.resolve(true);
  }

  stand(causes: readonly Cause[], nowMs: number): Promise<void> {
    for (const cause of causes) {
      const before = this.#causes.get(cause.name);
      const isLonger = before === undefined || cause.untilMs > before.untilMs || isFromLater(before.setAtMs, nowMs);
      if (isLonger) this.#causes.set(cause.name, { ...standingFrom(cause, nowMs), alertId: before?.alertId });
    }
    this.#changed();
    return Promise.resolve();
  }

  /** All that stands, by the alert that said so; without one what nobody was told. */
  standing(nowMs: number): readonly { readonly alert: Alert | undefined; readonly causes: readonly Cause[] }[] {
    const standing = [...this.#causes].filter(([, cause]) => lasts(cause, nowMs));
    return [...Map.groupBy(standing, ([, { alertId }]) => alertId)].map(([alertId, said]) => ({
      alert: this.#alerts.find(({ id }) => id === alertId),
      causes: said.map(([name, { untilMs }]) => ({ name, untilMs })),
    }));
  }

  forget(causes: readonly string[], nowMs: number): Promise<boolean> {
    const stood = causes.filter((name) => this.stands(name, nowMs));
    for (const name of causes) this.#causes.delete(name);
    if (stood.length > 0) this.#changed();
    return Promise.resolve(stood.length > 0);
  }

  stands(cause: string, nowMs: number): boolean {
    const known = this.#causes.get(cause);
    return known !== undefined && lasts(known, nowMs);
  }

  standsAny(causes: readonly string[], nowMs: number): boolean {
    return causes.some((cause) => this.stands(cause, nowMs));
  }

  claim(channel: OutboxChannel, nowMs: number, leaseUntilMs: number): Promise<Claim | undefined> {
    this.#startAgain(channel, nowMs);
    for (const delivery of this.#openOf([channel])) {
      if (isExpired(delivery, nowMs)) this.#end(delivery, 'expired', '', nowMs);
    }
    const open = this.#openOf([channel]);
    const first = open.filter(({ atMs }) => atMs <= nowMs).toSorted(byTime)[0];
    if (first === undefined) return Promise.resolve(undefined);
    const together = open.filter((delivery) => isOfOne(delivery, first) && goesAlong(delivery, nowMs));
    const token = String((this.#claims += 1));
    for (const delivery of together) {
      Object.assign(delivery, { state: 'sending', atMs: leaseUntilMs, setAtMs: nowMs, token });
    }
    this.#changed();
    const alerts = together.map(({ alert }) => alert).toSorted((a, b) => a.atMs - b.atMs);
    const failedTries = Math.max(...together.map((delivery) => delivery.failedTries));
    return Promise.resolve({ token, channel, group: first.group, alerts, failedTries });
  }

  finish(claim: Claim, outcome: Outcome, nowMs: number): Promise<void> {
    for (const delivery of this.#openOf([claim.channel])) {
      if (delivery.token !== claim.token || delivery.state !== 'sending') continue;
      if (outcome.kind === 'failed' || outcome.kind === 'again') delivery.failedTries += 1;
      if (outcome.kind === 'again') {
        Object.assign(delivery, { state: 'waiting', atMs: outcome.atMs, setAtMs: nowMs, said: outcome.said });
      } else this.#end(delivery, outcome.kind, outcome.said, nowMs);
    }
    this.#changed();
    return Promise.resolve();
  }

  giveUp(channel: OutboxChannel, said: string, nowMs: number): Promise<void> {
    this.#startAgain(channel, nowMs);
    const free = this.#openOf([channel]).filter(({ state, atMs }) => state === 'waiting' || atMs <= nowMs);
    for (const delivery of free) this.#end(delivery, 'failed', said, nowMs);
    if (free.length > 0) this.#changed();
    return Promise.resolve();
  }

  lastFailure(channel: OutboxChannel): string {
    const failed = this.#deliveries.filter((delivery) => delivery.channel === channel && delivery.state === 'failed');
    return failed.toSorted(byTime).at(-1)?.said ?? '';
  }

  nextDueMs(channels: readonly OutboxChannel[]): number | undefined {
    const times = this.#openOf(channels).map(({ atMs }) => atMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  clockWasStepped(step: ClockStep, nowMs: number): Promise<void> {
    if (this.#steppedAtMs !== undefined && isSameStep(this.#steppedAtMs, step)) return Promise.resolve();
    this.#steppedAtMs = step.nowMs;
    const { byMs } = step;
    const isMeant = (setAtMs: number): boolean => wasSetBefore(setAtMs, { ...step, nowMs });
    for (const [name, cause] of this.#causes) {
      const goesOn = cause.untilMs > nowMs + Math.min(0, byMs) && cause.untilMs < forever && !endsWithTheDay(name);
      if (!goesOn || !isMeant(cause.setAtMs)) continue;
      this.#causes.set(name, { ...cause, setAtMs: cause.setAtMs - byMs, untilMs: cause.untilMs - byMs });
    }
    for (const delivery of this.#open) {
      if (delivery.group !== quietGroup && isMeant(delivery.setAtMs)) startEarlier(delivery, byMs);
    }
    this.#changed();
    return Promise.resolve();
  }

  history(sinceMs: number): Promise<readonly AlertRecord[]> {
    const recent = this.#alerts.filter(({ atMs }) => atMs >= sinceMs).toSorted((a, b) => b.atMs - a.atMs);
    return Promise.resolve(recent.map((alert) => ({ alert, deliveries: this.#recordsOf(alert) })));
  }

  current(nowMs: number): readonly Alert[] {
    const standing = new Set<string | undefined>();
    for (const cause of this.#causes.values()) if (lasts(cause, nowMs)) standing.add(cause.alertId);
    return this.#alerts.filter(({ id }) => standing.has(id)).toSorted((a, b) => b.atMs - a.atMs);
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #openOf(channels: readonly OutboxChannel[]): Delivery[] {
    return [...this.#open].filter(({ channel }) => channels.includes(channel));
  }

  /** What waits or is leased since before the clock was set back: its length begins now. */
  #startAgain(channel: OutboxChannel, nowMs: number): void {
    for (const delivery of this.#openOf([channel])) {
      if (isFromLater(delivery.setAtMs, nowMs)) startEarlier(delivery, delivery.setAtMs - nowMs);
    }
  }

  #end(delivery: Delivery, state: DeliveryState, said: string, atMs: number): void {
    Object.assign(delivery, { state, said, atMs });
    this.#open.delete(delivery);
  }

  #recordsOf(alert: Alert): readonly DeliveryRecord[] {
    return this.#deliveries
      .filter((delivery) => delivery.alert.id === alert.id)
      .map(({ channel, state, failedTries, atMs, said }) => ({ channel, state, failedTries, atMs, said }));
  }

  /** The oldest go first, and never one that is still to be sent. */
  #trim(): void {
    if (this.#alerts.length <= maxAlerts) return;
    const open = new Set([...this.#open].map(({ alert }) => alert));
    const index = this.#alerts.findIndex((alert) => !open.has(alert));
    if (index < 0) return;
    const [gone] = this.#alerts.splice(index, 1);
    this.#deliveries = this.#deliveries.filter(({ alert }) => alert !== gone);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function startEarlier(delivery: Delivery, byMs: number): void {
  delivery.setAtMs -= byMs;
  delivery.atMs -= byMs;
  if (delivery.expiresAtMs !== undefined) delivery.expiresAtMs -= byMs;
}

const isExpired = ({ state, expiresAtMs }: Delivery, nowMs: number): boolean =>
  state === 'waiting' && expiresAtMs !== undefined && expiresAtMs <= nowMs;

const isOfOne = (a: Delivery, b: Delivery): boolean =>
  a.group === b.group || (a.subject !== undefined && a.subject === b.subject);

/** Due itself, or fresh. */
const goesAlong = ({ state, atMs, failedTries }: Delivery, nowMs: number): boolean =>
  atMs <= nowMs || (state === 'waiting' && failedTries === 0);

const byTime = (a: Delivery, b: Delivery): number => a.atMs - b.atMs;
