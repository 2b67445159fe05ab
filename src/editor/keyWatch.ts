import * as vscode from 'vscode';

import type { ApiKey } from '../core/keys/apiKey.ts';
import { keyRef, type KeyRef } from '../core/keys/keyRef.ts';
import type { Keyring } from '../core/keys/keyring.ts';
import type { Cancel, Clock, Log } from '../core/ports.ts';
import { heldKeys, newOriginsOf, reviewHeldKeys, type HeldKeysPorts } from './commands/confirmOrigin.ts';
import type { EnterSecretPorts } from './commands/enterSecret.ts';
import { enterSecret } from './commands/enterSecret.ts';
import type { Memory } from './freeTierNotice.ts';
import { secretsNotice, unreadableNotice, type SecretsAction, type SecretsNotice } from './storageWords.ts';
import type { Subscribe } from './subscribe.ts';
import { Throttle } from './throttle.ts';

export type KeyWatchPorts = HeldKeysPorts &
  EnterSecretPorts & {
    readonly keyring: Pick<Keyring, 'lookForSecrets'>;
    /** Whatever may have moved a provider, or brought or taken a key. */
    readonly changes: readonly Subscribe[];
    /** What the last session stored is gone: nothing outlives this one either. */
    readonly keepsNothing: boolean;
    readonly memory: Memory;
    readonly clock: Clock;
    readonly log: Log;
  };

const throttleMs = 500;
const webNotice = 'aiKeys.webStorageNotice';
const aboutKeyrings = 'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

/**
 * Says, in the window in use and once each, what only the user can put right: keys held because a
 * setting moved their provider, secrets that are not there, and storage that will not keep them.
 */
export class KeyWatch implements vscode.Disposable {
  readonly #ports: KeyWatchPorts;
  readonly #throttle: Throttle;
  readonly #cancels: readonly Cancel[];
  readonly #focus: vscode.Disposable;
  readonly #isWeb = vscode.env.uiKind === vscode.UIKind.Web;
  readonly #startMs: number;
  readonly #told = new Set<string>();

  constructor(ports: KeyWatchPorts) {
    this.#ports = ports;
    this.#startMs = ports.clock.now();
    this.#throttle = new Throttle(ports.clock, throttleMs, () => {
      this.#look().catch((error: unknown) => ports.log.error(`looking after the keys failed: ${String(error)}`));
    });
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#throttle.request()));
    this.#focus = vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) this.#throttle.request();
    });
    this.#throttle.request();
  }

  dispose(): void {
    this.#focus.dispose();
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
  }

  async #look(): Promise<void> {
    if (!vscode.window.state.focused) return;
    this.#tellHeld();
    await this.#tellSecrets();
    await this.#tellWeb();
  }

  #tellHeld(): void {
    const { keyring, providers } = this.#ports;
    const held = heldKeys(this.#ports);
    const fresh = held.filter((key) => this.#isNew(`held ${key.id} ${newOriginsOf(key, providers()).join(' ')}`));
    const [first] = fresh;
    if (first === undefined) return;
    const to = newOriginsOf(first, providers()).join(', ');
    const text =
      fresh.length === 1
        ? vscode.l10n.t(
            '{0} is held: the settings now send it to {1}. Nothing goes there until you confirm it.',
            keyring.nameOf(first),
            to,
          )
        : vscode.l10n.t(
            '{0} keys are held: the settings now send them elsewhere, {1} to {2}. Nothing goes there until you confirm it.',
            fresh.length,
            keyring.nameOf(first),
            to,
          );
    this.#say(text, [
      { title: vscode.l10n.t('Review…'), run: () => reviewHeldKeys(this.#ports) },
      {
        title: vscode.l10n.t('Open Settings'),
        run: async () => void (await vscode.commands.executeCommand('aiKeys.openSettings')),
      },
    ]);
  }

  async #tellSecrets(): Promise<void> {
    const { keyring, keepsNothing, providers } = this.#ports;
    const look = await keyring.lookForSecrets();
    if (keyring.keys().length === 0) return;
    // Of a provider that nobody knows any more the secret is not asked for again.
    const known = new Set(providers().map(({ id }) => id));
    const keysOf = (refs: readonly KeyRef[]): readonly ApiKey[] =>
      refs.flatMap((ref) => keyring.find(ref) ?? []).filter(({ provider }) => known.has(provider));
    this.#tellUnreadable(keysOf(look.unreadable));
    const missing = keysOf(look.missing);
    const fresh = missing.filter((key) => this.#isNew(`missing ${key.id} ${key.fingerprint}`));
    // Said by itself once; afterwards only with a secret that is gone.
    const storageUntold = keepsNothing && this.#isNew('keepsNothing');
    if (fresh.length === 0 && !storageUntold) return;
    const notice = secretsNotice(vscode.l10n, {
      missing: fresh,
      names: fresh.map((key) => keyring.nameOf(key)),
      keepsNothing,
      isWeb: this.#isWeb,
      windowStartMs: this.#startMs,
    });
    if (notice === undefined) return;
    this.#sayOf(notice, fresh);
  }

  #tellUnreadable(unreadable: readonly ApiKey[]): void {
    const { keyring } = this.#ports;
    const fresh = unreadable.filter((key) => this.#isNew(`unreadable ${key.id}`));
    const names = fresh.map((key) => keyring.nameOf(key));
    if (fresh.length > 0) this.#sayOf(unreadableNotice(vscode.l10n, names), fresh);
  }

  #sayOf({ text, actions }: SecretsNotice, keys: readonly ApiKey[]): void {
    const refs = keys.map((key) => keyRef(key.provider, key.number));
    this.#say(
      text,
      actions.map((action) => this.#action(action, refs)),
    );
  }

  /** Once ever: keys that stand in the browser's storage have limits that a user of the desktop does not expect. */
  async #tellWeb(): Promise<void> {
    const { keyring, memory } = this.#ports;
    if (!this.#isWeb || keyring.keys().length === 0 || memory.get(webNotice) === true) return;
    await memory.update(webNotice, true);
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'In a browser, secrets are kept in this browser’s storage, and each window has its own copy: add keys in one window at a time, and reload the others.',
      ),
    );
  }

  #action(action: SecretsAction, refs: readonly KeyRef[]): Action {
    switch (action) {
      case 'enterAgain':
        return { title: vscode.l10n.t('Enter Again'), run: () => this.#enterAgain(refs) };
      case 'reload':
        return {
          title: vscode.l10n.t('Reload Window'),
          run: async () => void (await vscode.commands.executeCommand('workbench.action.reloadWindow')),
        };
      case 'aboutKeyrings':
        return {
          title: vscode.l10n.t('About Keyrings'),
          run: async () => void (await vscode.env.openExternal(vscode.Uri.parse(aboutKeyrings, true))),
        };
    }
  }

  /** One after the other; Escape leaves the rest for later. */
  async #enterAgain(refs: readonly KeyRef[]): Promise<void> {
    for (const ref of refs) if (!(await enterSecret(ref, this.#ports))) return;
  }

  #isNew(fact: string): boolean {
    if (this.#told.has(fact)) return false;
    this.#told.add(fact);
    return true;
  }

  #say(text: string, actions: readonly Action[]): void {
    this.#ports.log.warn(text);
    void vscode.window.showWarningMessage(text, ...actions).then((chosen) => chosen?.run());
  }
}

type Action = { readonly title: string; readonly run: () => Promise<void> };
