import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import {
  describeFieldProblem,
  readLabel,
  readLimit,
  readPriority,
  type FieldReading,
} from '../../core/keys/keyEdit.ts';
import { unconfirmedOrigins } from '../../core/keys/keyOrigins.ts';
import { type KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/keyringProblem.ts';
import type { Done, KeyChanged } from '../../core/keys/keyringResult.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { limitShapes } from '../../core/quota/limits.ts';
import { limitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';
import { checkWords } from './checkWords.ts';
import { keysIn } from './keyArgument.ts';
import type { KeyPick } from './keyPick.ts';
import { registerCommand } from './registerCommand.ts';

export type EditKeyPorts = {
  readonly keyring: Pick<
    Keyring,
    'find' | 'nameOf' | 'update' | 'prepareChange' | 'checkPrepared' | 'changeSecret' | 'confirmOrigin'
  >;
  readonly providers: () => readonly Provider[];
  readonly pick: KeyPick;
  readonly selection: () => readonly KeyRef[];
  readonly log: Log;
};

export function registerEditKey(ports: EditKeyPorts): vscode.Disposable {
  return registerCommand('aiKeys.editKey', ports.log, async (...args) => {
    const given = keysIn(args, ports.selection)[0];
    const known = given !== undefined && ports.keyring.find(given) !== undefined;
    const ref = known ? given : await ports.pick.one(vscode.l10n.t('Edit Key'));
    if (ref !== undefined) await new KeyEditor(ref, ports).run();
  });
}

type Property = vscode.QuickPickItem & { readonly edit: (key: ApiKey) => Promise<void> };

/** A list of the key's properties; each is changed in its own box, and Escape there leads back. */
class KeyEditor {
  readonly #ref: KeyRef;
  readonly #ports: EditKeyPorts;

  constructor(ref: KeyRef, ports: EditKeyPorts) {
    this.#ref = ref;
    this.#ports = ports;
  }

  async run(): Promise<void> {
    for (;;) {
      const key = this.#ports.keyring.find(this.#ref);
      if (key === undefined) return;
      const chosen = await vscode.window.showQuickPick(this.#properties(key), {
        title: this.#title(key),
        placeHolder: vscode.l10n.t('What to change? Escape when done'),
      });
      if (chosen === undefined) return;
      await chosen.edit(key);
    }
  }

  #properties(key: ApiKey): readonly Property[] {
    const limits = limitShapes.filter(({ name }) => key.limits[name] !== undefined).length;
    const origins = this.#newOrigins(key);
    const none = vscode.l10n.t('none');
    return [
      ...(origins.length === 0
        ? []
        : [
            {
              label: vscode.l10n.t('$(lock) Confirm New Address…'),
              description: origins.join(', '),
              edit: (current: ApiKey) => this.#confirmOrigin(current),
            },
          ]),
      {
        label: vscode.l10n.t('$(tag) Label'),
        description: plainText(key.label) || none,
        edit: (current) => this.#editLabel(current),
      },
      {
        label: vscode.l10n.t('$(list-ordered) Priority'),
        description: String(key.priority),
        edit: (current) => this.#editPriority(current),
      },
      {
        label: vscode.l10n.t('$(dashboard) Limits'),
        description: limits === 0 ? vscode.l10n.t('as the provider says') : vscode.l10n.t('{0} of your own', limits),
        edit: () => this.#editLimits(),
      },
      {
        label: vscode.l10n.t('$(layers) Pool'),
        description: plainText(key.pool ?? '') || none,
        edit: (current) => this.#editPool(current),
      },
      {
        label: vscode.l10n.t('$(key) Secret'),
        description: vscode.l10n.t('enter a new one'),
        edit: (current) => this.#editSecret(current),
      },
      {
        label: key.enabled ? vscode.l10n.t('$(debug-pause) Disable') : vscode.l10n.t('$(debug-start) Enable'),
        edit: async (current) => this.#say(await this.#ports.keyring.update(this.#ref, { enabled: !current.enabled })),
      },
    ];
  }

  async #editLabel(key: ApiKey): Promise<void> {
    const label = await this.#field(key, vscode.l10n.t('Label'), plainText(key.label), readLabel);
    if (label !== undefined) this.#say(await this.#ports.keyring.update(this.#ref, { label }));
  }

  async #editPriority(key: ApiKey): Promise<void> {
    const prompt = vscode.l10n.t('Priority; 1 is asked first');
    const priority = await this.#field(key, prompt, String(key.priority), readPriority);
    if (priority !== undefined) this.#say(await this.#ports.keyring.update(this.#ref, { priority }));
  }

  async #editPool(key: ApiKey): Promise<void> {
    const prompt = vscode.l10n.t(
      'Name of the account that this key shares with others. A pool’s quota does not grow with its keys. Empty: none',
    );
    const pool = await this.#field(key, prompt, key.pool ?? '', readLabel);
    if (pool !== undefined) this.#say(await this.#ports.keyring.update(this.#ref, { pool: pool === '' ? null : pool }));
  }

  async #editLimits(): Promise<void> {
    for (;;) {
      const key = this.#ports.keyring.find(this.#ref);
      if (key === undefined) return;
      const known = this.#provider(key)?.limits ?? {};
      const items = limitShapes.map(({ name }) => {
        const [own, theirs] = [key.limits[name], known[name]];
        return {
          name,
          label: limitWords(vscode.l10n, name),
          description:
            own !== undefined
              ? own.toLocaleString(vscode.env.language)
              : theirs === undefined
                ? vscode.l10n.t('as the provider says')
                : vscode.l10n.t('{0}, as the provider says', theirs.toLocaleString(vscode.env.language)),
        };
      });
      const chosen = await vscode.window.showQuickPick(items, {
        title: this.#title(key),
        placeHolder: vscode.l10n.t('Which limit? Escape leads back'),
      });
      if (chosen === undefined) return;
      const prompt = vscode.l10n.t('{0}. Empty: as the provider says', chosen.label);
      const value = await this.#field(key, prompt, String(key.limits[chosen.name] ?? ''), (text) => {
        const reading = readLimit(text);
        return reading.ok ? { ok: true, value: reading.value ?? null } : reading;
      });
      if (value !== undefined)
        this.#say(await this.#ports.keyring.update(this.#ref, { limits: { [chosen.name]: value } }));
    }
  }

  async #editSecret(key: ApiKey): Promise<void> {
    const { keyring, providers } = this.#ports;
    const text = await vscode.window.showInputBox({
      title: this.#title(key),
      password: true,
      ignoreFocusOut: true,
      prompt: vscode.l10n.t('The new key. Health and usage start afresh; label, priority and limits stay.'),
      validateInput: (value) => {
        const prepared = keyring.prepareChange(this.#ref, value);
        return value === '' || prepared.ok
          ? undefined
          : describeKeyringProblem(vscode.l10n, providers(), prepared.problem);
      },
    });
    if (text === undefined) return;
    const prepared = keyring.prepareChange(this.#ref, text);
    if (!prepared.ok) return this.#say(prepared);
    const name = keyring.nameOf(key);
    const checked = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Checking {0}', name) },
      () => keyring.checkPrepared(prepared),
    );
    if ('problem' in checked) return this.#say({ ok: false, problem: checked.problem });
    const words = checkWords(vscode.l10n, name, checked);
    if (checked.kind === 'refused') {
      const keep = vscode.l10n.t('Keep It Anyway');
      if (
        (await vscode.window.showWarningMessage(vscode.l10n.t('{0} The old key is still there.', words), keep)) !== keep
      )
        return;
    }
    const changed = await keyring.changeSecret(prepared, checked);
    this.#say(changed);
    if (changed.ok && checked.kind === 'ok') void vscode.window.showInformationMessage(words);
    else if (changed.ok && checked.kind === 'couldNotRun')
      void vscode.window.showWarningMessage(vscode.l10n.t('{0} It is kept.', words));
  }

  async #confirmOrigin(key: ApiKey): Promise<void> {
    const confirm = vscode.l10n.t('Send It There');
    const detail = vscode.l10n.t(
      'The settings now send this provider’s requests to:\n\n{0}\n\nThe key was added for:\n\n{1}\n\nWhoever runs the new address can read the key and everything that is sent with it.',
      this.#newOrigins(key).join('\n'),
      key.origins.join('\n'),
    );
    const question = vscode.l10n.t('Send {0} to a new address?', this.#ports.keyring.nameOf(key));
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, confirm);
    if (chosen === confirm) this.#say(await this.#ports.keyring.confirmOrigin(this.#ref));
  }

  /** Undefined: the user left, and nothing changes. */
  async #field<T>(
    key: ApiKey,
    prompt: string,
    value: string,
    read: (text: string) => FieldReading<T>,
  ): Promise<T | undefined> {
    const text = await vscode.window.showInputBox({
      title: this.#title(key),
      prompt,
      value,
      validateInput: (typed) => {
        const reading = read(typed);
        return reading.ok ? undefined : describeFieldProblem(vscode.l10n, reading.problem);
      },
    });
    if (text === undefined) return undefined;
    const reading = read(text);
    return reading.ok ? reading.value : undefined;
  }

  #title(key: ApiKey): string {
    return vscode.l10n.t('Edit {0}', this.#ports.keyring.nameOf(key));
  }

  #provider({ provider }: Pick<ApiKey, 'provider'>): Provider | undefined {
    return this.#ports.providers().find(({ id }) => id === provider);
  }

  #newOrigins(key: ApiKey): readonly string[] {
    const provider = this.#provider(key);
    return provider === undefined ? [] : unconfirmedOrigins(key, provider);
  }

  #say(result: Done | KeyChanged): void {
    if (result.ok || result.problem.kind === 'cancelled') return;
    void vscode.window.showErrorMessage(describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem));
  }
}
