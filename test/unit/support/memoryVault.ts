import { Secret } from '../../../src/core/keys/secret.ts';
import type { Cancel, KeyVault } from '../../../src/core/ports.ts';

/** A vault in memory that can be told to fail, as a system without a keyring would. */
export class MemoryVault implements KeyVault {
  readonly stored = new Map<string, string>();
  reads = 0;
  /** Throws from within the n-th store from now on; the error's text holds the secret, as a careless system's might. */
  failStoreAfter = Number.POSITIVE_INFINITY;
  failReads = false;
  failDeletes = false;
  /** Other windows hear of changes late. */
  tells = true;
  readonly #listeners = new Set<(keyId: string) => void>();

  async get(keyId: string): Promise<Secret | undefined> {
    this.reads += 1;
    const text = this.stored.get(keyId);
    await Promise.resolve();
    if (this.failReads) throw new Error('keyring locked');
    return text === undefined ? undefined : new Secret(text);
  }

  async store(keyId: string, secret: Secret): Promise<void> {
    await Promise.resolve();
    this.failStoreAfter -= 1;
    if (this.failStoreAfter < 0) throw new Error(`no room for ${secret.reveal()}`);
    this.stored.set(keyId, secret.reveal());
    this.#tell(keyId);
  }

  async delete(keyId: string): Promise<void> {
    await Promise.resolve();
    if (this.failDeletes) throw new Error('keyring locked');
    this.stored.delete(keyId);
    this.#tell(keyId);
  }

  onDidChange(listener: (keyId: string) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(keyId: string): void {
    if (!this.tells) return;
    for (const listener of this.#listeners) listener(keyId);
  }
}
