import type { Cancel, Clock, L10n, Log, Random } from '../ports.ts';
import { forever } from '../quota/ledger.ts';
import type { RouterEvent } from '../routing/routerEvent.ts';
import type { Alert, OutboxChannel } from './alert.ts';
import type { AlertSettings } from './alertSettings.ts';
import { alertLine, causeLines, type TextContext } from './alertTexts.ts';
import type { Channel, SendResult } from './channel.ts';
import { DeliveryPump } from './deliveryPump.ts';
import { historyMs, type AlertRecord, type Outbox, type Raise } from './outbox.ts';
import {
  causesEndedByAnswer,
  decide,
  downCause,
  snoozeCause,
  snoozeUntilMs,
  type AlertNames,
  type Decision,
} from './policy.ts';

export type AlertServicePorts = {
  readonly outbox: Outbox;
  readonly channels: readonly Channel[];
  readonly settings: () => AlertSettings;
  readonly names: AlertNames;
  /** False once what an alert says is over, though its cause still stands so that it is not said again. */
  readonly isStillTrue: (alert: Alert, nowMs: number) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly l10n: L10n;
};

/** What status bar, tree and dashboard show. */
export type AlertsState = {
  /** Still true, newest first; only of events that the settings show there. */
  readonly alerts: readonly Alert[];
  /** The red banner: no key answers since this alert. */
  readonly banner: Extract<Alert, { event: 'allFailed' }> | undefined;
  /** Channels that are not sent to until their settings change, and why: what the far end said, or what is missing. */
  readonly stopped: readonly { readonly channel: OutboxChannel; readonly said: string }[];
};

/**
 * Takes what the router noticed and sees to it that the right people hear of it once. Nothing here
 * is waited for by a request, and nothing here throws at one.
 */
export class AlertService {
  readonly #ports: AlertServicePorts;
  readonly #pump: DeliveryPump;
  readonly #listeners = new Set<() => void>();
  readonly #unlisten: Cancel;
  #queue: Promise<void> = Promise.resolve();
  /** Events that are still in the queue. */
  #undecided = 0;
  #ended = false;

