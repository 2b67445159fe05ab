import { catalog } from '../../../src/core/providers/catalog.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { chanceOf } from '../../bench/day/chance.ts';
import { LedgerFolder } from '../ledger/ledgerFixture.ts';
import { MemoryVault } from '../support/memoryVault.ts';
import { settled } from '../support/routerFixture.ts';
import type { SeededRandom } from '../support/seededRandom.ts';
import { Counts } from './counts.ts';
import { Growth } from './growth.ts';
import { Listeners } from './listeners.ts';
import { SoakFleet, type Credential } from './soakFleet.ts';
import { modelsOf, providerIds } from './soakLimits.ts';
import { SoakTime } from './soakTime.ts';
import { SoakWindow, type Machine } from './soakWindow.ts';
import { daysOf } from './soakZones.ts';
import { Tally } from './tally.ts';

/** Where nothing is under way, timers run late by up to so much, so that two idle months pass in minutes. */
const idleStepMs = 10_000;
/** Longer than it takes to find a dead window and to open a lost database again. */
const settlingMs = 5 * 60_000;

export type Outcomes = { answered: number; degraded: number; failed: number; cancelled: number };

/** One machine with two windows, its disk and the providers, in a time that passes when told to. */
export class Soak {
  readonly time: SoakTime;
  readonly fleet: SoakFleet;
  readonly chance: SeededRandom;
  readonly counts: Counts;
  readonly growth: Growth;
  readonly listeners = new Listeners();
  readonly outcomes: Outcomes = { answered: 0, degraded: 0, failed: 0, cancelled: 0 };
  /** Errors that nobody expected. */
  readonly errors: string[] = [];
  readonly folder: LedgerFolder;
  readonly machine: Machine;
  /** The first lives for the whole soak. */
  readonly windows: SoakWindow[] = [];
  /** Something holds or breaks the disk: every timer is run at its moment. */
  isDiskBad = false;
  lastTrouble = 'the beginning';
  /** Windows that lost their database. */
  spellsInMemory = 0;
  readonly #inMemory = new Set<SoakWindow>();
  #opened = 0;
  #questions = 0;
  #days: string;
  #isDue = false;
  #settlesAtMs = 0;

  constructor(seed: number, startMs: number, credentials: readonly Credential[]) {
    this.time = new SoakTime(startMs);
    this.chance = chanceOf(seed, 'soak');
    const tally = new Tally();
    this.fleet = new SoakFleet(credentials, this.time, tally, chanceOf(seed, 'fleet'));
    this.counts = new Counts(credentials, tally);
    this.folder = new LedgerFolder(this.time.clock);
    this.growth = new Growth(this.folder.path);
    this.#days = daysOf(startMs);
    this.machine = {
      time: this.time,
      fleet: this.fleet,
      path: this.folder.path,
      vault: new MemoryVault(),
      memento: { copy: undefined },
      providers: providers(),
      alive: new Set(),
      onEvent: (event) => {
        const isLoose = this.isDiskBad || this.#inMemory.size > 0 || this.time.trueMs < this.#settlesAtMs;
        this.listeners.notice(event, { trueMs: this.time.trueMs, isLoose });
      },
      onError: (line) => {
        if (!this.isDiskBad) this.errors.push(`${this.when}: ${line}`);
      },
    };
  }

  /** For people: what befell last, the true time, and what the wall clock shows where that is wrong. */
  get when(): string {
    const { trueMs, isWrong, clock } = this.time;
    const wall = isWrong ? `, by the wall clock ${new Date(clock.now()).toISOString()}` : '';
    return `${new Date(trueMs).toISOString()}${wall}, after ${this.lastTrouble}`;
  }

  async openWindow(): Promise<SoakWindow> {
    this.#opened += 1;
    const window = await SoakWindow.open(this.machine, this.#opened);
    this.windows.push(window);
    await window.keyring.reconcile();
    return window;
  }

  drop(window: SoakWindow, how: 'close' | 'die'): void {
    this.listeners.listen(window, this.time.trueMs, this.when);
    window[how]();
    this.windows.splice(this.windows.indexOf(window), 1);
    this.#inMemory.delete(window);
    this.settleLater();
  }

  /** What happened now takes its time to be put right: nothing is compared before. */
  settleLater(): void {
    this.#settlesAtMs = this.time.trueMs + settlingMs;
  }

  /** Asks, and does not wait. */
  ask(window: SoakWindow, characters: number, maxTokens: number, signal?: AbortSignal): void {
    this.#questions += 1;
    const content = `Question ${this.#questions}: `.padEnd(characters, 'why does this fail? ');
    const messages = [{ role: 'user', content }] as const;
    window.router
      .chat({ messages, maxTokens, stream: false, ...(signal === undefined ? {} : { signal }) })
      .then(({ degraded }) => {
        this.outcomes[degraded ? 'degraded' : 'answered'] += 1;
      })
      .catch((error: unknown) => {
        if (error instanceof ChatError) this.outcomes[error.kind === 'cancelled' ? 'cancelled' : 'failed'] += 1;
        else this.errors.push(`${this.when}: ${String(error)}`);
      });
  }

  /** True time passes. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.time;
    const endMs = clock.monotonic() + ms;
    for (let left = ms; left > 0; left = endMs - clock.monotonic()) {
      if (this.isDiskBad || this.#isBusy) {
        await clock.advance(Math.min(left, Math.max(0, clock.nextDueInMs ?? left)));
        await settled(1);
      } else {
        clock.sleep(Math.min(left, idleStepMs));
        await clock.advance(0);
        await settled(2);
      }
      this.#look();
    }
  }

  /** For something that needs time to pass. */
  async until<Answer>(promise: Promise<Answer>): Promise<Answer> {
    let isOver = false;
    const over = promise.finally(() => {
      isOver = true;
    });
    for (let steps = 0; !isOver && steps < 600; steps += 1) await this.pass(100);
    return over;
  }

  close(): void {
    for (const window of this.windows) window.close();
    this.folder.close();
  }

  get #isBusy(): boolean {
    return this.fleet.underWay > 0 || this.windows.some(({ isBusy }) => isBusy);
  }

  /** After each midnight, as soon as nothing is under way. */
  #look(): void {
    for (const window of this.windows) {
      this.listeners.listen(window, this.time.trueMs, this.when);
      this.#lookAtDisk(window);
    }
    const days = daysOf(this.time.clock.now());
    this.#isDue ||= days !== this.#days;
    this.#days = days;
    if (!this.#isDue || this.isDiskBad || this.#isBusy || this.time.trueMs < this.#settlesAtMs) return;
    if (this.#inMemory.size > 0) return;
    this.#isDue = false;
    this.compareNow();
  }

  #lookAtDisk(window: SoakWindow): void {
    if (window.open.connection() !== undefined) this.#inMemory.delete(window);
    else if (!this.#inMemory.has(window)) {
      this.#inMemory.add(window);
      this.spellsInMemory += 1;
    }
  }

  compareNow(): void {
    const nowMs = this.time.clock.now();
    this.counts.compare(this.windows, nowMs, this.when);
    this.growth.measure(this.windows, this.time, this.when);
  }
}

/** The catalog's, with the models that the fleet has. */
const providers = () =>
  providerIds.flatMap((id) =>
    catalog
      .filter((provider) => provider.id === id)
      .map((provider) => ({ ...provider, models: provider.models.filter((model) => modelsOf[id].includes(model.id)) }))
      .map((provider) => (id === 'mistral' ? { ...provider, resetTimeZone: 'America/St_Johns' } : provider)),
  );
