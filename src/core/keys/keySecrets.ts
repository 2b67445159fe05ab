import type { Cancel, Clock, KeyVault, L10n, Log } from '../ports.ts';
import type { Ledger } from '../quota/ledger.ts';
import type { ApiKey } from './apiKey.ts';
import { fingerprintOf, type Salt } from './fingerprint.ts';
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
  readonly salt: Salt;
  readonly l10n: L10n;
  readonly log: Log;
};

export type SecretsLook = {
  /** Keys that only need their secret entered again; all else about them is intact. */
  readonly missing: readonly KeyRef[];
  /** The storage did not answer: the secret may well be there, as behind a locked keyring. */
  readonly unreadable: readonly KeyRef[];
};

/** The stored secrets: read, kept in memory, and held against the book. */
export class KeySecrets {
  readonly #ports: KeySecretsPorts;
  readonly #cache: SecretCache;

  constructor(ports: KeySecretsPorts) {
    this.#ports = ports;
    this.#cache = new SecretCache(ports.vault, ports.clock);
  }

  fingerprintOf(secret: Secret, provider: string): string {
    return fingerprintOf(this.#ports.salt.bytes, secret, provider);
  }

  async secretOf(key: Pick<ApiKey, 'id'>): Promise<Secret | undefined> {
    const secret = await this.#read(key);
    return secret === 'unreadable' ? undefined : secret;
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

  async lookForAll(): Promise<SecretsLook> {
    const keys = this.#ports.keyBook.all();
    const secrets = await Promise.all(keys.map((key) => this.#read(key)));
    const those = (what: undefined | 'unreadable'): readonly KeyRef[] =>
      keys.filter((_, index) => secrets[index] === what).map((key) => keyRef(key.provider, key.number));
    return { missing: those(undefined), unreadable: those('unreadable') };
  }

  async reconcile(): Promise<SecretsLook> {
    const before = this.#ports.keyBook.all();
    const look = await this.lookForAll();
    try {
      await this.#healFingerprints(before);
      await sweepOrphans(this.#ports);
    } catch (error) {
      this.#ports.log.warn(this.#ports.l10n.t('Left-over secrets were not cleared: {0}', reasonOf(error, [])));
    }
    return look;
  }

  dispose(): void {
    this.#cache.dispose();
  }

  async #read({ id }: Pick<ApiKey, 'id'>): Promise<Secret | undefined | 'unreadable'> {
    try {
      return await this.#cache.get(id);
    } catch (error) {
      this.#ports.log.error(this.#ports.l10n.t('A secret could not be read: {0}', reasonOf(error, [])));
      return 'unreadable';
    }
  }

  /**
   * A window died between the vault and the book: the secret that is there is the one that counts. Not
   * where a fingerprint changed since before the secrets were read: another window has just changed both.
   */
  async #healFingerprints(before: readonly ApiKey[]): Promise<void> {
    // By another salt every fingerprint is another, and all that is known of the secrets would be lost.
    if (!this.#ports.salt.isKept) return;
    const stale = before.flatMap((key) => {
      const secret = this.peek(key.id);
      if (secret === undefined || secret === 'unknown') return [];
      const right = this.fingerprintOf(secret, key.provider);
      return right === key.fingerprint ? [] : [{ key, right }];
    });
    if (stale.length === 0) return;
    await this.#ports.keyBook.update((keys) =>
      stale.flatMap(({ key: { id, fingerprint }, right }) => {
        const now = keys.find((key) => key.id === id);
        return now?.fingerprint === fingerprint ? [{ ...now, fingerprint: right }] : [];
      }),
    );
  }
}
