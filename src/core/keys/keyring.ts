import type { Clock, KeyVault, L10n, Log, Random } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import type { Ledger } from '../quota/ledger.ts';
import { accountOf, type ApiKey } from './apiKey.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { ImportPlan } from './importPlan.ts';
import { runImport, type ImportOptions, type ImportResult } from './importRun.ts';
import type { KeyBook } from './keyBook.ts';
import type { CheckClient, CheckResult } from './keyCheck.ts';
import { KeyChecks, neverAborted, type CheckAllOptions } from './keyChecks.ts';
import { edited, type KeyEdit } from './keyEdit.ts';
import { afterSecretChange } from './keyHealth.ts';
import { displayNameOf, keyName } from './keyName.ts';
import { moved, placed, renumbered } from './keyOrder.ts';
import { originsOf, unconfirmedOrigins } from './keyOrigins.ts';
import { keyRef, parseKeyRef, type KeyRef } from './keyRef.ts';
import { reasonOf } from './keyringProblem.ts';
import {
  failed,
  type AddAsk,
  type AddResult,
  type Done,
  type Failed,
  type KeyChanged,
  type KeyChecked,
  type KeyDefaults,
  type KeysRemoved,
  type PreparedKey,
  type PreparedSecret,
} from './keyringResult.ts';
import { sweepOrphans } from './orphanSweep.ts';
import type { Secret } from './secret.ts';
import { SecretCache } from './secretCache.ts';
import { cleanSecretText, shapeHint } from './secretText.ts';

export type KeyringPorts = {
  readonly keyBook: KeyBook;
  readonly vault: KeyVault;
  readonly ledger: Ledger;
  readonly client: CheckClient;
  /** As the settings have them now. */
  readonly providers: () => readonly Provider[];
  readonly clock: Clock;
  readonly random: Random;
  /** Of this installation; the same in all windows and after restarts. */
  readonly salt: Uint8Array;
  readonly l10n: L10n;
  readonly log: Log;
};

/** The keys: their metadata in the book, their secrets in the vault, and whatever changes both together. */
export class Keyring {
  readonly #ports: KeyringPorts;
  readonly #secrets: SecretCache;
  readonly #checks: KeyChecks;

  constructor(ports: KeyringPorts) {
    this.#ports = ports;
    this.#secrets = new SecretCache(ports.vault);
    this.#checks = new KeyChecks({ ...ports, secretOf: (key) => this.secretOf(key) });
  }

  /** Sorted by provider, priority, number. */
  keys(): readonly ApiKey[] {
    return this.#ports.keyBook.all();
  }

  find(ref: KeyRef): ApiKey | undefined {
    const wanted = parseKeyRef(ref);
    return this.keys().find((key) => key.provider === wanted?.provider && key.number === wanted.number);
  }

