import { afterGoodCheck, afterRefusal, isQuarantined } from '../health/healthRules.ts';
import type { Clock } from '../ports.ts';
import { isRefusal } from '../providers/failure.ts';
import type { Provider } from '../providers/provider.ts';
import type { AccountNames } from '../quota/accountNames.ts';
import type { Ledger } from '../quota/ledger.ts';
import { bringBackModels } from '../quota/modelsOut.ts';
import { accountOf, type ApiKey } from './apiKey.ts';
import type { KeyBook } from './keyBook.ts';
import type { CheckClient, CheckResult } from './keyCheck.ts';
import { unconfirmedOrigins } from './keyOrigins.ts';
import { keyRef } from './keyRef.ts';
import { failed, type KeyChecked } from './keyringResult.ts';
import type { Secret } from './secret.ts';

export type KeyChecksPorts = {
  readonly keyBook: KeyBook;
  readonly ledger: Ledger;
  /** Which account a check named for each secret. */
  readonly accountNames: Pick<AccountNames, 'noteAccountName'>;
  readonly client: CheckClient;
  readonly providers: () => readonly Provider[];
  readonly clock: Clock;
  readonly secretOf: (key: ApiKey) => Promise<Secret | undefined>;
};

export type CheckAllOptions = {
  /** Default: the enabled ones. */
  readonly wanted?: (key: ApiKey) => boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
};

const checksAtOnce = 6;
const neverAborted = new AbortController().signal;

/** The zero-token checks of stored keys, and what they say about health and accounts. */
export class KeyChecks {
  readonly #ports: KeyChecksPorts;

  constructor(ports: KeyChecksPorts) {
    this.#ports = ports;
  }

  /**
   * A good check ends quarantine at once, a refusal puts the key into it, a failure changes nothing of
   * that. Waits end unless the key was refused, but for that for credit, and models that were gone are
   * asked again.
   */
  async check(key: ApiKey, signal: AbortSignal = neverAborted): Promise<KeyChecked> {
    const ref = keyRef(key.provider, key.number);
    const provider = this.#ports.providers().find(({ id }) => id === key.provider);
    if (provider === undefined) return failed({ kind: 'unknownProvider', provider: key.provider });
    const origins = unconfirmedOrigins(key, provider);
    if (origins.length > 0) return failed({ kind: 'originNotConfirmed', key: ref, origins });
    const secret = await this.#ports.secretOf(key);
    if (secret === undefined) return failed({ kind: 'secretMissing', key: ref });
    const checked = await this.#ports.client.check(provider, secret, signal);
    if (signal.aborted) return failed({ kind: 'cancelled' });
    await this.note(key, checked);
    if (checked.kind !== 'refused') await this.#endWaits(key, provider);
    // It may have joined a pool while it was checked, also by this very check.
    const now = this.#ports.keyBook.all().find(({ id }) => id === key.id) ?? key;
    const blocks = this.#ports.ledger.blocks(accountOf(now), this.#ports.clock.now());
    return { ok: true, key: now, checked, canTryAgain: blocks.some((block) => block.limit === 'credit') };
  }

  /** Keys in their order. After a cancel the ones not begun are left out. */
  async checkAll({
    wanted = ({ enabled }) => enabled,
    signal = neverAborted,
    onProgress,
  }: CheckAllOptions): Promise<readonly { readonly key: ApiKey; readonly result: KeyChecked }[]> {
    const queue = this.#ports.keyBook.all().filter((key) => wanted(key));
    const results: { key: ApiKey; result: KeyChecked }[] = [];
    for (let start = 0; start < queue.length && !signal.aborted; start += checksAtOnce) {
      const batch = queue.slice(start, start + checksAtOnce);
      results.push(...(await Promise.all(batch.map(async (key) => ({ key, result: await this.check(key, signal) })))));
      onProgress?.(results.length, queue.length);
    }
    return results;
  }

  /** Writes what a check found into the key's health. */
  async note(key: ApiKey, checked: CheckResult): Promise<void> {
    const { ledger, clock, accountNames } = this.#ports;
    const nowMs = clock.now();
    if (checked.kind === 'ok') {
      if (checked.account !== undefined) await accountNames.noteAccountName(key, checked.account);
      const provider = this.#ports.providers().find(({ id }) => id === key.provider);
      if (provider !== undefined && checked.models !== undefined) {
        await bringBackModels(ledger, provider, this.#ports.keyBook.all(), checked.models);
      }
      await ledger.changeHealth(key.fingerprint, (health) => afterGoodCheck(health, nowMs));
    } else if (checked.kind === 'refused') {
      const lastError = { kind: checked.failure.kind, sentence: checked.failure.said, atMs: nowMs };
      await ledger.changeHealth(key.fingerprint, (health) => ({
        ...(isRefusal(checked.failure) ? afterRefusal(health, nowMs) : health),
        lastError,
      }));
    }
  }

  /** Per provider: has it an active key that was not refused; without need of a key: is it reachable. */
  async validateModelKeys(signal: AbortSignal = neverAborted): Promise<Readonly<Record<string, boolean>>> {
    const answers = this.#ports.providers().map(async (provider): Promise<[string, boolean]> => {
      const keys = this.#ports.keyBook.all().filter((key) => key.provider === provider.id);
      if (provider.needsKey || keys.length > 0) return [provider.id, keys.some((key) => this.#isUsable(key, provider))];
      return [provider.id, (await this.#ports.client.check(provider, undefined, signal)).kind === 'ok'];
    });
    return Object.fromEntries(await Promise.all(answers));
  }

  async #endWaits(key: ApiKey, provider: Provider): Promise<void> {
    const { ledger } = this.#ports;
    await ledger.unblock(accountOf(key), 'credit');
    await ledger.unblock(`provider:${provider.id}`);
    await bringBackModels(ledger, provider, [key]);
  }

  #isUsable(key: ApiKey, provider: Provider): boolean {
    const health = this.#ports.ledger.health(key.fingerprint);
    const active = key.enabled && !isQuarantined(health, this.#ports.clock.now());
    return active && health.accepted !== false && unconfirmedOrigins(key, provider).length === 0;
  }
}
