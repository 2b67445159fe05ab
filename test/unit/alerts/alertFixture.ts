import { MemoryOutbox } from '../../../src/adapters/memoryOutbox.ts';
import type { Alert, OutboxChannel } from '../../../src/core/alerts/alert.ts';
import { AlertService } from '../../../src/core/alerts/alertService.ts';
import { readAlertSettings, type AlertSettings } from '../../../src/core/alerts/alertSettings.ts';
import type { Channel, Outgoing, SendResult } from '../../../src/core/alerts/channel.ts';
import type { Outbox } from '../../../src/core/alerts/outbox.ts';
import type { KeyRef } from '../../../src/core/keys/keyRef.ts';
import { keyName } from '../../../src/core/keys/keyName.ts';
import { parseKeyRef } from '../../../src/core/keys/keyRef.ts';
import type { Clock, Log } from '../../../src/core/ports.ts';
import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';

type ThresholdPassed = Extract<RouterEvent, { kind: 'thresholdPassed' }>;

/** What came out of one channel, and what its far end answers next. */
export class RecordingChannel implements Channel {
  readonly id: OutboxChannel;
  readonly received: Outgoing[] = [];
  /** An error is thrown. */
  answers: (SendResult | Error)[] = [];
  focused = true;
  lacks: string | undefined;
  /** Set: nothing is answered any more, as from a window that died. */
  hangs = false;

  constructor(id: OutboxChannel) {
    this.id = id;
  }

  wants(): boolean {
    return this.focused;
  }

  missing(): string | undefined {
    return this.lacks;
  }

  send(outgoing: Outgoing): Promise<SendResult> {
    if (this.hangs) return new Promise(() => {});
    const answer = this.answers.shift() ?? { ok: true, said: '250 OK' };
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer.ok) this.received.push(outgoing);
    return Promise.resolve(answer);
  }

  get texts(): string[] {
    return this.received.map(({ message }) => message.text);
  }

  get subjects(): string[] {
    return this.received.map(({ message }) => message.subject);
  }
}

export class LinesLog implements Log {
  readonly lines: string[] = [];
  info(line: string): void {
    this.lines.push(line);
  }
  warn(line: string): void {
    this.lines.push(line);
  }
  error(line: string): void {
    this.lines.push(line);
  }
}

const displayNames: Readonly<Record<string, string>> = { groq: 'Groq', gemini: 'Gemini', mistral: 'Mistral' };

export const alertNames = {
  provider: (id: string): string => displayNames[id] ?? id,
  key(ref: KeyRef): string {
    const parsed = parseKeyRef(ref);
    return parsed === undefined
      ? ref
      : keyName(plainL10n, displayNames[parsed.provider] ?? parsed.provider, parsed.number);
  },
};

export function settingsOf(
  raw: { warnAtPercent?: unknown; channels?: unknown; quietHours?: unknown } = {},
): AlertSettings {
  const given = { warnAtPercent: undefined, channels: undefined, quietHours: undefined, ...raw };
  return readAlertSettings(given, 'UTC').settings;
}

/** One window's alerts over an outbox that other windows may share. */
export class AlertWindow {
  readonly telegram = new RecordingChannel('telegram');
  readonly email = new RecordingChannel('email');
  readonly toast = new RecordingChannel('toast');
  readonly log = new LinesLog();
  readonly service: AlertService;
  isStillTrue: (alert: Alert) => boolean = () => true;

  constructor(outbox: Outbox, clock: Clock, settings: () => AlertSettings, seed = 1) {
    this.service = new AlertService({
      outbox,
      channels: [this.telegram, this.email, this.toast],
      settings,
      names: alertNames,
      isStillTrue: (alert) => this.isStillTrue(alert),
      clock,
      random: new SeededRandom(seed),
      log: this.log,
      l10n: plainL10n,
    });
    this.service.start();
  }
}

/** A clock, an outbox and as many windows as are opened. */
export class AlertFixture {
  readonly clock = new FakeClock();
  settings: AlertSettings = settingsOf();
  readonly #doorTo: () => Outbox;
  #windows = 0;

  /** `doorTo` gives each window its own door to one and the same outbox. */
  constructor(doorTo?: () => Outbox) {
    const outbox = new MemoryOutbox();
    this.#doorTo = doorTo ?? (() => outbox);
  }

  open(): AlertWindow {
    this.#windows += 1;
    return new AlertWindow(this.#doorTo(), this.clock, () => this.settings, this.#windows);
  }

  get midnightMs(): number {
    return Date.UTC(2026, 10, 23);
  }

  /** A request of a day of 1,000 of them, where the key is known for another limit. */
  requestsPassed(key: KeyRef, used: number, thresholdPercent: number): RouterEvent {
    const amounts = { used, value: 1_000, remaining: 1_000 - used, percentage: used / 10 };
    const event = this.passed(key, used, thresholdPercent, 1_000);
    return { ...event, isDaily: false, status: { ...event.status, ...amounts, limit: 'requestsPerDay' } };
  }

  passed(key: KeyRef, used: number, thresholdPercent: number, value = 14_400): ThresholdPassed {
    return {
      kind: 'thresholdPassed',
      atMs: this.clock.now(),
      key,
      fingerprint: `fp-${key}`,
      thresholdPercent,
      isDaily: true,
      status: {
        limit: 'tokensPerDay',
        scope: '*',
        form: 'calendar',
        used,
        value,
        remaining: value - used,
        percentage: Math.floor((used / value) * 1000) / 10,
        source: 'user',
        resetAtMs: Math.ceil((this.clock.now() + 1) / 86_400_000) * 86_400_000,
      },
    };
  }

  /** What is said of a bucket of 200,000 tokens a day at so many percent. */
  bucketAt(key: KeyRef, percent: number, said: 'passed' | 'held' = 'passed', scope = 'm1'): RouterEvent {
    const value = 200_000;
    const status = {
      limit: 'tokensPerDay',
      scope,
      form: 'bucket',
      used: (value * percent) / 100,
      value,
      remaining: value - (value * percent) / 100,
      percentage: percent,
      source: 'catalog',
      resetAtMs: this.clock.now(),
    } as const;
    const about = { atMs: this.clock.now(), key, fingerprint: `fp-${key}`, status };
    if (said === 'held') return { kind: 'bucketHeld', ...about };
    return { kind: 'thresholdPassed', ...about, thresholdPercent: percent > 90 ? 90 : 75, isDaily: true };
  }

  ofKey(kind: 'refused' | 'noCredit', key: KeyRef, sentence = '401 Invalid API Key'): RouterEvent {
    return { kind, atMs: this.clock.now(), key, fingerprint: `fp-${key}`, sentence };
  }

  answered(key: KeyRef): RouterEvent {
    return { kind: 'answered', atMs: this.clock.now(), key, fingerprint: `fp-${key}` };
  }

  allFailed(): Extract<RouterEvent, { kind: 'allFailed' }> {
    return {
      kind: 'allFailed',
      atMs: this.clock.now(),
      route: 'route-1',
      reasons: [
        { provider: 'groq', sentence: 'keys 1, 2 and 3 were refused' },
        { provider: 'gemini', sentence: 'keys 1 and 2 are rate limited' },
      ],
    };
  }
}
