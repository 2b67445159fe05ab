import type { Cancel, Random } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import type { AccountNames } from '../quota/accountNames.ts';
import { accountOf, type ApiKey } from './apiKey.ts';
import type { ImportPlan } from './importPlan.ts';
import type { ImportOptions, ImportResult } from './importRun.ts';
import type { CheckClient, CheckResult } from './keyCheck.ts';
import { changeKeys, eachOf, findKey, type KeysChanged } from './keyChanges.ts';
import type { CheckAllOptions } from './keyChecks.ts';
import { LazyKeyChecks } from './lazyKeyChecks.ts';
import type { KeyEdit } from './keyEdit.ts';
import { newHealth } from '../health/health.ts';
import { displayNameOf, keyName } from './keyName.ts';
import type { Order } from './keyOrder.ts';
import { originsOf, unconfirmedOrigins } from './keyOrigins.ts';
import { keyRef, type KeyRef } from './keyRef.ts';
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
import type { Secret } from './secret.ts';
import { KeySecrets, type KeySecretsPorts, type SecretsLook } from './keySecrets.ts';
import { prepareKey, prepareSecret, type PrepareContext } from './preparedKey.ts';

export type KeyringPorts = KeySecretsPorts & {
  /** Which account a check named for each secret. */
  readonly accountNames: Pick<AccountNames, 'noteAccountName'>;
  readonly client: CheckClient;
  /** As the settings have them now. */
  readonly providers: () => readonly Provider[];
  readonly random: Random;
};

/** The keys: their metadata in the book, their secrets in the vault, and whatever changes both together. */
export class Keyring {
  readonly #ports: KeyringPorts;
  readonly #secrets: KeySecrets;
  readonly #checks: LazyKeyChecks;

  constructor(ports: KeyringPorts) {
    this.#ports = ports;
    this.#secrets = new KeySecrets(ports);
    this.#checks = new LazyKeyChecks({ ...ports, secretOf: (key) => this.#secrets.secretOf(key) });
  }

  /** Sorted by provider, priority, number. */
  keys(): readonly ApiKey[] {
    return this.#ports.keyBook.all();
  }

  find(ref: KeyRef): ApiKey | undefined {
    return findKey(this.keys(), ref);
  }

