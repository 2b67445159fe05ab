import type { Cancel, Clock, KeyVault, L10n, Log } from '../ports.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { ApiKey } from './apiKey.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { KeyBook } from './keyBook.ts';
import { keyRef, type KeyRef } from './keyRef.ts';
import { reasonOf } from './keyringProblem.ts';
import { sweepOrphans } from './orphanSweep.ts';
import type { Secret } from './secret.ts';
import { SecretCache } from './secretCache.ts';

export type KeySecretsPorts = {
  readonly keyBook: KeyBook;
  readonly vault: KeyVault;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Of this installation; the same in all windows and after restarts. */
  readonly salt: Uint8Array;
  readonly l10n: L10n;
  readonly log: Log;
};

/** The stored secrets: read, kept in memory, and held against the book. */
export class KeySecrets {
  readonly #ports: KeySecretsPorts;
  readonly #cache: SecretCache;

  constructor(ports: KeySecretsPorts) {
    this.#ports = ports;
    this.#cache = new SecretCache(ports.vault);
  }

  fingerprintOf(secret: Secret): string {
    return fingerprintOf(this.#ports.salt, secret);
  }

  async secretOf(key: Pick<ApiKey, 'id'>): Promise<Secret | undefined> {
    try {
      return await this.#cache.get(key.id);
    } catch (error) {
      this.#ports.log.error(this.#ports.l10n.t('A secret could not be read: {0}', reasonOf(error, [])));
      return undefined;
    }
  }

  peek(keyId: string): Secret | undefined | 'unknown' {
    return this.#cache.peek(keyId);
  }

  onDidChangeMissing(listener: () => void): Cancel {
    return this.#cache.onDidChangeMissing(listener);
  }

  forget(keyId: string): void {
    this.#cache.forget(keyId);
  }

  async missing(): Promise<readonly KeyRef[]> {
    const keys = this.#ports.keyBook.all();
    const secrets = await Promise.all(keys.map((key) => this.secretOf(key)));
    return keys.filter((_, index) => secrets[index] === undefined).map((key) => keyRef(key.provider, key.number));
  }

  async reconcile(): Promise<{ readonly missing: readonly KeyRef[] }> {
    const missing = await this.missing();
    try {
      await this.#healFingerprints();
      await sweepOrphans(this.#ports);
    } catch (error) {
      this.#ports.log.warn(this.#ports.l10n.t('Left-over secrets were not cleared: {0}', reasonOf(error, [])));
    }
    return { missing };
  }

  dispose(): void {
    this.#cache.dispose();
  }

  /** A window died between the vault and the book: the secret that is there is the one that counts. */
  async #healFingerprints(): Promise<void> {
    const stale = this.#ports.keyBook.all().flatMap((key) => {
      const secret = this.peek(key.id);
      if (secret === undefined || secret === 'unknown') return [];
      const fingerprint = this.fingerprintOf(secret);
      return fingerprint === key.fingerprint ? [] : [{ ...key, fingerprint }];
    });
    if (stale.length > 0) await this.#ports.keyBook.update(stale);
  }
}
