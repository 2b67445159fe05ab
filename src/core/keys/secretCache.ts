import { inTime } from '../inTime.ts';
import type { Cancel, Clock, KeyVault } from '../ports.ts';
import type { Secret } from './secret.ts';

/** A storage that says nothing for so long is not waited for. */
const longestReadMs = 10_000;

/** Secrets read once and kept in memory: the router asks for one on every attempt. */
export class SecretCache {
  readonly #vault: KeyVault;
  readonly #clock: Clock;
  readonly #known = new Map<string, Secret | undefined>();
  readonly #reading = new Map<string, Promise<Secret | undefined>>();
  readonly #listeners = new Set<() => void>();
  readonly #stop: Cancel;

  constructor(vault: KeyVault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
    this.#stop = vault.onDidChange((keyId) => this.forget(keyId));
  }

  /** `unknown`: not read yet; undefined: the vault has none. */
  peek(keyId: string): Secret | undefined | 'unknown' {
    return this.#known.has(keyId) ? this.#known.get(keyId) : 'unknown';
  }

  /** Rejects as the vault does the second time, and where it does not answer in time. */
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
    const reading = this.#readTwice(keyId);
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

  /** One failure may be passing: a bus that was busy, a keyring about to be unlocked. */
  async #readTwice(keyId: string): Promise<Secret | undefined> {
    const read = this.#vault.get(keyId).catch(() => this.#vault.get(keyId));
    const secret = await inTime(this.#clock, read, longestReadMs);
    if (secret === 'late') throw new Error('the secret storage does not answer');
    return secret;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