  /** "Groq Key 1". */
  nameOf(key: Pick<ApiKey, 'provider' | 'number'>): string {
    return keyName(this.#ports.l10n, displayNameOf(this.#ports.providers(), key.provider), key.number);
  }

  fingerprintOf(secret: Secret): string {
    return fingerprintOf(this.#ports.salt, secret);
  }

  /** Looks at a text before anything is asked or stored. */
  prepare(providerId: string, text: string): PreparedKey | Failed {
    const provider = this.#provider(providerId);
    if (provider === undefined) return failed({ kind: 'unknownProvider', provider: providerId });
    const cleaned = this.#readSecret(provider, text, undefined);
    return cleaned.ok ? { ...cleaned, provider } : cleaned;
  }

  /** The same for a new secret of a key that is there. */
  prepareChange(ref: KeyRef, text: string): PreparedSecret | Failed {
    const existing = this.find(ref);
    if (existing === undefined) return failed({ kind: 'unknownKey', key: ref });
    const provider = this.#provider(existing.provider);
    if (provider === undefined) return failed({ kind: 'unknownProvider', provider: existing.provider });
    const cleaned = this.#readSecret(provider, text, existing.id);
    return cleaned.ok ? { ...cleaned, existing } : cleaned;
  }

  /** The zero-token check of a secret that is not stored. */
  async checkPrepared(prepared: PreparedKey | PreparedSecret, signal: AbortSignal = neverAborted): Promise<CheckResult | Failed> {
    const id = 'existing' in prepared ? prepared.existing.provider : prepared.provider.id;
    const provider = this.#provider(id);
    if (provider === undefined) return failed({ kind: 'unknownProvider', provider: id });
    const origins = 'existing' in prepared ? unconfirmedOrigins(prepared.existing, provider) : [];
    if ('existing' in prepared && origins.length > 0) {
      return failed({ kind: 'originNotConfirmed', key: keyRef(id, prepared.existing.number), origins });
    }
    const checked = await this.#ports.client.check(provider, prepared.secret, signal);
    return signal.aborted ? failed({ kind: 'cancelled' }) : checked;
  }

  /** Stores a prepared key: its secret first, then its metadata; on a failure neither stays. */
  async commit({ provider, secret, fingerprint }: PreparedKey, defaults: KeyDefaults = {}): Promise<KeyChanged> {
    const { checked, ...properties } = defaults;
    const planned = { ...properties, provider: provider.id, secret, fingerprint, origins: originsOf(provider) };
    const result = await this.applyPlan({ add: [planned], change: [], same: [] });
    if (!result.ok) return result;
    const key = result.added[0];
    if (key === undefined) throw new Error('An import of one key added none');
    if (checked !== undefined) await this.#checks.note(key, checked);
    return { ok: true, key };
  }

  /** Prepare, check, commit. A refused key is not stored; one that could not be checked is. */
  async add({ provider, text, signal, ...defaults }: AddAsk): Promise<AddResult> {
    const prepared = this.prepare(provider, text);
    if (!prepared.ok) return { kind: 'failed', problem: prepared.problem };
    const checked = await this.checkPrepared(prepared, signal);
    if ('problem' in checked) return { kind: 'failed', problem: checked.problem };
    if (checked.kind === 'refused') return { kind: 'refused', prepared, checked };
    const committed = await this.commit(prepared, { ...defaults, checked });
    if (!committed.ok) return { kind: 'failed', problem: committed.problem };
    return { kind: 'added', key: committed.key, checked, hint: prepared.hint };
  }

  /** All or nothing: a cancelled or failed import leaves nothing behind. */
  async applyPlan(plan: ImportPlan, options: ImportOptions = {}): Promise<ImportResult> {
    const originsOfId = (id: string): readonly string[] | undefined => {
      const provider = this.#provider(id);
      return provider === undefined ? undefined : originsOf(provider);
    };
    const result = await runImport(plan, { ...this.#ports, originsOf: originsOfId }, options);
    if (!result.ok) return result;
    for (const { existing, planned, newSecret } of plan.change) {
      if (newSecret) await this.#startAfresh(existing.id, planned.fingerprint);
    }
    const { l10n, log } = this.#ports;
    for (const key of result.added) log.info(l10n.t('{0} added', this.nameOf(key)));
    for (const key of result.changed) log.info(l10n.t('{0} changed', this.nameOf(key)));
    return result;
  }

  /** A new secret for the same key: health 100, and no cooldown or usage but its pool's. */
  async changeSecret({ existing, secret, fingerprint }: PreparedSecret, checked?: CheckResult): Promise<KeyChanged> {
    const planned = { provider: existing.provider, number: existing.number, secret, fingerprint };
    const result = await this.applyPlan({ add: [], change: [{ existing, planned, newSecret: true }], same: [] });
    if (!result.ok) return result;
    const key = { ...existing, fingerprint };
    if (checked !== undefined) await this.#checks.note(key, checked);
    return { ok: true, key };
  }

  /** Values are taken as the field readers of `keyEdit.ts` give them. */
  async update(ref: KeyRef, edit: KeyEdit): Promise<KeyChanged> {
    const done = await this.#saveEach([ref], (key) => edited(key, edit));
    const key = this.find(ref);
    if (!done.ok) return done;
    return key === undefined ? failed({ kind: 'unknownKey', key: ref }) : { ok: true, key };
  }

  /** `null` takes the keys out of their pools. */
  setPool(refs: readonly KeyRef[], pool: string | null): Promise<Done> {
    return this.#saveEach(refs, (key) => edited(key, { pool }));
  }

  /** The user has seen the new origins in a modal and agreed. */
  confirmOrigin(ref: KeyRef): Promise<Done> {
    return this.#saveEach([ref], (key) => {
      const provider = this.#provider(key.provider);
      return provider === undefined ? key : { ...key, origins: [...key.origins, ...unconfirmedOrigins(key, provider)] };
    });
  }

  /** Metadata first: a crash in between leaves a secret without a key, never a key without its secret. */
  async remove(refs: readonly KeyRef[]): Promise<KeysRemoved> {
    const { keyBook, vault, l10n, log } = this.#ports;
    const removed = refs.flatMap((ref) => this.find(ref) ?? []);
    try {
      await keyBook.remove(removed.map((key) => key.id));
    } catch (error) {
      return failed({ kind: 'bookFailed', reason: reasonOf(error, []) });
    }
    const deleted = await Promise.allSettled(removed.map((key) => vault.delete(key.id)));
    removed.forEach((key, index) => {
      this.#secrets.forget(key.id);
      this.#checks.forgetAccount(key.id);
      log.info(l10n.t('{0} removed', this.nameOf(key)));
      // The sweep takes it the next time.
      if (deleted[index]?.status === 'rejected') log.warn(l10n.t('The secret of {0} is not deleted yet', this.nameOf(key)));
    });
    return { ok: true, removed };
  }

  /** One place up or down among its provider's keys; their priorities are renumbered from 1. */
  move(ref: KeyRef, direction: 'up' | 'down'): Promise<Done> {
    return this.#reorder(ref, (keys, id) => moved(keys, id, direction));
  }

  /** In front of another key of its provider, or last. */
  place(ref: KeyRef, before: KeyRef | undefined): Promise<Done> {
    const beforeId = before === undefined ? undefined : this.find(before)?.id;
    return this.#reorder(ref, (keys, id) => placed(keys, id, beforeId));
  }

  async check(ref: KeyRef, signal?: AbortSignal): Promise<KeyChecked> {
    const key = this.find(ref);
    return key === undefined ? failed({ kind: 'unknownKey', key: ref }) : this.#checks.check(key, signal);
  }

  checkAll(options: CheckAllOptions = {}): ReturnType<KeyChecks['checkAll']> {
    return this.#checks.checkAll(options);
  }

  validateModelKeys(signal?: AbortSignal): Promise<Readonly<Record<string, boolean>>> {
    return this.#checks.validateModelKeys(signal);
  }

  /** A reply named the account that a key belongs to. */
  noteAccount(keyId: string, account: string): void {
    this.#checks.noteAccount(keyId, account);
  }

  /** Keys that seem to draw on the same account and are in no common pool with this one. */
  sameAccountAs(key: ApiKey): readonly ApiKey[] {
    return this.#checks.sameAccountAs(key);
  }

  /** Ends what holds the key's account, credit included: the user knows better. */
  async tryAgain(ref: KeyRef): Promise<void> {
    const key = this.find(ref);
    if (key !== undefined) await this.#ports.ledger.unblock(accountOf(key));
  }

  /** Undefined: the system lost it, or would not give it. */
  async secretOf(key: Pick<ApiKey, 'id'>): Promise<Secret | undefined> {
    try {
      return await this.#secrets.get(key.id);
    } catch (error) {
      this.#ports.log.error(this.#ports.l10n.t('A secret could not be read: {0}', reasonOf(error, [])));
      return undefined;
    }
  }

  /** The same at once; `unknown` when this window has not read it yet. */
  cachedSecret(keyId: string): Secret | undefined | 'unknown' {
    return this.#secrets.peek(keyId);
  }

  /**
   * After activation: reads all secrets into memory, names the keys whose secret the system lost, and
   * clears what a window that died half way left behind.
   */
  async reconcile(): Promise<{ readonly missing: readonly KeyRef[] }> {
    const missing = await this.missingSecrets();
    await this.#healFingerprints();
    await sweepOrphans(this.#ports);
    return { missing };
  }

  /** Keys that only need their secret entered again; all else about them is intact. */
  async missingSecrets(): Promise<readonly KeyRef[]> {
    const keys = this.keys();
    const secrets = await Promise.all(keys.map((key) => this.secretOf(key)));
    return keys.filter((_, index) => secrets[index] === undefined).map((key) => keyRef(key.provider, key.number));
  }

  dispose(): void {
    this.#secrets.dispose();
  }

  /** A window died between the vault and the book: the secret that is there is the one that counts. */
  async #healFingerprints(): Promise<void> {
    const stale = this.keys().flatMap((key) => {
      const secret = this.cachedSecret(key.id);
      if (secret === undefined || secret === 'unknown') return [];
      const fingerprint = this.fingerprintOf(secret);
      return fingerprint === key.fingerprint ? [] : [{ ...key, fingerprint }];
    });
    if (stale.length > 0) await this.#save(stale);
  }

  #readSecret(provider: Provider, text: string, ownId: string | undefined): Omit<PreparedKey, 'provider'> | Failed {
    const cleaned = cleanSecretText(text);
    if (!cleaned.ok) return failed({ kind: 'badSecret', problem: cleaned.problem });
    const { secret } = cleaned;
    const fingerprint = this.fingerprintOf(secret);
    const twin = this.keys().find((key) => key.provider === provider.id && key.fingerprint === fingerprint);
    if (twin !== undefined && twin.id !== ownId) return failed({ kind: 'duplicate', of: twin });
    return { ok: true, secret, fingerprint, hint: shapeHint(secret, provider, this.#ports.providers()) };
  }

  #provider(id: string): Provider | undefined {
    return this.#ports.providers().find((provider) => provider.id === id);
  }

  async #startAfresh(keyId: string, fingerprint: string): Promise<void> {
    this.#secrets.forget(keyId);
    this.#checks.forgetAccount(keyId);
    await this.#ports.ledger.changeHealth(fingerprint, afterSecretChange);
  }

  async #reorder(ref: KeyRef, order: (keys: readonly ApiKey[], id: string) => readonly ApiKey[]): Promise<Done> {
    const key = this.find(ref);
    if (key === undefined) return failed({ kind: 'unknownKey', key: ref });
    const siblings = this.keys().filter((other) => other.provider === key.provider);
    return this.#save(renumbered(order(siblings, key.id)));
  }

  async #saveEach(refs: readonly KeyRef[], change: (key: ApiKey) => ApiKey): Promise<Done> {
    const keys: ApiKey[] = [];
    for (const ref of refs) {
      const key = this.find(ref);
      if (key === undefined) return failed({ kind: 'unknownKey', key: ref });
      keys.push(change(key));
    }
    return this.#save(keys);
  }

  async #save(keys: readonly ApiKey[]): Promise<Done> {
    try {
      if (keys.length > 0) await this.#ports.keyBook.update(keys);
      return { ok: true };
    } catch (error) {
      return failed({ kind: 'bookFailed', reason: reasonOf(error, []) });
    }
  }
}
