import * as vscode from 'vscode';

import type { CheckResult } from '../../core/keys/keyCheck.ts';
import { describeKeyringProblem } from '../../core/keys/keyringProblem.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { PreparedKey } from '../../core/keys/keyringResult.ts';
import { displayNameOf } from '../../core/keys/keyName.ts';
import type { ShapeHint } from '../../core/keys/secretText.ts';
import type { Log } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { FreeTierNotice } from '../freeTierNotice.ts';
import { checkWords } from './checkWords.ts';
import type { CommandId } from './commandIds.ts';
import { providerIn } from './keyArgument.ts';
import { registerCommand } from './registerCommand.ts';

export type AddKeyPorts = {
  readonly keyring: Pick<Keyring, 'prepare' | 'checkPrepared' | 'commit' | 'nameOf' | 'keys'>;
  readonly providers: () => readonly Provider[];
  readonly notice: FreeTierNotice;
  readonly log: Log;
};

/** Two questions, provider and secret; then the check, and its result in words. */
export function registerAddKey(ports: AddKeyPorts): vscode.Disposable {
  return registerCommand('aiKeys.addKey', ports.log, async (argument) => {
    const known = ports.providers().filter(({ needsKey }) => needsKey);
    const wanted = providerIn(argument);
    const provider = known.find(({ id }) => id === wanted) ?? (await pickProvider(known, ports));
    if (provider === undefined) return;
    await new AddKeyDialog(provider, ports).run();
  });
}

const linkTo = (url: string): Thenable<boolean> => vscode.env.openExternal(vscode.Uri.parse(url, true));

type ProviderItem = vscode.QuickPickItem & { readonly provider?: Provider };

