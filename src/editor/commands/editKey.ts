import * as vscode from 'vscode';

import { accountOf, type ApiKey } from '../../core/keys/apiKey.ts';
import type { KeyEdit } from '../../core/keys/keyEdit.ts';
import {
  describeFieldProblem,
  readConcurrent,
  readLabel,
  readLimit,
  readPriority,
  type FieldReading,
} from '../../core/keys/keyFields.ts';
import { type KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { Done, KeyChanged } from '../../core/keys/keyringResult.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { AccountNames } from '../../core/quota/accountNames.ts';
import { defaultLimit } from '../../core/quota/defaultLimit.ts';
import type { Ledger } from '../../core/quota/ledger.ts';
import { limitShapes, type LimitName } from '../../core/quota/limits.ts';
import { limitWords } from '../keyWords.ts';
import { plainText } from '../plainText.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';
import { askText } from './askText.ts';
import { confirmOrigin, newOriginsOf } from './confirmOrigin.ts';
import { editPool } from './editPool.ts';
import { enterSecret } from './enterSecret.ts';
import { keysIn } from './keyArgument.ts';
import type { KeyPick } from './keyPick.ts';
import { concurrentDefaultWords, limitDefaultWords } from './limitDefaultWords.ts';
import { pickProperty, type Next, type Property } from './pickProperty.ts';
import { registerCommand } from './registerCommand.ts';

export type EditKeyPorts = {
  readonly keyring: Pick<
    Keyring,
    | 'find'
    | 'keys'
    | 'nameOf'
    | 'update'
    | 'setPool'
    | 'prepareChange'
    | 'checkPrepared'
    | 'changeSecret'
    | 'cachedSecret'
    | 'confirmOrigins'
    | 'secretOf'
  >;
  readonly accountNames: Pick<AccountNames, 'accountName'>;
  readonly ledger: Pick<Ledger, 'learned' | 'learnedAtMs' | 'learnedConcurrency'>;
  readonly providers: () => readonly Provider[];
  readonly pick: KeyPick;
  readonly selection: () => readonly KeyRef[];
  readonly clock: Clock;
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

/** One list of all properties; each is changed in a field of its own that leads back to the list. */
class KeyEditor {
  readonly #ref: KeyRef;
  readonly #ports: EditKeyPorts;

  constructor(ref: KeyRef, ports: EditKeyPorts) {
    this.#ref = ref;
    this.#ports = ports;
  }

  async run(): Promise<void> {
    for (let row = ''; ;) {
      const key = this.#ports.keyring.find(this.#ref);
      if (key === undefined) return;
      const items = [...this.#properties(key), ...this.#limits(key)];
      const chosen = await pickProperty(this.#title(key), items, row);
      // Another window may have removed it meanwhile.
      const current = this.#ports.keyring.find(this.#ref);
      if (chosen?.edit === undefined || current === undefined) return;
      if ((await chosen.edit(current)) === 'left') return;
      row = chosen.label;
    }
  }

  #properties(key: ApiKey): readonly Property[] {
    const { keyring } = this.#ports;
    return [
      ...this.#lostSecret(key),
      ...this.#newAddress(key),
      {
        label: vscode.l10n.t('$(tag) Label'),
        description: plainText(key.label) || vscode.l10n.t('none'),
        edit: (current) => this.#editLabel(current),
      },
      {
        label: vscode.l10n.t('$(list-ordered) Priority'),
        description: String(key.priority),
        edit: (current) => this.#editPriority(current),
      },
      {
        label: vscode.l10n.t('$(layers) Pool'),
        description: plainText(key.pool ?? '') || vscode.l10n.t('none'),
        edit: (current) => this.#editPool(current),
      },
      {
        label: vscode.l10n.t('$(key) Secret'),
        description: vscode.l10n.t('enter a new one'),
        edit: this.#enterSecret,
      },
      {
        label: key.enabled ? vscode.l10n.t('$(debug-pause) Disable') : vscode.l10n.t('$(debug-start) Enable'),
        description: key.enabled ? vscode.l10n.t('now enabled') : vscode.l10n.t('now disabled'),
        edit: (current) => this.#change(() => keyring.update(this.#ref, { enabled: !current.enabled })),
      },
    ];
  }

  readonly #enterSecret = (): Promise<Next> => enterSecret(this.#ref, this.#ports).then(() => 'back');

  /** First, since nothing else helps this key. */
  #lostSecret(key: ApiKey): readonly Property[] {
    if (this.#ports.keyring.cachedSecret(key.id) !== undefined) return [];
    return [
      {
        label: vscode.l10n.t('$(question) Enter the Key Again…'),
        description: vscode.l10n.t('the system no longer has its secret'),
        edit: this.#enterSecret,
      },
    ];
  }

  #newAddress(key: ApiKey): readonly Property[] {
    const origins = newOriginsOf(key, this.#ports.providers());
    if (origins.length === 0) return [];
    return [
      {
        label: vscode.l10n.t('$(lock) Confirm New Address…'),
        description: origins.join(', '),
        edit: (current) => this.#change(() => confirmOrigin(current, this.#ports)),
      },
    ];
  }

  #limits(key: ApiKey): readonly Property[] {
    return [
      { label: vscode.l10n.t('Limits of this key'), kind: vscode.QuickPickItemKind.Separator },
      ...limitShapes.map(({ name }): Property => {
        const own = key.limits[name];
        const words = this.#defaultWords(key, name);
        return {
          label: `$(dashboard) ${limitWords(vscode.l10n, name)}`,
          description:
            own === undefined ? words : this.#ownLimitWords(key, own.toLocaleString(vscode.env.language), words),
          edit: (current) => this.#editLimit(current, name),
        };
      }),
      {
        label: vscode.l10n.t('$(split-horizontal) Requests at once'),
        description: key.maxConcurrent === undefined ? this.#atOnceWords(key) : String(key.maxConcurrent),
        edit: (current) => this.#editConcurrent(current),
      },
    ];
  }

  #ownLimitWords(key: ApiKey, own: string, instead: string): string {
    return key.pool === undefined
      ? vscode.l10n.t('{0}, yours instead of: {1}', own, instead)
      : vscode.l10n.t('{0}, yours for this key alone; its pool: {1}', own, instead);
  }

  #editLabel(key: ApiKey): Promise<Next> {
    return this.#field(key, {
      name: vscode.l10n.t('Label'),
      prompt: vscode.l10n.t('What you call the key. Empty: no label'),
      placeholder: vscode.l10n.t('for example Primary'),
      value: plainText(key.label),
      read: readLabel,
      edit: (label) => ({ label }),
    });
  }

  #editPriority(key: ApiKey): Promise<Next> {
    return this.#field(key, {
      name: vscode.l10n.t('Priority'),
      prompt: vscode.l10n.t('1 is asked first'),
      value: String(key.priority),
      read: readPriority,
      edit: (priority) => ({ priority }),
    });
  }

  #editLimit(key: ApiKey, name: LimitName): Promise<Next> {
    return this.#field(key, {
      name: limitWords(vscode.l10n, name),
      prompt: vscode.l10n.t('Of all models together. Empty: {0}', this.#defaultWords(key, name)),
      value: String(key.limits[name] ?? ''),
      read: readLimit,
      edit: (value) => ({ limits: { [name]: value ?? null } }),
    });
  }

  #editConcurrent(key: ApiKey): Promise<Next> {
    return this.#field(key, {
      name: vscode.l10n.t('Requests at once'),
      prompt: vscode.l10n.t('How many requests may be under way with it at once. Empty: {0}', this.#atOnceWords(key)),
      value: String(key.maxConcurrent ?? ''),
      read: readConcurrent,
      edit: (value) => ({ maxConcurrent: value ?? null }),
    });
  }

  async #editPool(key: ApiKey): Promise<Next> {
    const answer = await editPool(key, `${this.#title(key)} · ${vscode.l10n.t('Pool')}`, this.#ports);
    return answer.kind === 'chosen' ? this.#change(answer.save) : answer.kind;
  }

  async #field<T>(key: ApiKey, ask: FieldAsk<T>): Promise<Next> {
    const answer = await askText<T>({
      title: `${this.#title(key)} · ${ask.name}`,
      prompt: ask.prompt,
      value: ask.value,
      ...(ask.placeholder === undefined ? {} : { placeholder: ask.placeholder }),
      back: true,
      readsWhileTyping: true,
      read: (text) => {
        const reading = ask.read(text);
        return reading.ok ? reading : { ok: false, problem: describeFieldProblem(vscode.l10n, reading.problem) };
      },
    });
    if (answer.kind !== 'value') return answer.kind;
    return this.#change(() => this.#ports.keyring.update(this.#ref, ask.edit(answer.value)));
  }

  #title(key: ApiKey): string {
    return vscode.l10n.t('Edit {0}', this.#ports.keyring.nameOf(key));
  }

  #provider({ provider }: ApiKey): Provider | undefined {
    return this.#ports.providers().find(({ id }) => id === provider);
  }

  #defaultWords(key: ApiKey, name: LimitName): string {
    const provider = this.#provider(key);
    if (provider === undefined) return vscode.l10n.t('not known');
    const limit = defaultLimit(key, provider, name, this.#ports.ledger);
    return limitDefaultWords(vscode.l10n, vscode.env.language, limit, provider, this.#ports.clock.now());
  }

  /** Where the key has no number of its own. */
  #atOnceWords(key: ApiKey): string {
    const learned = this.#ports.ledger.learnedConcurrency(accountOf(key));
    return concurrentDefaultWords(vscode.l10n, learned, this.#provider(key), this.#ports.clock.now());
  }

  async #change(change: () => Promise<Done | KeyChanged>): Promise<Next> {
    const result = await change();
    if (!result.ok) {
      const words = describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem);
      void showKeyringProblem(words, result.problem, () => this.#change(change));
    }
    return 'back';
  }
}

type FieldAsk<T> = {
  readonly name: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly read: (text: string) => FieldReading<T>;
  readonly edit: (value: T) => KeyEdit;
};
