import type { ApiKey } from '../keys/apiKey.ts';
import { ClockWatch } from '../clockWatch.ts';
import type { Cancel, Log } from '../ports.ts';
import { afterCheck } from './afterCheck.ts';
import { wantsCheck } from './healthRules.ts';
import { lookAtLocalModels, noteListed } from './modelRecovery.ts';
import { checkEveryMs, lookAtProviders, type ProviderRecoveryPorts } from './providerRecovery.ts';

/** How often the quarantines are looked through; a look costs no request. */
const lookEveryMs = 5_000;

export type RecoveryPorts = ProviderRecoveryPorts & { readonly log: Log };

/**
 * Brings keys back from quarantine: one zero-token check, by one window, each minute while an outage
 * lasts and once a refusal's quarantine is over. Looks after providers that fell behind in the same turns,
 * and after the clock: no quarantine, wait or age outlives its length because it was set back.
 */
export class Recovery {
  readonly #ports: RecoveryPorts;
  readonly #watch: ClockWatch;
  readonly #stopped = new AbortController();
  #timer: Cancel = () => undefined;
  #clockTimer: Cancel = () => undefined;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
    this.#watch = new ClockWatch(ports.clock);
  }

  start(): void {
    this.#watchClock();
    this.#lookLater();
  }

  #lookLater(): void {
    this.#timer = this.#ports.clock.after(lookEveryMs, () => {
      this.look()
        .catch((error: unknown) => this.#ports.log.error(`looking after quarantined keys failed: ${String(error)}`))
        .finally(() => {
          if (!this.#stopped.signal.aborted) this.#lookLater();
        });
    });
  }

  /** One look through all keys; checks those that are due and that no other window is checking. */
  async look(): Promise<void> {
    const { ledger, clock, keys } = this.#ports;
    ledger.refresh();
    const due = keys().filter((key) => key.enabled && wantsCheck(ledger.health(key.fingerprint), clock.now()));
    const { signal } = this.#stopped;
    await Promise.all([
      lookAtProviders(this.#ports, signal),
      lookAtLocalModels(this.#ports, signal),
      ...due.map((key) => this.#checkOnce(key)),
    ]);
  }

  dispose(): void {
    this.#stopped.abort();
    this.#timer();
    this.#clockTimer();
  }

  /** Waits for no check: what is set meanwhile could not be told from what was set before. */
  #watchClock(): void {
    const { clock, ledger, log } = this.#ports;
    this.#clockTimer = clock.after(lookEveryMs, () => {
      const step = this.#watch.look();
      const failed = (error: unknown): void =>
        log.error(`the ledger was not told that the clock was set back: ${String(error)}`);
      if (step !== undefined) ledger.clockWasStepped(step).catch(failed);
      this.#watchClock();
    });
  }

  async #checkOnce(key: ApiKey): Promise<void> {
    const { ledger, clock, providers, isOriginConfirmed, secretOf, check } = this.#ports;
    const provider = providers().find(({ id }) => id === key.provider);
    if (provider?.checkUrl === undefined || !provider.needsKey || !isOriginConfirmed(key, provider)) return;
    const nowMs = clock.now();
    // A mark, not a lease: this window too asks only once in that time.
    if (!(await ledger.mark(`check:${key.fingerprint}`, nowMs + checkEveryMs, nowMs))) return;
    const secret = await secretOf(key);
    if (secret === undefined) return;
    const result = await check(provider, secret, this.#stopped.signal);
    const checkedAtMs = clock.now();
    await ledger.changeHealth(key.fingerprint, (health) => afterCheck(health, result, checkedAtMs));
    await noteListed(this.#ports, provider, result);
  }
}