  /** "Groq Key 1". */
  nameOf(key: Pick<ApiKey, 'provider' | 'number'>): string {
    return keyName(this.#ports.l10n, displayNameOf(this.#ports.providers(), key.provider), key.number);
  }

  fingerprintOf(secret: Secret, provider: string): string {
    return this.#secrets.fingerprintOf(secret, provider);
  }

  /** Looks at a text before anything is asked or stored. */
  prepare(providerId: string, text: string): PreparedKey | Failed {
    return prepareKey(this.#context, providerId, text);
  }

  /** The same for a provider that is not in the settings yet. */
  prepareFor(provider: Provider, text: string): PreparedKey | Failed {
    const context = this.#context;
    return prepareKey({ ...context, providers: [provider, ...context.providers] }, provider.id, text);
  }

  /** The same for a new secret of a key that is there. */
  prepareChange(ref: KeyRef, text: string): PreparedSecret | Failed {
    const existing = this.find(ref);
    return existing === undefined
      ? failed({ kind: 'unknownKey', key: ref })
      : prepareSecret(this.#context, existing, text);
  }

  /** The zero-token check of a secret that is not stored. */
  async checkPrepared(
    prepared: PreparedKey | PreparedSecret,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<CheckResult | Failed> {
    const { provider } = prepared;
    const origins = 'existing' in prepared ? unconfirmedOrigins(prepared.existing, provider) : [];
    if ('existing' in prepared && origins.length > 0) {
      return failed({ kind: 'originNotConfirmed', key: keyRef(provider.id, prepared.existing.number), origins });
    }
    const checked = await this.#ports.client.check(provider, prepared.secret, signal);
    return signal.aborted ? failed({ kind: 'cancelled' }) : checked;
  }

  /** Stores a prepared key: its secret first, then its metadata; on a failure neither stays. */
  async commit(prepared: PreparedKey, { checked, ...properties }: KeyDefaults = {}): Promise<KeyChanged> {
    const result = await this.commitAll([{ prepared, ...(checked === undefined ? {} : { checked }) }], properties);
    if (!result.ok) return result;
    const key = result.added[0];
    if (key === undefined) throw new Error('An import of one key added none');
    return { ok: true, key };
  }

  /** Several at once, all or nothing. */
  async commitAll(
    entries: readonly { readonly prepared: PreparedKey; readonly checked?: CheckResult }[],
    properties: Omit<KeyDefaults, 'checked'> = {},
  ): Promise<ImportResult> {
    const add = entries.map(({ prepared: { provider, secret, fingerprint } }) => {
      return { ...properties, provider: provider.id, secret, fingerprint, origins: originsOf(provider) };
    });
    const result = await this.applyPlan({ add, change: [], same: [] });
    if (!result.ok) return result;
    for (const [index, key] of result.added.entries()) {
      const checked = entries[index]?.checked;
      if (checked !== undefined) await this.#checks.note(key, checked);
    }
    return result;
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
    const { runImport } = await import('./importRun.ts');
    const result = await runImport(plan, { ...this.#ports, originsOf: originsOfId }, options);
    if (!result.ok) return result;
    for (const { existing, planned, newSecret } of plan.change) {
      if (newSecret) await this.#startAfresh(existing, planned.fingerprint);
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
    const [key] = result.changed;
    if (key === undefined) throw new Error('A changed secret changed no key');
    if (checked !== undefined) await this.#checks.note(key, checked);
    return { ok: true, key };
  }

  /** Values are taken as the field readers of `keyFields.ts` give them. */
  async update(ref: KeyRef, edit: KeyEdit): Promise<KeyChanged> {
    const done = await this.#editEach([ref], () => edit);
    if (!done.ok) return done;
    const key = findKey(done.changed, ref);
    return key === undefined ? failed({ kind: 'unknownKey', key: ref }) : { ok: true, key };
  }

  /** `null` takes the keys out of their pools; those that are `leaving` go in the same change. */
  setPool(refs: readonly KeyRef[], pool: string | null, leaving: readonly KeyRef[] = []): Promise<Done> {
    const poolOf = (key: ApiKey): string | null => (leaving.includes(keyRef(key.provider, key.number)) ? null : pool);
    return this.#editEach([...leaving, ...refs], (key) => ({ pool: poolOf(key) }));
  }

  /** The user has seen exactly these in a modal and agreed; what the settings name meanwhile does not count. */
  confirmOrigins(ref: KeyRef, origins: readonly string[]): Promise<Done> {
    return this.#changeEach([ref], (key) => ({ ...key, origins: [...new Set([...key.origins, ...origins])] }));
  }

  async remove(refs: readonly KeyRef[]): Promise<KeysRemoved> {
    const removed = refs.flatMap((ref) => this.find(ref) ?? []);
    const { removeKeys } = await import('./removeKeys.ts');
    const forget = (keyId: string): void => this.#secrets.forget(keyId);
    return removeKeys(removed, { ...this.#ports, forget, nameOf: (key) => this.nameOf(key) });
  }

  /** One place up or down among their provider's keys, in step; priorities are renumbered from 1. */
  async move(refs: readonly KeyRef[], direction: 'up' | 'down'): Promise<Done> {
    const { moved } = await import('./keyOrder.ts');
    return this.#reorder(refs, (keys, ids) => moved(keys, ids, direction));
  }

  /** In front of another key of their provider, or last. */
  async place(refs: readonly KeyRef[], before: KeyRef | undefined): Promise<Done> {
    const { placed } = await import('./keyOrder.ts');
    return this.#reorder(refs, (keys, ids) =>
      placed(keys, ids, before === undefined ? undefined : findKey(keys, before)?.id),
    );
  }

  async check(ref: KeyRef, signal?: AbortSignal): Promise<KeyChecked> {
    const key = this.find(ref);
    return key === undefined ? failed({ kind: 'unknownKey', key: ref }) : this.#checks.check(key, signal);
  }

  checkAll(options: CheckAllOptions = {}): ReturnType<LazyKeyChecks['checkAll']> {
    return this.#checks.checkAll(options);
  }

  validateModelKeys(signal?: AbortSignal): Promise<Readonly<Record<string, boolean>>> {
    return this.#checks.validateModelKeys(signal);
  }

  /** Ends what holds the key's account, credit included: the user knows better. */
  async tryAgain(ref: KeyRef): Promise<void> {
    const key = this.find(ref);
    if (key !== undefined) await this.#ports.ledger.unblock(accountOf(key));
  }

  /** Undefined: the system lost it, or would not give it. */
  secretOf(key: Pick<ApiKey, 'id'>): Promise<Secret | undefined> {
    return this.#secrets.secretOf(key);
  }

  /** The same at once; `unknown` when this window has not read it yet. */
  cachedSecret(keyId: string): Secret | undefined | 'unknown' {
    return this.#secrets.peek(keyId);
  }

  /** Which secrets are missing may be another answer now; it is known once they are read. */
  onDidChangeMissing(listener: () => void): Cancel {
    return this.#secrets.onDidChangeMissing(listener);
  }

  lookForSecrets(): Promise<SecretsLook> {
    return this.#secrets.lookForAll();
  }

  /** After activation: reads all secrets, names those that are missing, clears what a dead window left behind. */
  reconcile(): Promise<SecretsLook> {
    return this.#secrets.reconcile();
  }

  dispose(): void {
    this.#secrets.dispose();
  }

  get #context(): PrepareContext {
    return {
      keys: this.keys(),
      providers: this.#ports.providers(),
      fingerprintOf: (secret, provider) => this.fingerprintOf(secret, provider),
    };
  }

  #provider(id: string): Provider | undefined {
    return this.#ports.providers().find((provider) => provider.id === id);
  }

  async #startAfresh(existing: ApiKey, fingerprint: string): Promise<void> {
    this.#secrets.forget(existing.id);
    // Entered again after the system lost it: the same secret is the same key, with all that is known of it.
    if (existing.fingerprint !== fingerprint) await this.#ports.ledger.changeHealth(fingerprint, () => newHealth);
  }

  async #reorder(refs: readonly KeyRef[], order: Order): Promise<Done> {
    const { reordered } = await import('./keyOrder.ts');
    return changeKeys(this.#ports.keyBook, (all) => {
      const keys = refs.flatMap((ref) => findKey(all, ref) ?? []);
      const [first] = refs;
      return keys.length === 0 && first !== undefined
        ? failed({ kind: 'unknownKey', key: first })
        : reordered(all, keys, order);
    });
  }

  async #editEach(refs: readonly KeyRef[], editOf: (key: ApiKey) => KeyEdit): Promise<KeysChanged> {
    const { edited } = await import('./keyEdit.ts');
    return this.#changeEach(refs, (key) => edited(key, editOf(key)));
  }

  #changeEach(refs: readonly KeyRef[], change: (key: ApiKey) => ApiKey): Promise<KeysChanged> {
    return changeKeys(this.#ports.keyBook, (all) => eachOf(all, refs, change));
  }
}
