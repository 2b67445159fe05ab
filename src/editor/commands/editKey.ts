import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import {
  describeFieldProblem,
  readLabel,
  readLimit,
  readPriority,
  type FieldReading,
} from '../../core/keys/keyEdit.ts';
import { type KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/keyringProblem.ts';
import type { Done, KeyChanged } from '../../core/keys/keyringResult.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { limitShapes } from '../../core/quota/limits.ts';
import { limitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';
import { confirmOrigin, newOriginsOf } from './confirmOrigin.ts';
import { enterSecret } from './enterSecret.ts';
import { keysIn } from './keyArgument.ts';
import type { KeyPick } from './keyPick.ts';
import { registerCommand } from './registerCommand.ts';

export type EditKeyPorts = {
  readonly keyring: Pick<
    Keyring,
    'find' | 'nameOf' | 'update' | 'prepareChange' | 'checkPrepared' | 'changeSecret' | 'confirmOrigins' | 'secretOf'
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
    const origins = newOriginsOf(key, this.#ports.providers());
    const none = vscode.l10n.t('none');
    return [
      ...(origins.length === 0
        ? []
        : [
            {
              label: vscode.l10n.t('$(lock) Confirm New Address…'),
              description: origins.join(', '),
              edit: async (current: ApiKey) => this.#say(await confirmOrigin(current, this.#ports)),
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
        edit: async () => void (await enterSecret(this.#ref, this.#ports)),
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

  #say(result: Done | KeyChanged): void {
    if (result.ok || result.problem.kind === 'cancelled') return;
    void vscode.window.showErrorMessage(describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem));
  }
}
