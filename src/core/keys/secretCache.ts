import type { Cancel, KeyVault } from '../ports.ts';
import type { Secret } from './secret.ts';

/** Secrets read once and kept in memory: the router asks for one on every attempt. */
export class SecretCache {
  readonly #vault: KeyVault;
  readonly #known = new Map<string, Secret | undefined>();
  readonly #reading = new Map<string, Promise<Secret | undefined>>();
  readonly #stop: Cancel;

  constructor(vault: KeyVault) {
    this.#vault = vault;
    this.#stop = vault.onDidChange((keyId) => this.forget(keyId));
  }

  /** `unknown`: not read yet; undefined: the vault has none. */
  peek(keyId: string): Secret | undefined | 'unknown' {
    return this.#known.has(keyId) ? this.#known.get(keyId) : 'unknown';
  }

  /** Rejects as the vault does. */
  async get(keyId: string): Promise<Secret | undefined> {
    if (this.#known.has(keyId)) return this.#known.get(keyId);
    const under = this.#reading.get(keyId);
    if (under !== undefined) return under;
    const reading = this.#read(keyId);
    this.#reading.set(keyId, reading);
    return reading;
  }

  forget(keyId: string): void {
    this.#known.delete(keyId);
    // A read that began before the change must not bring the old secret back.
    this.#reading.delete(keyId);
  }

  dispose(): void {
    this.#stop();
    this.#known.clear();
    this.#reading.clear();
  }

  async #read(keyId: string): Promise<Secret | undefined> {
    // The turn lets `get` note the read, so that a change meanwhile can be told from none.
    await Promise.resolve();
    const mine = this.#reading.get(keyId);
    try {
      const secret = await this.#vault.get(keyId);
      if (mine !== undefined && this.#reading.get(keyId) === mine) this.#known.set(keyId, secret);
      return secret;
    } finally {
      if (this.#reading.get(keyId) === mine) this.#reading.delete(keyId);
    }
  }
}