  constructor(ports: AlertServicePorts) {
    this.#ports = ports;
    this.#pump = new DeliveryPump({
      outbox: ports.outbox,
      channels: ports.channels,
      clock: ports.clock,
      log: ports.log,
      texts: () => this.texts(),
      stopReason: ({ id }) => this.#stopReason(id),
      onStopped: ({ id }) => this.#stop(id),
    });
    this.#unlisten = ports.outbox.onDidChange(() => {
      for (const listener of this.#listeners) listener();
    });
  }

  /** Sends what earlier windows left behind, and from now on all that falls due. */
  start(): void {
    this.#pump.run();
  }

  handle(event: RouterEvent): void {
    // What an answer ends may still be in the queue before it.
    if (this.#ended || (this.#undecided === 0 && this.#isNoNews(event))) return;
    this.#undecided += 1;
    const decided = this.#queue.then(() => this.#decide(event)).catch((error: unknown) => this.#failed(error));
    this.#queue = decided.then(() => this.#sendOnceAllDecided());
  }

  /** For shutting down and tests: when all events so far are in the outbox. */
  settled(): Promise<void> {
    return this.#queue;
  }

  state(): AlertsState {
    const { outbox, clock, channels } = this.#ports;
    const nowMs = clock.now();
    const current = outbox.current(nowMs).filter((alert) => this.#isShown(alert, nowMs));
    const banner = current.find((alert) => alert.event === 'allFailed');
    return {
      alerts: current.filter((alert) => alert.event !== 'allFailed'),
      banner: outbox.stands(downCause, nowMs) ? banner : undefined,
      stopped: channels.flatMap((channel) => {
        const said = channel.missing() ?? this.#stopReason(channel.id);
        return said === undefined ? [] : [{ channel: channel.id, said }];
      }),
    };
  }

  /** The last 30 days, newest first. */
  history(): Promise<readonly AlertRecord[]> {
    return this.#ports.outbox.history(this.#ports.clock.now() - historyMs);
  }

  texts(): TextContext {
    return { l10n: this.#ports.l10n, timeZone: this.#ports.settings().timeZone };
  }

  /** No more toasts about quota in any window until midnight. */
  async snoozeToday(): Promise<void> {
    const nowMs = this.#ports.clock.now();
    const untilMs = snoozeUntilMs(nowMs, this.#ports.settings().timeZone);
    await this.#ports.outbox.stand([{ name: snoozeCause, untilMs }], nowMs);
  }

  /** Sends one message past outbox, quiet hours and settings; a success also ends a stop. */
  async sendTest(id: OutboxChannel): Promise<SendResult> {
    const { channels, l10n } = this.#ports;
    const channel = channels.find((one) => one.id === id);
    if (channel === undefined) return { ok: false, kind: 'notSetUp', said: l10n.t('not set up') };
    const message = {
      subject: l10n.t('AI Keys: test message'),
      text: l10n.t('This is a test message of AI Keys. Alerts will arrive here.'),
    };
    const result = await channel.send({ alerts: [], message });
    if (result.ok) this.channelChanged(id);
    return result;
  }

  /** Its settings or its secret changed, or it was seen to work: it is tried again. */
  channelChanged(id: OutboxChannel): void {
    const forgotten = this.#queue.then(() => this.#ports.outbox.forget([stopCause(id)], this.#ports.clock.now()));
    this.#queue = forgotten.then(() => this.#pump.run()).catch((error: unknown) => this.#failed(error));
  }

  /** The user looks at this window now: toasts may show here. */
  windowFocused(): void {
    this.#pump.run();
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#ended = true;
    this.#unlisten();
    this.#pump.dispose();
    this.#listeners.clear();
  }

  /** Nearly every answer ends nothing: that is told without a write. */
  #isNoNews(event: RouterEvent): boolean {
    const { outbox, clock } = this.#ports;
    return event.kind === 'answered' && !outbox.standsAny(causesEndedByAnswer(event.fingerprint), clock.now());
  }

  async #decide(event: RouterEvent): Promise<void> {
    if (this.#isNoNews(event)) return;
    const { outbox, clock, settings, names, random } = this.#ports;
    const nowMs = clock.now();
    const decisions = decide(event, {
      settings: settings(),
      names,
      nowMs,
      snoozedUntilMs: outbox.stands(snoozeCause, nowMs) ? forever : 0,
      id: hex(random.bytes(8)),
    });
    for (const decision of decisions) await this.#carryOut(decision, nowMs);
  }

  /** One request may have taken several limits of a key past a threshold: they are one message. */
  #sendOnceAllDecided(): void {
    this.#undecided -= 1;
    if (this.#undecided === 0) this.#pump.run();
  }

  async #carryOut(decision: Decision, nowMs: number): Promise<void> {
    const { outbox } = this.#ports;
    if (decision.kind === 'stand') return outbox.stand(decision.causes, nowMs);
    if (decision.kind === 'extend') {
      const standing = decision.causes.filter(({ name }) => outbox.stands(name, nowMs));
      return standing.length === 0 ? undefined : outbox.stand(standing, nowMs);
    }
    if (decision.kind === 'forget') return void (await outbox.forget(decision.causes, nowMs));
    if (await outbox.raise(decision.raise, nowMs)) this.#log(decision.raise);
  }

  #log({ alert }: Raise): void {
    const { log, settings } = this.#ports;
    if (!settings().channels[alert.event].includes('log')) return;
    const texts = this.texts();
    const line = [alertLine(alert, texts), ...causeLines(alert, texts)].join(' · ');
    if (alert.level === 'info') log.info(line);
    else if (alert.level === 'warning') log.warn(line);
    else log.error(line);
  }

  #isShown(alert: Alert, nowMs: number): boolean {
    const { settings, isStillTrue } = this.#ports;
    return settings().channels[alert.event].includes('statusBar') && isStillTrue(alert, nowMs);
  }

  #stopReason(id: OutboxChannel): string | undefined {
    const { outbox, clock, l10n } = this.#ports;
    if (!outbox.stands(stopCause(id), clock.now())) return undefined;
    return outbox.lastFailure(id) || l10n.t('stopped until its settings change');
  }

  #stop(id: OutboxChannel): Promise<void> {
    const { outbox, clock } = this.#ports;
    return outbox.stand([{ name: stopCause(id), untilMs: forever }], clock.now());
  }

  #failed(error: unknown): void {
    this.#ports.log.error(`alerts: ${error instanceof Error ? error.message : 'failed'}`);
  }
}

const stopCause = (id: OutboxChannel): string => `stopped:${id}`;

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
