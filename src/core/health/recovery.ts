import type { ApiKey } from '../keys/apiKey.ts';
import type { Secret } from '../keys/secret.ts';
import type { Cancel, Clock, Log } from '../ports.ts';
import type { CheckResult } from '../providers/chatCall.ts';
import { isRefusal, type Failure } from '../providers/failure.ts';
import type { Provider } from '../providers/provider.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { Health } from './health.ts';
import { afterGoodCheck, afterNoCheck, afterRefusal, wantsCheck } from './healthRules.ts';

/** A little under the minute (spec section 4), so that with the looks between it is never more. */
const checkEveryMs = 55_000;
/** How often the quarantines are looked through; a look costs no request. */
const lookEveryMs = 5_000;

export type RecoveryPorts = {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: () => readonly ApiKey[];
  readonly providerOf: (key: ApiKey) => Provider | undefined;
  readonly secretOf: (key: ApiKey) => Promise<Secret | undefined>;
  readonly isOriginConfirmed: (key: ApiKey, provider: Provider) => boolean;
  readonly check: (provider: Provider, secret: Secret | undefined, signal: AbortSignal) => Promise<CheckResult>;
};

/**
 * Brings keys back from quarantine: one zero-token check, by one window, each minute while an outage
 * lasts and once a refusal's quarantine is over.
 */
export class Recovery {
  readonly #ports: RecoveryPorts;
  readonly #stopped = new AbortController();
  #timer: Cancel = () => undefined;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = this.#ports.clock.after(lookEveryMs, () => {
      this.look()
        .catch((error: unknown) => this.#ports.log.error(`looking after quarantined keys failed: ${String(error)}`))
        .finally(() => {
          if (!this.#stopped.signal.aborted) this.start();
        });
    });
  }

  /** One look through all keys; checks those that are due and that no other window is checking. */
  async look(): Promise<void> {
    const { ledger, clock, keys } = this.#ports;
    ledger.refresh();
    const due = keys().filter((key) => key.enabled && wantsCheck(ledger.health(key.fingerprint), clock.now()));
    await Promise.all(due.map((key) => this.#checkOnce(key)));
  }

  dispose(): void {
    this.#stopped.abort();
    this.#timer();
  }

  async #checkOnce(key: ApiKey): Promise<void> {
    const { ledger, clock, providerOf, isOriginConfirmed, secretOf, check } = this.#ports;
    const provider = providerOf(key);
    if (provider?.checkUrl === undefined || !provider.needsKey || !isOriginConfirmed(key, provider)) return;
    const nowMs = clock.now();
    // A mark, not a lease: this window too asks only once in that time.
    if (!(await ledger.mark(`check:${key.fingerprint}`, nowMs + checkEveryMs, nowMs))) return;
    const secret = await secretOf(key);
    if (secret === undefined) return;
    const result = await check(provider, secret, this.#stopped.signal);
    await ledger.changeHealth(key.fingerprint, (health) => afterCheck(health, result, clock.now()));
  }
}

function afterCheck(health: Health, result: CheckResult, nowMs: number): Health {
  if (result.kind === 'ok') return afterGoodCheck(health, nowMs);
  if (isRefusal(result.failure)) return afterRefusal(health, nowMs);
  return knowsNoCheck(result.failure) ? afterNoCheck(health) : health;
}

/** Something answers there, but it knows no such check (many servers have no list of models). */
const knowsNoCheck = ({ kind, status }: Failure): boolean =>
  kind === 'modelGone' || kind === 'badRequest' || (kind === 'badReply' && status === 200);
