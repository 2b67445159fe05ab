import * as vscode from 'vscode';

import type { ApiKey } from '../../core/keys/apiKey.ts';
import { describeFieldProblem, readLabel, readPriority } from '../../core/keys/keyFields.ts';
import { type KeyRef } from '../../core/keys/keyRef.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { Done, KeyChanged } from '../../core/keys/keyringResult.ts';
import type { Log } from '../../core/ports.ts';
import type { AccountNames } from '../../core/quota/accountNames.ts';
import { plainText } from '../plainText.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';
import { askText } from './askText.ts';
import { confirmOrigin, newOriginsOf } from './confirmOrigin.ts';
import { editPool } from './editPool.ts';
import { enterSecret } from './enterSecret.ts';
import { keysIn } from './keyArgument.ts';
import type { KeyPick } from './keyPick.ts';
import { LimitRows, type LimitRowsPorts } from './limitRows.ts';
import { pickProperty, type FieldAsk, type Next, type Property } from './pickProperty.ts';
import { registerCommand } from './registerCommand.ts';

export type EditKeyPorts = LimitRowsPorts & {
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

/** One list of all properties; each is changed in a field of its own that leads back to the list. */
class KeyEditor {
  readonly #ref: KeyRef;
  readonly #ports: EditKeyPorts;
  readonly #limits: LimitRows;

  constructor(ref: KeyRef, ports: EditKeyPorts) {
    this.#ref = ref;
    this.#ports = ports;
    this.#limits = new LimitRows(ports, (key, ask) => this.#field(key, ask));
  }

  async run(): Promise<void> {
    for (let row = ''; ;) {
      const key = this.#ports.keyring.find(this.#ref);
      if (key === undefined) return;
      const items = [...this.#properties(key), ...this.#limits.of(key)];
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

  async #change(change: () => Promise<Done | KeyChanged>): Promise<Next> {
    const result = await change();
    if (!result.ok) {
      const words = describeKeyringProblem(vscode.l10n, this.#ports.providers(), result.problem);
      void showKeyringProblem(words, result.problem, () => this.#change(change));
    }
    return 'back';
  }
}
