import type { Cancel, Clock, Log } from '../../core/ports.ts';
import { fromDashboard, type Answer, type DashboardAction, type ToDashboard } from '../../shared/dashboardMessages.ts';
import type { DashboardStrings } from '../../shared/dashboardStrings.ts';
import type { ChartChoice, DashboardView } from '../../shared/dashboardView.ts';
import { Throttle } from '../throttle.ts';
import { ViewChanges } from './viewChanges.ts';

/** Four pushes a second at the most, and no more readings of the record: what it says shows within a second. */
const pushEveryMs = 250;
const readEveryMs = 250;
const minuteMs = 60_000;

export type DashboardTalkPorts = {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'error'>;
  readonly source: {
    view(): DashboardView;
    /** Reads the record of the past anew. */
    read(): Promise<void>;
    choose(choice: ChartChoice): void;
  };
  /** Moments at which something that is shown ends. */
  readonly endsMs: () => readonly number[];
  readonly act: (action: DashboardAction) => Promise<Answer>;
  readonly words: () => { readonly strings: DashboardStrings; readonly language: string };
  readonly isVisible: () => boolean;
  readonly post: (message: ToDashboard) => void;
};

/** What host and page of the dashboard say to each other. Knows no VS Code. */
export class DashboardTalk {
  readonly #ports: DashboardTalkPorts;
  readonly #push: Throttle;
  readonly #read: Throttle;
  /** Undefined while nothing was sent to the page that is there now. */
  #sent: ViewChanges | undefined;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #readAtMs = 0;
  #tick: Cancel | undefined;
  #disposed = false;

  constructor(ports: DashboardTalkPorts) {
    this.#ports = ports;
    this.#push = new Throttle(ports.clock, pushEveryMs, () => this.#pushChanges());
    this.#read = new Throttle(ports.clock, readEveryMs, () => this.#startReading());
  }

  dispose(): void {
    this.#disposed = true;
    this.#tick?.();
    this.#push.dispose();
    this.#read.dispose();
  }

  /** The page is gone with its screen; the next one says that it is ready, and gets everything. */
  hidden(): void {
    this.#sent = undefined;
    this.#tick?.();
  }

  /** Something changed that may be on the dashboard. */
  changed(): void {
    if (!this.#isSeen()) return;
    this.#push.request();
    this.#read.request();
  }

  /** Reads the record now; what is new in it is pushed. */
  async readNow(): Promise<void> {
    this.#startReading();
    await this.#reading;
  }

  receive(message: unknown): void {
    const parsed = fromDashboard.safeParse(message);
    if (!parsed.success) {
      this.#ports.log.warn('The dashboard sent a message of an unknown form');
      return;
    }
    if (parsed.data.type === 'ready') {
      if (parsed.data.choice !== undefined) this.#ports.source.choose(parsed.data.choice);
      this.#sendAll();
      return;
    }
    const { id, action } = parsed.data;
    this.#ports.act(action).then(
      (answer) => this.#post({ type: 'reply', id, ...answer }),
      (error: unknown) => this.#post({ type: 'reply', id, problem: this.#problemOf(action, error) }),
    );
  }

  /** Nothing is read or sent for a panel that nobody sees. */
  #isSeen(): boolean {
    return !this.#disposed && this.#ports.isVisible() && this.#sent !== undefined;
  }

  #startReading(): void {
    if (this.#reading !== undefined) {
      this.#readAgain = true;
      return;
    }
    this.#reading = this.#readUntilFresh().finally(() => {
      this.#reading = undefined;
      if (this.#isSeen()) this.#push.request();
    });
  }

  async #readUntilFresh(): Promise<void> {
    do {
      this.#readAgain = false;
      this.#readAtMs = this.#ports.clock.monotonic();
      await this.#ports.source.read();
    } while (this.#readAgain && !this.#disposed);
  }

  #pushChanges(): void {
    if (!this.#isSeen()) return;
    const changes = this.#sent?.take(this.#ports.source.view());
    if (changes !== undefined) this.#post({ type: 'update', changes });
    this.#scheduleTick();
  }

  #sendAll(): void {
    const view = this.#ports.source.view();
    this.#sent = new ViewChanges();
    this.#sent.take(view);
    this.#post({ type: 'init', ...this.#ports.words(), view });
    this.#scheduleTick();
    this.#startReading();
  }

  /** Countdowns run on, some states end without an event, and the last 24 hours are others each minute. */
  #scheduleTick(): void {
    this.#tick?.();
    const nowMs = this.#ports.clock.now();
    const left = this.#ports
      .endsMs()
      .filter((atMs) => atMs > nowMs && Number.isFinite(atMs))
      .map((atMs) => ((atMs - nowMs) % (atMs - nowMs > minuteMs ? minuteMs : 1_000)) + 20);
    this.#tick = this.#ports.clock.after(Math.max(pushEveryMs, Math.min(minuteMs, ...left)), () => this.#onTick());
  }

  #onTick(): void {
    if (!this.#isSeen()) return;
    this.#push.request();
    if (this.#ports.clock.monotonic() - this.#readAtMs >= minuteMs) this.#read.request();
  }

  #problemOf(action: DashboardAction, error: unknown): string {
    const words = error instanceof Error ? error.message : String(error);
    this.#ports.log.error(`dashboard, ${action.do}: ${words}`);
    return words.slice(0, 2_000);
  }

  /** The panel may have been closed or hidden while a request was under way. */
  #post(message: ToDashboard): void {
    if (!this.#disposed && this.#ports.isVisible()) this.#ports.post(message);
  }
}
