import type { Cancel, KeyVault } from '../ports.ts';
import type { Secret } from './secret.ts';

/** Secrets read once and kept in memory: the router asks for one on every attempt. */
export class SecretCache {
  readonly #vault: KeyVault;
  readonly #known = new Map<string, Secret | undefined>();
  readonly #reading = new Map<string, Promise<Secret | undefined>>();
  readonly #listeners = new Set<() => void>();
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
    return this.#reading.get(keyId) ?? this.#read(keyId);
  }

  forget(keyId: string): void {
    const wasMissing = this.#known.has(keyId) && this.#known.get(keyId) === undefined;
    this.#known.delete(keyId);
    this.#reading.delete(keyId);
    if (wasMissing) this.#tell();
  }

  /** A secret turned out to be missing, or one that was may be there again. */
  onDidChangeMissing(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#stop();
    this.#known.clear();
    this.#reading.clear();
    this.#listeners.clear();
  }

  #read(keyId: string): Promise<Secret | undefined> {
    const reading = this.#vault.get(keyId);
    this.#reading.set(keyId, reading);
    // Forgotten meanwhile: what this read brings may be the old secret.
    const stillWanted = (): boolean => this.#reading.get(keyId) === reading && this.#reading.delete(keyId);
    const note = (secret: Secret | undefined): void => {
      if (!stillWanted()) return;
      this.#known.set(keyId, secret);
      if (secret === undefined) this.#tell();
    };
    reading.then(note, () => void stillWanted());
    return reading;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
