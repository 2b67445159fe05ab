import { ClockWatch, type ClockStep } from '../clockWatch.ts';
import type { Cancel, Clock, Log } from '../ports.ts';
import type { Channel, SendResult } from './channel.ts';
import { messageOf, summaryOf, type TextContext } from './alertTexts.ts';
import type { Claim, Outbox, Outcome } from './outbox.ts';
import { quietGroup } from './policy.ts';

/** How long a window may hold a message: above what a channel's time-outs add up to. */
const leaseMs = 90_000;
/** Waits before the second and the third try. */
const backoffMs: readonly number[] = [5_000, 30_000];
/** How soon what a dead window left is noticed at the latest, and how long after a round in vain the next begins. */
const lookEveryMs = 5_000;
/** A far end that names a longer wait is not waited for: the message counts as failed. */
const longestWaitMs = 3_600_000;

export type DeliveryPumpPorts = {
  readonly outbox: Outbox;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly log: Log;
  readonly texts: () => TextContext;
  /** Why nothing may be sent there until the settings change; undefined: it may. */
  readonly stopReason: (channel: Channel) => string | undefined;
  readonly onStopped: (channel: Channel) => Promise<void>;
};

/** Takes what is due out of the outbox, one message a channel at a time, and sends it. */
export class DeliveryPump {
  readonly #ports: DeliveryPumpPorts;
  readonly #busy = new Set<Channel>();
  /** Whose last round left what was due as it was: looking again at once would find the same. */
  readonly #stuck = new Set<Channel>();
  readonly #watch: ClockWatch;
  #timer: Cancel | undefined;
  #ended = false;

  constructor(ports: DeliveryPumpPorts) {
    this.#ports = ports;
    this.#watch = new ClockWatch(ports.clock);
  }

  /** Sends all that is due and sets the timer for what is not. */
  run(): void {
    if (this.#ended) return;
    const step = this.#watch.look();
    if (step !== undefined) void this.#clockWasStepped(step);
    for (const channel of this.#ports.channels) {
      if (this.#busy.has(channel) || !channel.wants()) continue;
      this.#busy.add(channel);
      void this.#drain(channel).finally(() => {
        this.#busy.delete(channel);
        this.#schedule();
      });
    }
    this.#schedule();
  }

  dispose(): void {
    this.#ended = true;
    this.#timer?.();
  }

  async #clockWasStepped(step: ClockStep): Promise<void> {
    const { outbox, clock, log } = this.#ports;
    try {
      await outbox.clockWasStepped(step, clock.now());
    } catch (error) {
      log.error(`alerts: outbox: ${error instanceof Error ? error.message : 'failed'}`);
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#timer?.();
    if (this.#ended) return;
    const { outbox, channels, clock } = this.#ports;
    const isReady = (channel: Channel): boolean => !this.#busy.has(channel) && !this.#stuck.has(channel);
    const free = channels.filter((channel) => isReady(channel) && channel.wants()).map(({ id }) => id);
    const nextMs = outbox.nextDueMs(free) ?? Number.POSITIVE_INFINITY;
    const waitMs = Math.min(lookEveryMs, Math.max(0, nextMs - clock.now()));
    this.#timer = clock.after(waitMs, () => this.run());
  }

  async #drain(channel: Channel): Promise<void> {
    const { outbox, clock, log } = this.#ports;
    const wasStuck = this.#stuck.delete(channel);
    let dueMs: number | undefined;
    try {
      do dueMs = outbox.nextDueMs([channel.id]);
      while (!this.#ended && channel.wants() && (await this.#sendNext(channel)));
    } catch (error) {
      // Left as it was: what was claimed is claimed again after its lease.
      if (!wasStuck) log.error(`alerts: ${channel.id} outbox: ${error instanceof Error ? error.message : 'failed'}`);
    }
    const wasDue = dueMs !== undefined && dueMs <= clock.now();
    if (wasDue && outbox.nextDueMs([channel.id]) === dueMs) this.#stuck.add(channel);
  }

  /** False when nothing is due. */
  async #sendNext(channel: Channel): Promise<boolean> {
    const { outbox, clock, stopReason } = this.#ports;
    const stopped = stopReason(channel);
    if (stopped !== undefined) {
      await outbox.giveUp(channel.id, stopped, clock.now());
      return false;
    }
    const nowMs = clock.now();
    const claim = await outbox.claim(channel.id, nowMs, nowMs + leaseMs);
    if (claim === undefined) return false;
    const result = await this.#send(channel, claim);
    const outcome = outcomeOf(result, claim.failedTries, clock.now());
    this.#note(channel, claim, outcome);
    await outbox.finish(claim, outcome, clock.now());
    if (!result.ok && result.kind === 'stopped') await this.#ports.onStopped(channel);
    return true;
  }

  async #send(channel: Channel, claim: Claim): Promise<SendResult> {
    const compose = claim.group === quietGroup ? summaryOf : messageOf;
    const message = compose(channel.id, claim.alerts, this.#ports.texts());
    try {
      return await channel.send({ alerts: claim.alerts, message });
    } catch (error) {
      // A channel's bug, or the host refused it something. Its text may hold anything, so it is not repeated.
      return { ok: false, kind: 'again', said: error instanceof Error ? error.name : 'error' };
    }
  }

  #note(channel: Channel, claim: Claim, outcome: Outcome): void {
    const { log } = this.#ports;
    const what = claim.alerts.map(({ event }) => event).join(', ');
    if (outcome.kind === 'sent') log.info(`alerts: ${what} sent by ${channel.id}`);
    else if (outcome.kind === 'again') log.warn(`alerts: ${channel.id} failed, tries again: ${outcome.said}`);
    else if (outcome.kind === 'notSetUp') log.info(`alerts: ${what} not sent by ${channel.id}: ${outcome.said}`);
    else log.error(`alerts: ${what} not sent by ${channel.id}: ${outcome.said}`);
  }
}

function outcomeOf(result: SendResult, failedTries: number, nowMs: number): Outcome {
  if (result.ok) return { kind: 'sent', said: result.said };
  if (result.kind === 'notSetUp') return { kind: 'notSetUp', said: result.said };
  const waitMs = backoffMs[failedTries];
  if (result.kind !== 'again' || waitMs === undefined) return { kind: 'failed', said: result.said };
  const named = result.retryAfterMs ?? 0;
  if (named > longestWaitMs) return { kind: 'failed', said: result.said };
  return { kind: 'again', said: result.said, atMs: nowMs + Math.max(waitMs, named) };
}