function pickProvider(known: readonly Provider[], { keyring }: AddKeyPorts): Promise<Provider | undefined> {
  const pick = vscode.window.createQuickPick<ProviderItem>();
  pick.title = vscode.l10n.t('Add Key');
  pick.placeholder = vscode.l10n.t('Whose key is it?');
  pick.items = [
    ...known.map((provider) => ({
      provider,
      label: provider.displayName,
      description: keyCount(keyring.keys().filter((key) => key.provider === provider.id).length),
      buttons:
        provider.keyPageUrl === undefined
          ? []
          : [
              {
                iconPath: new vscode.ThemeIcon('link-external'),
                tooltip: vscode.l10n.t('Get a key at {0}', provider.keyPageUrl),
              },
            ],
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Import several from a .env file…'), iconPath: new vscode.ThemeIcon('cloud-download') },
  ];
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(({ item }) => {
      if (item.provider?.keyPageUrl !== undefined) void linkTo(item.provider.keyPageUrl);
    });
    pick.onDidAccept(() => {
      const item = pick.selectedItems[0];
      if (item === undefined) return;
      resolve(item.provider);
      pick.hide();
      if (item.provider === undefined) void vscode.commands.executeCommand('aiKeys.importEnv' satisfies CommandId);
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function keyCount(count: number): string {
  if (count === 0) return '';
  return count === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', count);
}

/** The secret's input box. It stays open until the key is stored or the user leaves. */
class AddKeyDialog {
  readonly #provider: Provider;
  readonly #ports: AddKeyPorts;
  readonly #box = vscode.window.createInputBox();
  readonly #leave = new AbortController();
  /** Refused by its provider; the same text again means that the user insists. */
  #refused: { readonly text: string; readonly checked: CheckResult } | undefined;

  constructor(provider: Provider, ports: AddKeyPorts) {
    this.#provider = provider;
    this.#ports = ports;
  }

  run(): Promise<void> {
    const box = this.#box;
    const { displayName, keyPageUrl, termsUrl, keyHint } = this.#provider;
    const notice = this.#ports.notice.due([this.#provider]);
    const pageButton = {
      iconPath: new vscode.ThemeIcon('link-external'),
      tooltip: vscode.l10n.t('Where {0} keys are made', displayName),
    };
    const termsButton = { iconPath: new vscode.ThemeIcon('law'), tooltip: vscode.l10n.t('Terms of {0}', displayName) };
    box.title = vscode.l10n.t('Add {0} Key', displayName);
    box.password = true;
    box.ignoreFocusOut = true;
    box.placeholder =
      keyHint === undefined ? vscode.l10n.t('API key') : vscode.l10n.t('API key, usually like {0}', keyHint.example);
    box.prompt = [
      vscode.l10n.t('Kept in the system’s secret storage, and sent to {0} alone.', displayName),
      notice?.text ?? '',
    ].join(' ');
    box.buttons = [...(keyPageUrl === undefined ? [] : [pageButton]), ...(termsUrl === undefined ? [] : [termsButton])];
    return new Promise((resolve, reject) => {
      box.onDidTriggerButton((button) => {
        const url = button === termsButton ? termsUrl : keyPageUrl;
        if (url !== undefined) void linkTo(url);
      });
      box.onDidChangeValue((text) => {
        this.#refused = undefined;
        box.validationMessage = this.#hint(text);
      });
      box.onDidAccept(() => {
        this.#accept(box.value).then(async (done) => {
          if (done) await notice?.said();
        }, reject);
      });
      box.onDidHide(() => {
        this.#leave.abort();
        box.dispose();
        resolve();
      });
      box.show();
    });
  }

  /** True when the key is stored. */
  async #accept(text: string): Promise<boolean> {
    const { keyring, providers } = this.#ports;
    const box = this.#box;
    const prepared = keyring.prepare(this.#provider.id, text);
    if (!prepared.ok) {
      box.validationMessage = describeKeyringProblem(vscode.l10n, providers(), prepared.problem);
      return false;
    }
    if (this.#refused?.text === text) return this.#store(prepared, this.#refused.checked);
    box.busy = true;
    box.enabled = false;
    box.validationMessage = {
      message: vscode.l10n.t('Checking the key…'),
      severity: vscode.InputBoxValidationSeverity.Info,
    };
    try {
      const checked = await keyring.checkPrepared(prepared, this.#leave.signal);
      if (this.#leave.signal.aborted) return false;
      if ('problem' in checked) {
        box.validationMessage = describeKeyringProblem(vscode.l10n, providers(), checked.problem);
        return false;
      }
      if (checked.kind !== 'refused') return await this.#store(prepared, checked);
      this.#refused = { text, checked };
      box.validationMessage = vscode.l10n.t(
        '{0} Enter another one, or press Enter again to keep it anyway.',
        checkWords(vscode.l10n, vscode.l10n.t('This key'), checked),
      );
      return false;
    } finally {
      if (!this.#leave.signal.aborted) {
        box.busy = false;
        box.enabled = true;
      }
    }
  }

  async #store(prepared: PreparedKey, checked: CheckResult): Promise<boolean> {
    const { keyring, providers } = this.#ports;
    const stored = await keyring.commit(prepared, { checked });
    if (!stored.ok) {
      this.#box.validationMessage = describeKeyringProblem(vscode.l10n, providers(), stored.problem);
      return false;
    }
    this.#box.hide();
    void sayAdded(keyring.nameOf(stored.key), checked);
    return true;
  }

  #hint(text: string): vscode.InputBoxValidationMessage | undefined {
    if (text.trim() === '') return undefined;
    const prepared = this.#ports.keyring.prepare(this.#provider.id, text);
    const message = prepared.ok ? this.#shapeWords(prepared.hint) : undefined;
    return message === undefined ? undefined : { message, severity: vscode.InputBoxValidationSeverity.Info };
  }

  #shapeWords({ usually, looksLike }: ShapeHint): string | undefined {
    if (usually === undefined) return undefined;
    const { displayName } = this.#provider;
    if (looksLike === undefined)
      return vscode.l10n.t('Keys of {0} usually look like {1}. It is taken all the same.', displayName, usually);
    const other = displayNameOf(this.#ports.providers(), looksLike);
    return vscode.l10n.t('This looks like a key of {0}. It is taken for {1} all the same.', other, displayName);
  }
}

async function sayAdded(name: string, checked: CheckResult): Promise<void> {
  const words = checkWords(vscode.l10n, name, checked);
  if (checked.kind === 'couldNotRun') {
    const again = vscode.l10n.t('Check All Keys');
    const chosen = await vscode.window.showWarningMessage(vscode.l10n.t('{0} It is kept.', words), again);
    if (chosen === again) await vscode.commands.executeCommand('aiKeys.checkAllKeys' satisfies CommandId);
    return;
  }
  if (checked.kind === 'refused') {
    await vscode.window.showWarningMessage(
      vscode.l10n.t('{0} It is kept, and not used until a check succeeds.', words),
    );
    return;
  }
  const ask = vscode.l10n.t('Ask a Question');
  const chosen = await vscode.window.showInformationMessage(words, ask);
  if (chosen === ask) await vscode.commands.executeCommand('aiKeys.ask' satisfies CommandId);
}
