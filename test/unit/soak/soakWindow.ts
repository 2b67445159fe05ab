import { LedgerOutbox } from '../../../src/adapters/ledgerOutbox.ts';
import { openLedger, type OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import { SqliteOutbox } from '../../../src/adapters/sqliteLedger/sqliteOutbox.ts';
import { Recovery } from '../../../src/core/health/recovery.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { isOriginConfirmed } from '../../../src/core/keys/keyOrigins.ts';
import { Keyring } from '../../../src/core/keys/keyring.ts';
import { PoolJoiner } from '../../../src/core/keys/poolJoiner.ts';
import type { Log } from '../../../src/core/ports.ts';
import { ChatClient } from '../../../src/core/providers/chatClient.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { parseSnapshot } from '../../../src/core/quota/snapshot.ts';
import { Tracker } from '../../../src/core/quota/tracker.ts';
import { Router } from '../../../src/core/routing/router.ts';
import type { RouterEvent } from '../../../src/core/routing/routerEvent.ts';
import type { RouterConfig } from '../../../src/core/routing/routerPorts.ts';
import { AlertWindow, settingsOf } from '../alerts/alertFixture.ts';
import type { MemoryVault } from '../support/memoryVault.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { SeededRandom } from '../support/seededRandom.ts';
import type { SoakFleet } from './soakFleet.ts';
import { periodStarts } from './soakZones.ts';
import { WindowClock, type SoakTime } from './soakTime.ts';

/** What the windows of one machine share. */
export type Machine = {
  readonly time: SoakTime;
  readonly fleet: SoakFleet;
  readonly path: string;
  readonly vault: MemoryVault;
  /** Where `globalState` keeps the copy of the ledger. */
  readonly memento: { copy: unknown };
  readonly providers: readonly Provider[];
  /** Processes that run. */
  readonly alive: Set<number>;
  readonly onEvent: (event: RouterEvent, window: string) => void;
  /** Errors that a log should not show while the disk is well. */
  readonly onError: (line: string) => void;
};

const copyEveryMs = 3_000;
const config: RouterConfig = {
  strategy: 'priority',
  deadlineMs: 60_000,
  attemptTimeoutMs: 20_000,
  cacheEnabled: true,
  cacheTtlMs: 3_600_000,
  warnAtPercent: [75, 90],
};
/** Each installation's own. */
const salt = { bytes: Uint8Array.of(1, 2, 3), isKept: true } as const;
/** A worker has a time of its own, which is not this one: its upkeep is done by `upkeep.ts`, and no worker starts from there. */
const noWorker = new URL('https://worker.example.com/');

/** One window with everything that the extension composes, except an editor. */
export class SoakWindow {
  readonly name: string;
  readonly clock: WindowClock;
  readonly open: OpenLedger;
  readonly router: Router;
  readonly keyring: Keyring;
  readonly alerts: AlertWindow;
  readonly #machine: Machine;
  readonly #pid: number;
  readonly #stops: (() => void)[] = [];

  static async open(machine: Machine, pid: number): Promise<SoakWindow> {
    const clock = new WindowClock(machine.time.clock);
    machine.alive.add(pid);
    const { path, memento, alive } = machine;
    const open = await openLedger({
      path,
      clock,
      random: new SeededRandom(pid),
      snapshot: () => parseSnapshot(memento.copy),
      periodStartsMs: periodStarts,
      reportWorkerUrl: noWorker,
      pid,
      isAlive: (other) => alive.has(other),
    });
    return new SoakWindow(machine, pid, clock, open);
  }

  private constructor(machine: Machine, pid: number, clock: WindowClock, open: OpenLedger) {
    this.#machine = machine;
    this.#pid = pid;
    this.name = `window ${pid}`;
    this.clock = clock;
    this.open = open;
    const { ledger, keyBook } = open;
    const { fleet, vault, providers: known, onError, onEvent } = machine;
    const providers = (): readonly Provider[] => known;
    const random = new SeededRandom(pid + 1_000);
    const log: Log = { info: () => undefined, warn: () => undefined, error: onError };
    const accountNames = new PoolJoiner(open.accountNames);
    const client = new ChatClient({ http: fleet.http(this.name), clock, userAgent: 'soak' });
    const common = { ledger, keyBook, clock, random, log, l10n: plainL10n, providers, client };
    this.keyring = new Keyring({ ...common, vault, accountNames, salt });
    const { keyring } = this;
    const secretPresent = (key: ApiKey): boolean => keyring.cachedSecret(key.id) !== undefined;
    const tracker = new Tracker({ ...common, warnAtPercent: () => config.warnAtPercent, secretPresent });
    const settings = settingsOf();
    const database = { connection: () => open.connection(), onForeignChange: open.onForeignChange };
    const outbox = new LedgerOutbox(new SqliteOutbox({ ...database, clock, random }));
    this.alerts = new AlertWindow(outbox, clock, () => settings, pid);
    const { service } = this.alerts;
    this.router = new Router({
      ...common,
      tracker,
      keys: { all: () => keyBook.all(), secretPresent, secretOf: (key) => keyring.secretOf(key), isOriginConfirmed },
      config: () => config,
      noteAccount: async (key, account) => void (await accountNames.noteAccountName(key, account)),
      emit: (event) => {
        onEvent(event, this.name);
        service.handle(event);
      },
    });
    const recovery = new Recovery({
      ...common,
      keys: () => keyBook.all(),
      secretOf: (key) => keyring.secretOf(key),
      isOriginConfirmed,
      check: (provider, secret, signal) => client.check(provider, secret, signal),
    });
    recovery.start();
    const stopCopying = this.#keepCopy();
    this.#stops.push(
      () => recovery.dispose(),
      () => service.dispose(),
      () => outbox.dispose(),
      () => keyring.dispose(),
      stopCopying,
    );
  }

  get isBusy(): boolean {
    return this.router.busy > 0 || this.#machine.fleet.isUnderWayFor(this.name);
  }

  /** The user closes it: what it holds is settled, its copy is kept. */
  close(): void {
    this.#machine.fleet.forget(this.name);
    for (const stop of this.#stops) stop();
    this.open.ledger.dispose();
    this.#end();
  }

  /** Its process is gone from one moment to the next. The system closes its files. */
  die(): void {
    const { open, keyring } = this;
    this.#machine.fleet.forget(this.name);
    this.clock.die();
    open.connection()?.db.close();
    // Nothing of it is called any more, by the vault either.
    keyring.dispose();
    this.#end();
  }

  #end(): void {
    this.clock.die();
    this.#machine.alive.delete(this.#pid);
  }

  /** As the extension keeps it in `globalState`. */
  #keepCopy(): () => void {
    const { memento } = this.#machine;
    let isDue = false;
    const keep = (): void => {
      isDue = false;
      memento.copy = this.open.takeSnapshot();
    };
    const stop = this.open.ledger.onDidChange(() => {
      if (isDue) return;
      isDue = true;
      this.clock.after(copyEveryMs, keep);
    });
    return () => {
      stop();
      if (isDue) keep();
    };
  }
}
